import { Conflict } from './errors.ts';
import { Fields } from './fields.ts';
import type { DecisionContext } from './ids.ts';
import { requireName } from './naming.ts';

const CONTEXT_KIND = /^[a-zA-Z0-9._-]{1,100}$/;

/** Words that mean something else where kinds stand. */
const RESERVED: ReadonlySet<string> = new Set(['kind', 'multi']);

/** What names of kinds look like, for messages. */
export const CONTEXT_KIND_WORDS =
  "a context kind of 1 to 100 letters, digits, '.', '_' or '-', other than kind and multi";

/** Whether a text can be the name of a context kind. */
export function isContextKind(text: string): boolean {
  return CONTEXT_KIND.test(text) && !RESERVED.has(text);
}

/**
 * Reads the name of a context kind; `user` when it is absent or empty. SDKs disagree on what an empty one means, so it
 * is never stored (docs/wire/sdk.md, "Flag JSON").
 * @throws InvalidRequest naming the field
 */
export function readContextKind(fields: Fields, name: string): string {
  const contextKind = fields.optional(name, fields.string) || 'user';
  if (!isContextKind(contextKind)) fields.fail(name, CONTEXT_KIND_WORDS);
  return contextKind;
}

/** What a project knows of a kind of contexts. */
export interface ContextKind {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  /** Unix milliseconds, as all times. */
  readonly createdAt: number;
  readonly lastModified: number;
  readonly name: string;
  readonly description: string;
  /** Not offered for targeting any more. */
  readonly archived: boolean;
  /** Every project has one kind; others come with the first context, or by hand. */
  readonly createdFrom: 'default' | 'auto-add' | 'manual';
}

/** The action that a change of each setting needs. */
export const CONTEXT_KIND_ACTIONS = {
  name: 'updateContextKind',
  description: 'updateContextKind',
  archived: 'updateContextKind',
} as const satisfies Partial<Record<keyof ContextKind, string>>;

/** A kind of which nobody has said anything yet. */
export function newContextKind(
  key: string,
  createdFrom: ContextKind['createdFrom'],
  createdAt: number,
): Omit<ContextKind, 'id'> {
  const name = key === 'user' ? 'User' : key;
  return { key, version: 1, createdAt, lastModified: createdAt, name, description: '', archived: false, createdFrom };
}

/**
 * A kind with what a request says of it; the rest stays.
 * @throws InvalidRequest naming the member, Conflict when the request knows another version
 */
export function describeContextKind(
  kind: ContextKind,
  body: unknown,
  { now }: Pick<DecisionContext, 'now'>,
): ContextKind {
  const fields = new Fields(body, '');
  const version = fields.optional('version', fields.integer);
  if (version !== undefined && version !== kind.version) {
    throw new Conflict(`version: expected ${kind.version}, got ${version}`);
  }
  return {
    ...kind,
    name: requireName('name', fields.string('name')),
    description: fields.optional('description', fields.string) ?? kind.description,
    archived:
      fields.optional('archived', fields.boolean) ??
      fields.optional('hideInTargeting', fields.boolean) ??
      kind.archived,
    lastModified: now,
  };
}
