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

/**
 * The roles that decide what a member may do now: those given to the member and to the member's teams, else the base
 * role; and what teams grant the member on themselves.
 */
export async function loadMemberRoles(
  db: Db,
  member: MemberRights & { readonly id: string; readonly role: BaseRole },
): Promise<readonly Role[]> {
  const teams = await db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .selectAll('teams')
    .select('team_members.relation')
    .where('team_members.member_id', '=', member.id)
    .execute();
  const own = teams.filter(({ relation }) => relation === 'member').map(toTeam);
  const grants = teams
    .filter(({ relation }) => relation === 'grantee')
    .map((row) => grantedRole(toTeam(row), member.id));
  const bearers = [member, ...own];
  const roles = await findCustomRoles(
    db,
    bearers.flatMap(({ customRoleIds }) => customRoleIds),
  );
  const given = bearers.flatMap(({ customRoleIds, roleAttributes }) =>
    customRoleIds.flatMap((id) => {
      const role = roles.get(id);
      return role ? [fillAttributes(toRole(role), roleAttributes)] : [];
    }),
  );
  return [...(given.length > 0 ? given : [BASE_ROLES[member.role]]), ...grants];
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
