import { Fields } from '../fields.ts';
import { InvalidRequest } from '../errors.ts';
import { applyJsonPatchOrFail } from '../json-patch.ts';
import { requireName } from '../naming.ts';
import type { TokenLimit } from './custom-role.ts';
import { readPolicy } from './policy.ts';

/** A secret that opens the API: a member's own, or one of the account that outlives its creator. */
export interface AccessToken {
  readonly id: string;
  /** The owner of a personal token, the creator of a service token. */
  readonly memberId: string;
  readonly name: string;
  readonly description: string;
  /** The last four characters of the secret. */
  readonly ending: string;
  readonly isServiceToken: boolean;
  readonly limit: TokenLimit;
  /** API version used when the request names none, as yyyymmdd. */
  readonly defaultApiVersion?: number | undefined;
  readonly createdAt: number;
  readonly lastModified: number;
  readonly version: number;
  readonly lastUsedAt?: number | undefined;
}

/** What can be said of a token when it is made or patched. */
export type TokenSettings = Pick<AccessToken, 'name' | 'description' | 'limit' | 'defaultApiVersion'>;

const TOKEN_ROLES = ['reader', 'writer', 'admin'] as const;

/** What a change of a token needs, beside the limit, which only personal tokens can change. */
export const TOKEN_ACTIONS: Readonly<Partial<Record<keyof AccessToken, string>>> = {
  name: 'updateAccessTokenName',
  description: 'updateAccessTokenDescription',
  defaultApiVersion: 'updateAccessTokenDescription',
  limit: 'updateAccessTokenPolicy',
};

/** Reads what is said of a token; custom roles by id or key, as it came. @throws InvalidRequest naming the bad field */
export function readTokenSettings(fields: Fields, validVersions: readonly number[]): TokenSettings {
  const defaultApiVersion = fields.optional('defaultApiVersion', fields.integer);
  if (defaultApiVersion !== undefined && !validVersions.includes(defaultApiVersion)) {
    fields.fail('defaultApiVersion', `one of ${validVersions.join(', ')}`);
  }
  const name = fields.optional('name', fields.string) ?? '';
  return {
    name: name === '' ? '' : requireName('name', name),
    description: fields.optional('description', fields.string) ?? '',
    limit: readLimit(fields),
    ...(defaultApiVersion !== undefined && { defaultApiVersion }),
  };
}

function readLimit(fields: Fields): TokenLimit {
  const customRoleIds = fields.optional('customRoleIds', fields.strings) ?? [];
  const statements = fields.optional('inlineRole', fields.list) ?? [];
  const given = [fields.has('role'), customRoleIds.length > 0, statements.length > 0].filter(Boolean);
  if (given.length !== 1) {
    throw new InvalidRequest(
      `role: expected exactly one of role, customRoleIds and inlineRole, got ${given.length === 0 ? 'none' : given.length}`,
    );
  }
  if (customRoleIds.length > 0) return { customRoleIds };
  if (statements.length > 0) return { inlineRole: readPolicy(fields, 'inlineRole') };
  const role = TOKEN_ROLES.find((one) => one === fields.raw('role'));
  return { role: role ?? fields.fail('role', `one of ${TOKEN_ROLES.join(', ')}`) };
}

/**
 * Applies a JSON patch to what can be changed of a token. Who sets another kind of limit need not remove the old one.
 * @throws PatchFailed, PreconditionFailed, InvalidRequest naming the bad field
 */
export function patchToken(token: AccessToken, patch: unknown, validVersions: readonly number[]): TokenSettings {
  const { name, description, defaultApiVersion, limit } = token;
  const document = { name, description, ...limit, ...(defaultApiVersion !== undefined && { defaultApiVersion }) };
  const known = ['name', 'description', 'role', 'customRoleIds', 'inlineRole', 'defaultApiVersion'];
  const patched: object = applyJsonPatchOrFail<object>(document, patch, known);
  const [former] = Object.keys(limit);
  const limits = ['role', 'customRoleIds', 'inlineRole'].filter((member) => Object.hasOwn(patched, member));
  const entries = Object.entries(patched).filter(([member]) => limits.length < 2 || member !== former);
  return readTokenSettings(new Fields(Object.fromEntries(entries), ''), validVersions);
}
