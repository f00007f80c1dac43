import type { CustomRole } from '../../domain/access/custom-role.ts';
import type { AccessRep } from '../../wire/rest/access.ts';
import type { CustomRoleRep } from '../../wire/rest/account.ts';
import { apiLink } from '../links.ts';
import { toStatementRep } from './access.ts';

/** How many members and teams bear a role, and what the caller may do with it if that was asked for. */
export interface RoleView {
  readonly membersCount: number;
  readonly teamsCount: number;
  readonly access?: AccessRep | undefined;
}

export function toCustomRoleRep(role: CustomRole, { membersCount, teamsCount, access }: RoleView): CustomRoleRep {
  return {
    _links: { self: apiLink('roles', role.key), parent: apiLink('roles') },
    _id: role.id,
    key: role.key,
    name: role.name,
    description: role.description,
    policy: role.policy.map(toStatementRep),
    basePermissions: role.basePermissions,
    resourceCategory: role.resourceCategory,
    assignedTo: { membersCount, teamsCount },
    ...(access && { _access: access }),
  };
}
