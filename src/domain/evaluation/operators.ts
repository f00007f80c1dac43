import { RE2JS } from 're2js';
import type { Json } from '../json.ts';
import { parseInstant } from './instant.ts';
import { compareSemanticVersions, parseSemanticVersion } from './semantic-version.ts';

/** Compares a value of a context with one of a clause. */
export type Operator = (value: Json, clauseValue: Json) => boolean;

/** What each operator means (docs/wire/sdk.md, "Operators"); values of other types than it speaks of never match. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  in: (value, clauseValue) => value === clauseValue && value !== null,
  startsWith: onTexts((text, start) => text.startsWith(start)),
  endsWith: onTexts((text, end) => text.endsWith(end)),
  contains: onTexts((text, part) => text.includes(part)),
  matches: onTexts((text, pattern) => compile(pattern)?.matcher(text).find() ?? false),
  lessThan: onNumbers((number, other) => number < other),
  lessThanOrEqual: onNumbers((number, other) => number <= other),
  greaterThan: onNumbers((number, other) => number > other),
  greaterThanOrEqual: onNumbers((number, other) => number >= other),
  before: on(parseInstant, (instant, other) => instant < other),
  after: on(parseInstant, (instant, other) => instant > other),
  semVerEqual: on(parseSemanticVersion, (version, other) => compareSemanticVersions(version, other) === 0),
  semVerLessThan: on(parseSemanticVersion, (version, other) => compareSemanticVersions(version, other) < 0),
  semVerGreaterThan: on(parseSemanticVersion, (version, other) => compareSemanticVersions(version, other) > 0),
};

function on<T>(read: (value: Json) => T | undefined, compare: (value: T, clauseValue: T) => boolean): Operator {
  return (value, clauseValue) => {
    const [one, other] = [read(value), read(clauseValue)];
    return one !== undefined && other !== undefined && compare(one, other);
  };
}

function onTexts(compare: (value: string, clauseValue: string) => boolean): Operator {
  return on((value) => (typeof value === 'string' ? value : undefined), compare);
}

function onNumbers(compare: (value: number, clauseValue: number) => boolean): Operator {
  return on((value) => (typeof value === 'number' ? value : undefined), compare);
}

/** In the syntax of RE2, whose time grows with the length of the text and no faster, whatever the pattern. */
function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}

/** Whether SDKs of all languages can read a pattern: those of JavaScript do without RE2. */
export function isPattern(pattern: string): boolean {
  try {
    return compile(pattern) !== undefined && Boolean(new RegExp(pattern));
  } catch {
    return false;
  }
}
