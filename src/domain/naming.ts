import { InvalidRequest } from './errors.ts';
import { show } from './json.ts';

const KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/;
const TAG = /^[a-zA-Z0-9._-]{1,64}$/;
/** Longest key of anything. */
export const MAX_KEY_LENGTH = 256;
const MAX_NAME_LENGTH = 256;
const MAX_TAGS = 64;

/**
 * Checks a resource key (docs/wire/rest.md, "Keys"): letters, digits, `.`, `_`, `-`, starting with a letter or digit.
 * @throws InvalidRequest naming `field`.
 */
export function requireKey(field: string, key: string, maxLength = MAX_KEY_LENGTH): string {
  if (!KEY.test(key) || key.length > maxLength) {
    throw new InvalidRequest(
      `${field}: ${show(key)} is not a valid key; expected 1 to ${maxLength} letters, digits, '.', '_' or '-', starting with a letter or digit`,
    );
  }
  return key;
}

/** Checks and trims a name: 1 to 256 characters. @throws InvalidRequest naming `field`. */
export function requireName(field: string, name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > MAX_NAME_LENGTH) {
    throw new InvalidRequest(
      `${field}: ${show(name)} is not a valid name; expected 1 to ${MAX_NAME_LENGTH} characters`,
    );
  }
  return trimmed;
}

/** Checks tags and drops repetitions, keeping the first of each. @throws InvalidRequest naming the bad tag. */
export function requireTags(field: string, tags: readonly string[]): readonly string[] {
  for (const [index, tag] of tags.entries()) {
    if (!TAG.test(tag)) {
      throw new InvalidRequest(
        `${field}[${index}]: ${show(tag)} is not a valid tag; expected 1 to 64 letters, digits, '.', '_' or '-'`,
      );
    }
  }
  const unique = [...new Set(tags)];
  if (unique.length > MAX_TAGS) {
    throw new InvalidRequest(`${field}: expected at most ${MAX_TAGS} tags, got ${unique.length}`);
  }
  return unique;
}
