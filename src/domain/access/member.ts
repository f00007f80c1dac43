import type { MemberSummary } from './actor.ts';
import type { MemberRights } from './custom-role.ts';

/** A person of the account. */
export interface Member extends MemberSummary, MemberRights {
  /** Whether the invitation has not been accepted yet. */
  readonly isPending: boolean;
  readonly createdAt: number;
  readonly version: number;
  /** Unix milliseconds of the last use of a session or token; absent when there was none. */
  readonly lastSeenAt?: number | undefined;
}

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

/** What some members may do with a team without having a role for it: a named set of actions, or a list of them. */
export interface PermissionGrant {
  readonly actionSet?: 'maintainTeam' | undefined;
  readonly actions?: readonly string[] | undefined;
  readonly memberIds: readonly string[];
}

/** The actions that `maintainTeam` stands for. */
export const MAINTAIN_TEAM = [
  'updateTeamMembers',
  'updateTeamName',
  'updateTeamDescription',
  'updateTeamPermissionGrants',
];
