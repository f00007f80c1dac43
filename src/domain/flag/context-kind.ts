import type { Fields } from '../fields.ts';

const CONTEXT_KIND = /^[a-zA-Z0-9._-]{1,100}$/;

/** Words that mean something else where kinds stand. */
const RESERVED: ReadonlySet<string> = new Set(['kind', 'multi']);

/**
 * Reads the name of a context kind; `user` when it is absent or empty. SDKs disagree on what an empty one means, so it
 * is never stored (docs/wire/sdk.md, "Flag JSON").
 * @throws InvalidRequest naming the field
 */
export function readContextKind(fields: Fields, name: string): string {
  const contextKind = fields.optional(name, fields.string) || 'user';
  if (!CONTEXT_KIND.test(contextKind) || RESERVED.has(contextKind)) {
    fields.fail(name, "a context kind of 1 to 100 letters, digits, '.', '_' or '-', other than kind and multi");
  }
  return contextKind;
}
