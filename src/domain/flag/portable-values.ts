import type { Json } from '../json.ts';
import { isPattern } from '../evaluation/operators.ts';
import { parseInstant } from '../evaluation/instant.ts';
import { parseSemanticVersion } from '../evaluation/semantic-version.ts';

/*
 * Values that SDKs of all languages read alike (docs/wire/sdk.md, "Where SDKs disagree"). Others are refused when a rule is
 * saved: they would match for one application and not for another.
 */

/** Letters and digits after a backslash that RE2 and JavaScript read differently: `\A`, `\z`, `\pL`, `\Q`, `\12`, `\x{41}`. */
const DIFFERENT_ESCAPE = /^\\(?:[AzaQECpP0-9]|x\{)/;
/** Flags, comments and look-around, which are not the same everywhere; `(?:…)` and `(?<name>…)` are. */
const DIFFERENT_GROUP = /^\(\?(?!:|<[A-Za-z_])/;
/** A bracket that closes at once: a text for RE2, an empty class for JavaScript. */
const DIFFERENT_CLASS = /^\[\^?\]/;
const BEYOND_16_BITS = /[\u{10000}-\u{10FFFF}]/u;
/** What JavaScript sees as two characters, so that only the second of them would be repeated. */
const REPEATED_BEYOND_16_BITS = /^[\u{10000}-\u{10FFFF}][*+?{]/u;
const TOKEN = /\\[\s\S]|[\s\S]/gu;

/** node-semver reads no more. */
const MAX_VERSION_LENGTH = 256;
const DATE_TEXT = /^[^a-z]+$/;
/** What a date says beyond the millisecond: not zero. */
const BELOW_MILLISECONDS = /\.\d{3}0*[1-9]/;

/** Whether a regular expression means the same to RE2 and to JavaScript. */
export function isPortablePattern(value: Json): boolean {
  return typeof value === 'string' && isPattern(value) && !hasDifferentMeaning(value);
}

function hasDifferentMeaning(pattern: string): boolean {
  let isInClass = false;
  for (const { 0: token, index } of pattern.matchAll(TOKEN)) {
    const rest = pattern.slice(index, index + 4);
    if (DIFFERENT_ESCAPE.test(rest)) return true;
    if (isInClass ? isDifferentInClass(token, rest) : isDifferentOutside(rest)) return true;
    if (token === '[') isInClass = true;
    if (token === ']') isInClass = false;
  }
  return false;
}

const isDifferentInClass = (token: string, rest: string) => rest.startsWith('[:') || BEYOND_16_BITS.test(token);
const isDifferentOutside = (rest: string) =>
  DIFFERENT_GROUP.test(rest) || DIFFERENT_CLASS.test(rest) || REPEATED_BEYOND_16_BITS.test(rest);

/** Whether a date is the same moment everywhere: SDKs differ about small letters and what is below a millisecond. */
export function isPortableDate(value: Json): boolean {
  if (typeof value === 'number') return Number.isInteger(value);
  return (
    typeof value === 'string' &&
    parseInstant(value) !== undefined &&
    DATE_TEXT.test(value) &&
    !BELOW_MILLISECONDS.test(value)
  );
}

/** Whether a version is one everywhere: in JavaScript its numbers have to be exact, and its text short. */
export function isPortableVersion(value: Json): boolean {
  const version = parseSemanticVersion(value);
  if (!version || (value as string).length > MAX_VERSION_LENGTH) return false;
  const numbers = [...version.core, ...version.prerelease.filter((identifier) => /^\d+$/.test(identifier))];
  return numbers.every((number) => Number.isSafeInteger(Number(number)));
}
