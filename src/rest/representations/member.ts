import type { MemberSummary as Summary } from '../../domain/access/actor.ts';
import type { CustomRole } from '../../domain/access/custom-role.ts';
import type { Member } from '../../domain/access/member.ts';
import type { TeamWithMembers } from '../../domain/access/team.ts';
import type { MemberRep } from '../../wire/rest/account.ts';
import type { MemberSummary } from '../../wire/rest/common.ts';
import { apiLink } from '../links.ts';

/** A member as other resources show it. */
export function toMemberSummary(member: Summary): MemberSummary {
  const { id, email, role, firstName, lastName } = member;
  return {
    _links: { self: apiLink('members', id) },
    _id: id,
    email,
    role,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
  };
}

/** What a representation of a member shows beside the member. */
export interface MemberView {
  readonly expand: ReadonlySet<string>;
  readonly teams: readonly TeamWithMembers[];
  readonly roles: ReadonlyMap<string, CustomRole>;
}

export function toMemberRep(member: Member, { expand, teams, roles }: MemberView): MemberRep {
  const roleKey = (id: string) => roles.get(id)?.key ?? id;
  return {
    ...toMemberSummary(member),
    _links: { self: apiLink('members', member.id), parent: apiLink('members') },
    _pendingInvite: member.isPending,
    _verified: !member.isPending,
    customRoles: [...member.customRoleIds],
    mfa: 'disabled',
    excludedDashboards: [],
    _lastSeen: member.lastSeenAt ?? 0,
    creationDate: member.createdAt,
    version: member.version,
    teams: teams
      .filter(({ memberIds }) => memberIds.includes(member.id))
      .map((team) => ({
        key: team.key,
        name: team.name,
        customRoleKeys: team.customRoleIds.map(roleKey),
        _links: { self: apiLink('teams', team.key) },
      })),
    permissionGrants: teams.flatMap((team) =>
      team.permissionGrants
        .filter(({ memberIds }) => memberIds.includes(member.id))
        .map(({ actionSet, actions }) => ({
          ...(actionSet !== undefined && { actionSet }),
          ...(actions && { actions: [...actions] }),
          resource: `team/${team.key}`,
        })),
    ),
    ...(expand.has('roleAttributes') && {
      roleAttributes: Object.fromEntries(
        Object.entries(member.roleAttributes).map(([name, values]) => [name, [...values]]),
      ),
    }),
  };
}
