import type { BaseRole } from './actor.ts';
import type { Role, RoleAttributes, Statement } from './policy.ts';

/** A role that the account has made for itself. */
export interface CustomRole {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly createdAt: number;
  readonly name: string;
  readonly description: string;
  readonly basePermissions: 'reader' | 'no_access';
  readonly policy: readonly Statement[];
  /** What the role is about, for choosing it in lists. */
  readonly resourceCategory: 'organization' | 'project' | 'any';
}

/** The role as decisions are made by. */
export function toRole({ key, basePermissions, policy }: CustomRole): Role {
  return { name: key, basePermissions, policy };
}

/** What limits an access token: exactly one of these. */
export type TokenLimit =
  | { readonly role: Exclude<BaseRole, 'owner'> }
  | { readonly customRoleIds: readonly string[] }
  | { readonly inlineRole: readonly Statement[] };

/** What a member may do comes from these: custom roles if there are any, else the base role. */
export interface MemberRights {
  readonly customRoleIds: readonly string[];
  readonly roleAttributes: RoleAttributes;
}
