import { Fields, oneOf } from '../fields.ts';
import { InvalidRequest } from '../errors.ts';
import { applyJsonPatch } from '../json-patch.ts';
import { show } from '../json.ts';
import { requireKey } from '../naming.ts';
import type { BaseRole, MemberSummary } from './actor.ts';
import type { MemberRights } from './custom-role.ts';
import type { RoleAttributes } from './policy.ts';

/** A person of the account. */
export interface Member extends MemberSummary, MemberRights {
  /** Whether the invitation has not been accepted yet. */
  readonly isPending: boolean;
  readonly createdAt: number;
  readonly version: number;
  /** Unix milliseconds of the last use of a session or token; absent when there was none. */
  readonly lastSeenAt?: number | undefined;
}

/** Base roles that can be given; there is one owner from the beginning. */
export const GIVEN_ROLES = ['reader', 'writer', 'admin', 'no_access'] as const;

/** What a change of a member needs. */
export const MEMBER_ACTIONS: Readonly<Partial<Record<keyof Member, string>>> = {
  role: 'updateRole',
  customRoleIds: 'updateCustomRole',
  roleAttributes: 'updateMemberRoleAttributes',
};

/** What a patch of a member says; custom roles by id or key, as it came. */
export interface PatchedMember {
  readonly role: BaseRole;
  readonly customRoles: readonly string[];
  readonly roleAttributes: RoleAttributes;
}

/**
 * Applies a JSON patch to what can be changed of a member: role, custom roles and role attributes.
 * @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad field
 */
export function patchMember({ role, customRoleIds, roleAttributes }: Member, patch: unknown): PatchedMember {
  const document = { role, customRoles: customRoleIds, roleAttributes };
  const fields = new Fields(applyJsonPatch(document, patch, Object.keys(document)), '');
  return {
    role: fields.raw('role') === role ? role : oneOf(GIVEN_ROLES).call(fields, 'role'),
    customRoles: fields.optional('customRoles', fields.strings) ?? [],
    roleAttributes: readRoleAttributes(fields, 'roleAttributes') ?? {},
  };
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const MAX_EMAIL_LENGTH = 254;

/** @throws InvalidRequest naming the field */
export function requireEmail(field: string, email: string): string {
  if (!EMAIL.test(email) || email.length > MAX_EMAIL_LENGTH) {
    throw new InvalidRequest(`${field}: expected an e-mail address, got ${show(email)}`);
  }
  return email;
}

const MIN_PASSWORD_LENGTH = 8;
const MAX_PASSWORD_LENGTH = 1024;

/** Passwords are not repeated in messages. @throws InvalidRequest naming the field */
export function requirePassword(field: string, password: string): string {
  if (password.length < MIN_PASSWORD_LENGTH || password.length > MAX_PASSWORD_LENGTH) {
    throw new InvalidRequest(
      `${field}: expected at least ${MIN_PASSWORD_LENGTH} characters and at most ${MAX_PASSWORD_LENGTH}, got ${password.length}`,
    );
  }
  return password;
}

/** Reads a map from names to lists of values; undefined when it is not there. @throws InvalidRequest naming the member */
export function readRoleAttributes(fields: Fields, name: string): RoleAttributes | undefined {
  if (!fields.has(name)) return undefined;
  const map = fields.object(name);
  return Object.fromEntries(
    map.entries().map(([key]) => [requireKey(`${fields.path(name)} name`, key), map.strings(key)]),
  );
}
