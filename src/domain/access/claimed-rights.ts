import type { GIVEN_ROLES } from './member.ts';

/** What somebody may do, as an identity provider tells it. */
export interface ClaimedRights {
  readonly role: (typeof GIVEN_ROLES)[number];
  /** Keys of custom roles, which stand in place of the base role where there are any. */
  readonly customRoleKeys: readonly string[];
}

/** From the strongest one on. */
const BY_STRENGTH = ['admin', 'writer', 'reader', 'no_access'] as const satisfies readonly ClaimedRights['role'][];

/**
 * The rights that a claim such as `groups` leads to: the strongest of its base roles, and all of its custom roles.
 * @param claim a text or a list of texts; what else it may be leads to nothing
 * @param mapping from values of the claim to base roles or keys of custom roles
 * @returns undefined when no value leads to a role
 */
export function claimedRights(claim: unknown, mapping: ReadonlyMap<string, string>): ClaimedRights | undefined {
  const values: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const roles = values.flatMap((value) => (typeof value === 'string' ? (mapping.get(value) ?? []) : []));
  if (roles.length === 0) return undefined;
  const customRoleKeys = [...new Set(roles.filter((role) => !isBaseRole(role)))];
  return { role: BY_STRENGTH.find((role) => roles.includes(role)) ?? 'no_access', customRoleKeys };
}

function isBaseRole(role: string): boolean {
  return BY_STRENGTH.some((one) => one === role);
}
