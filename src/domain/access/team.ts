import { type Fields, oneOf } from '../fields.ts';
import type { MemberRights } from './custom-role.ts';

/** Several people with common roles. */
export interface Team extends MemberRights {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly permissionGrants: readonly PermissionGrant[];
  readonly createdAt: number;
  readonly lastModified: number;
  readonly version: number;
}

/** A team with the ids of its members. */
export interface TeamWithMembers extends Team {
  readonly memberIds: readonly string[];
}

/** What some members may do with a team without having a role for it: a named set of actions, or a list of them. */
export interface PermissionGrant {
  readonly actionSet?: 'maintainTeam' | undefined;
  readonly actions?: readonly string[] | undefined;
  readonly memberIds: readonly string[];
}

/** The actions that `maintainTeam` stands for. */
export const MAINTAIN_TEAM: readonly string[] = [
  'updateTeamName',
  'updateTeamDescription',
  'updateTeamMembers',
  'updateTeamPermissionGrants',
];

/** What a change of a team needs. */
export const TEAM_ACTIONS: Readonly<Partial<Record<keyof TeamWithMembers, string>>> = {
  name: 'updateTeamName',
  description: 'updateTeamDescription',
  memberIds: 'updateTeamMembers',
  customRoleIds: 'updateTeamCustomRoles',
  permissionGrants: 'updateTeamPermissionGrants',
  roleAttributes: 'updateTeamRoleAttributes',
};

/** The members that maintain a team. */
export function maintainerIds({ permissionGrants }: Team): readonly string[] {
  return [
    ...new Set(
      permissionGrants.filter(({ actionSet }) => actionSet === 'maintainTeam').flatMap(({ memberIds }) => memberIds),
    ),
  ];
}

/** Reads one grant: an action set or actions, and at least one member. @throws InvalidRequest naming the member */
export function readGrant(fields: Fields): PermissionGrant {
  const actionSet = fields.optional('actionSet', oneOf(['maintainTeam'] as const));
  const actions = fields.optional('actions', fields.strings) ?? [];
  const memberIds = fields.strings('memberIDs');
  if ((actionSet !== undefined) === actions.length > 0) fields.fail('actionSet', 'either actionSet or actions');
  if (memberIds.length === 0) fields.fail('memberIDs', 'at least one member');
  return { ...(actionSet === undefined ? { actions } : { actionSet }), memberIds: [...new Set(memberIds)] };
}

/** Adds members to the grant of the same actions, or the grant to the others. */
export function addGrant(grants: readonly PermissionGrant[], added: PermissionGrant): readonly PermissionGrant[] {
  const existing = grants.find((grant) => isSame(grant, added));
  if (!existing) return [...grants, added];
  const memberIds = [...new Set([...existing.memberIds, ...added.memberIds])];
  return grants.map((grant) => (grant === existing ? { ...grant, memberIds } : grant));
}

/** Takes members out of the grant of the same actions, and the grant with the last of them. */
export function removeGrant(grants: readonly PermissionGrant[], removed: PermissionGrant): readonly PermissionGrant[] {
  return grants
    .map((grant) =>
      isSame(grant, removed)
        ? { ...grant, memberIds: grant.memberIds.filter((id) => !removed.memberIds.includes(id)) }
        : grant,
    )
    .filter(({ memberIds }) => memberIds.length > 0);
}

function isSame(left: PermissionGrant, right: PermissionGrant): boolean {
  const words = ({ actionSet, actions = [] }: PermissionGrant) => actionSet ?? actions.toSorted().join(' ');
  return words(left) === words(right);
}
