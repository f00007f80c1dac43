import type { BaseRole } from '../domain/access/actor.ts';
import { type CustomRole, type MemberRights, toRole } from '../domain/access/custom-role.ts';
import type { MemberSurroundings } from '../domain/access/member-filter.ts';
import { MAINTAIN_TEAM, type Team } from '../domain/access/team.ts';
import { BASE_ROLES, fillAttributes, type Role } from '../domain/access/policy.ts';
import { NotFound } from '../domain/errors.ts';
import type { Db } from './database.ts';
import { resourceStore } from './resources.ts';
import { listTeams, toTeam } from './teams.ts';

/** The account's own roles. */
export const customRoles = resourceStore<CustomRole>('role', 'custom role');

/** A role by its key or its id. @throws NotFound */
export async function getCustomRole(db: Db, keyOrId: string): Promise<CustomRole> {
  const byKey = await customRoles.find(db, {}, keyOrId);
  const role = byKey ?? (await customRoles.findById(db, keyOrId))?.resource;
  if (!role) throw new NotFound('custom role', keyOrId);
  return role;
}

/** The custom roles with these ids, by id; unknown ones are missing. */
export async function findCustomRoles(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, CustomRole>> {
  if (ids.length === 0) return new Map();
  const all = await customRoles.list(db, {});
  return new Map(all.filter(({ id }) => ids.includes(id)).map((role) => [role.id, role]));
}

/** Keys of custom roles by id, and of teams by member. */
export async function loadMemberSurroundings(db: Db): Promise<MemberSurroundings> {
  const roles = await customRoles.list(db, {});
  const memberships = (await listTeams(db)).flatMap(({ key, memberIds }) => memberIds.map((id) => ({ id, key })));
  const byMember = Map.groupBy(memberships, ({ id }) => id);
  return {
    roleKeys: new Map(roles.map(({ id, key }) => [id, key])),
    teamKeys: new Map([...byMember].map(([id, teams]) => [id, teams.map(({ key }) => key)])),
  };
}

/** Whose roles are asked for. */
type Bearer = MemberRights & { readonly id: string; readonly role: BaseRole };

/**
 * The roles that decide what a member may do now: those given to the member and to the member's teams, else the base
 * role; and what teams grant the member on themselves.
 */
export async function loadMemberRoles(db: Db, member: Bearer): Promise<readonly Role[]> {
  const [roles = []] = await loadRolesOfMembers(db, [member]);
  return roles;
}

/** The same of several members, in their order. */
export async function loadRolesOfMembers(db: Db, members: readonly Bearer[]): Promise<readonly (readonly Role[])[]> {
  if (members.length === 0) return [];
  const rows = await db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .selectAll('teams')
    .select(['team_members.member_id', 'team_members.relation'])
    .where(
      'team_members.member_id',
      'in',
      members.map(({ id }) => id),
    )
    .execute();
  const byMember = Map.groupBy(rows, ({ member_id }) => member_id);
  const bearers = members.map((member) => {
    const teams = byMember.get(member.id) ?? [];
    const own = teams.filter(({ relation }) => relation === 'member').map(toTeam);
    const granting = teams.filter(({ relation }) => relation === 'grantee').map(toTeam);
    return { member, rights: [member, ...own], granting };
  });
  const roles = await findCustomRoles(
    db,
    bearers.flatMap(({ rights }) => rights.flatMap(({ customRoleIds }) => customRoleIds)),
  );
  return bearers.map(({ member, rights, granting }) => {
    const given = givenRoles(rights, roles);
    const grants = granting.map((team) => grantedRole(team, member.id));
    return [...(given.length > 0 ? given : [BASE_ROLES[member.role]]), ...grants];
  });
}

function givenRoles(rights: readonly MemberRights[], roles: ReadonlyMap<string, CustomRole>): readonly Role[] {
  return rights.flatMap(({ customRoleIds, roleAttributes }) =>
    customRoleIds.flatMap((id) => {
      const role = roles.get(id);
      return role ? [fillAttributes(toRole(role), roleAttributes)] : [];
    }),
  );
}

function grantedRole(team: Team, memberId: string): Role {
  const actions = team.permissionGrants
    .filter(({ memberIds }) => memberIds.includes(memberId))
    .flatMap((grant) => grant.actions ?? MAINTAIN_TEAM);
  return {
    basePermissions: 'no_access',
    policy: [{ effect: 'allow', resources: [`team/${team.key}`], actions }],
  };
}
