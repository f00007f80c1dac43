import { InvalidRequest } from '../errors.ts';
import { type Json, show } from '../json.ts';

/** One part of whom something is evaluated for. */
export interface SingleContext {
  readonly kind: string;
  readonly key: string;
  /** Everything else that is known, `name` and `anonymous` among it; no `kind`, no `_meta`. */
  readonly attributes: Readonly<Record<string, Json>>;
  /** All that a reference may begin with, by its name: a map is asked several times as fast as an object. */
  readonly values: ReadonlyMap<string, Json>;
}

/** Whom something is evaluated for: at most one context of each kind, at least one in all. */
export type Context = ReadonlyMap<string, SingleContext>;

const KIND = /^[A-Za-z0-9._-]+$/;

/** What users of older SDKs can be beside their custom attributes. */
const USER_ATTRIBUTES = ['name', 'ip', 'firstName', 'lastName', 'email', 'avatar', 'country', 'anonymous'];

type Members = Readonly<Record<string, Json>>;

/**
 * Reads a context as SDKs write it: of one kind, of several (`multi`), or a user without a kind, as older SDKs have it
 * (docs/wire/sdk.md, "Contexts").
 * @throws InvalidRequest naming the member
 */
export function parseContext(value: unknown): Context {
  const members = requireMembers(value, 'context');
  if (!Object.hasOwn(members, 'kind')) return new Map([['user', readUser(members)]]);
  const { kind, ...others } = members;
  if (kind !== 'multi') {
    const single = requireKind(kind, 'kind');
    return new Map([[single, readSingle(single, others, '')]]);
  }
  const parts = Object.entries(others);
  if (parts.length === 0) throw new InvalidRequest('context: expected at least one kind in a context of kind "multi"');
  return new Map(
    parts.map(([name, part]) => [
      requireKind(name, 'context'),
      readSingle(name, requireMembers(part, name), `${name}.`),
    ]),
  );
}

/**
 * What tells a context from all others: the key of a user, `kind:key` of other kinds, and these of all kinds in order
 * (docs/wire/contexts.md).
 */
export function canonicalKey(context: Context): string {
  const user = context.get('user');
  if (user && context.size === 1) return user.key;
  const part = ({ kind, key }: SingleContext) => `${kind}:${key.replaceAll('%', '%25').replaceAll(':', '%3A')}`;
  return [...context.values()]
    .toSorted((left, right) => (left.kind < right.kind ? -1 : 1))
    .map(part)
    .join(':');
}

/** The value that a reference leads to in a context; undefined when there is none. `null` is none. */
export function findAttribute(context: SingleContext, path: readonly string[]): Json | undefined {
  let value = context.values.get(path[0] as string);
  for (let at = 1; at < path.length; at++) {
    const part = path[at] as string;
    value = isMembers(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return value ?? undefined;
}

/** A context of one kind. */
export function singleContext(kind: string, key: string, attributes: Members): SingleContext {
  const values = new Map<string, Json>([
    ['anonymous', false],
    ...Object.entries(attributes),
    ['kind', kind],
    ['key', key],
  ]);
  return { kind, key, attributes, values };
}

function readSingle(kind: string, { key, ...attributes }: Members, at: string): SingleContext {
  if (typeof key !== 'string' || key === '') {
    throw new InvalidRequest(`${at}key: expected a text that is not empty, got ${show(key)}`);
  }
  requireBuiltIns(attributes, at);
  return singleContext(kind, key, withoutNull(attributes));
}

/** A user of an older SDK: attributes of its own stand in `custom`, and its key may be empty. */
function readUser(members: Members): SingleContext {
  const { key } = members;
  if (typeof key !== 'string') throw new InvalidRequest(`key: expected a text, got ${show(key)}`);
  requireBuiltIns(members, '');
  const builtIn = Object.entries(members).filter(([name]) => USER_ATTRIBUTES.includes(name));
  const custom = Object.entries(isMembers(members['custom']) ? members['custom'] : {});
  return singleContext('user', key, withoutNull(Object.fromEntries([...custom, ...builtIn])));
}

function requireBuiltIns({ name = null, anonymous = null }: Members, at: string): void {
  if (name !== null && typeof name !== 'string') {
    throw new InvalidRequest(`${at}name: expected a text, got ${show(name)}`);
  }
  if (anonymous !== null && typeof anonymous !== 'boolean') {
    throw new InvalidRequest(`${at}anonymous: expected true or false, got ${show(anonymous)}`);
  }
}

function requireKind(kind: Json | undefined, at: string): string {
  if (typeof kind === 'string' && KIND.test(kind) && kind !== 'kind' && kind !== 'multi') return kind;
  throw new InvalidRequest(
    `${at}: ${show(kind)} is no kind of context; expected letters, digits, '.', '_' or '-', other than kind`,
  );
}

function requireMembers(value: unknown, at: string): Members {
  if (isMembers(value)) return value;
  throw new InvalidRequest(`${at}: expected an object, got ${show(value)}`);
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutNull(attributes: Members): Members {
  return Object.fromEntries(Object.entries(attributes).filter(([name, value]) => value !== null && name !== '_meta'));
}
