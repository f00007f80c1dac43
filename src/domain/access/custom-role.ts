import { applyDocumentPatch, type DocumentPatch } from '../document-patch.ts';
import { Fields, oneOf } from '../fields.ts';
import type { DecisionContext } from '../ids.ts';
import { show } from '../json.ts';
import { requireKey, requireName } from '../naming.ts';
import type { BaseRole } from './actor.ts';
import { readPolicy, type Role, type RoleAttributes, type Statement } from './policy.ts';

/** Everything about a custom role that can be changed. */
export interface CustomRoleSettings {
  readonly name: string;
  readonly description: string;
  readonly policy: readonly Statement[];
  readonly basePermissions: 'reader' | 'no_access';
}

/** A role that the account has made for itself. */
export interface CustomRole extends CustomRoleSettings {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly createdAt: number;
  /** What the role is about, for choosing it in lists. */
  readonly resourceCategory: ResourceCategory;
}

const CATEGORIES = ['organization', 'project', 'any'] as const;
export type ResourceCategory = (typeof CATEGORIES)[number];

/** Base roles that a custom role has where its policy says nothing. */
const BASE_PERMISSIONS = ['reader', 'no_access'] as const;

/** The action that a change of each setting needs. */
export const ROLE_ACTIONS: Readonly<Record<keyof CustomRoleSettings, string>> = {
  name: 'updateName',
  description: 'updateDescription',
  policy: 'updatePolicy',
  basePermissions: 'updateBasePermissions',
};

/** Reads a new role as it was asked for. @throws InvalidRequest naming the bad field. */
export function createRole(body: unknown, { ids, now }: DecisionContext): CustomRole {
  const fields = new Fields(body, '');
  return {
    id: ids.objectId(),
    key: requireKey('key', fields.string('key')),
    version: 1,
    createdAt: now,
    ...readSettings(fields),
    resourceCategory: fields.optional('resourceCategory', oneOf(CATEGORIES)) ?? 'any',
  };
}

/**
 * Applies a patch to the settings. What never changes may be named, but not with another value.
 * @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad field
 */
export function patchRole(role: CustomRole, patch: DocumentPatch): CustomRole {
  const { key, name, description, policy, basePermissions, resourceCategory } = role;
  const document = { key, name, description, policy, basePermissions, resourceCategory };
  const fields = new Fields(applyDocumentPatch(document, patch, Object.keys(document)), '');
  if (fields.raw('key') !== key) fields.fail('key', `${show(key)}, since keys never change`);
  if (fields.raw('resourceCategory') !== resourceCategory) {
    fields.fail('resourceCategory', `${show(resourceCategory)}, since it never changes`);
  }
  return { ...role, ...readSettings(fields) };
}

function readSettings(fields: Fields): CustomRoleSettings {
  return {
    name: requireName('name', fields.string('name')),
    description: fields.optional('description', fields.string) ?? '',
    policy: readPolicy(fields, 'policy'),
    basePermissions: fields.optional('basePermissions', oneOf(BASE_PERMISSIONS)) ?? 'no_access',
  };
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
