import type { Fields } from '../fields.ts';

/** Longest name of a branch, revision or key: the database finds rows by them. */
const MAX_NAME_LENGTH = 256;

/** A text of 1 to 256 characters. @throws InvalidRequest naming the member */
export function requiredName(fields: Fields, name: string): string {
  const text = fields.string(name);
  return text !== '' && text.length <= MAX_NAME_LENGTH
    ? text
    : fields.fail(name, `a text of 1 to ${MAX_NAME_LENGTH} characters`);
}

/** A text that counts as absent when it is empty. @throws InvalidRequest naming the member */
export function optionalText(fields: Fields, name: string): string | undefined {
  return fields.optional(name, fields.string) || undefined;
}

/** A time in Unix milliseconds. @throws InvalidRequest naming the member */
export function requiredTime(fields: Fields, name: string): number {
  const time = fields.integer(name);
  return time >= 0 ? time : fields.fail(name, 'a time in Unix milliseconds');
}
