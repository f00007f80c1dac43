import type { BaseRole } from '../domain/access/actor.ts';
import { type CustomRole, type MemberRights, toRole } from '../domain/access/custom-role.ts';
import { MAINTAIN_TEAM, type Team } from '../domain/access/member.ts';
import { BASE_ROLES, fillAttributes, type Role } from '../domain/access/policy.ts';
import type { Db } from './database.ts';
import { resourceStore } from './resources.ts';
import { toTeam } from './teams.ts';

/** The account's own roles. */
export const customRoles = resourceStore<CustomRole>('role', 'custom role');

/** The custom roles with these ids, by id; unknown ones are missing. */
export async function findCustomRoles(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, CustomRole>> {
  if (ids.length === 0) return new Map();
  const all = await customRoles.list(db, {});
  return new Map(all.filter(({ id }) => ids.includes(id)).map((role) => [role.id, role]));
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
