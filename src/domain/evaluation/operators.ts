import { RE2JS } from 're2js';
import type { Json } from '../json.ts';
import { parseInstant } from './instant.ts';
import { compareSemanticVersions, parseSemanticVersion } from './semantic-version.ts';

/** Whether a value of a context compares with any of a clause. */
export type ValueTest = (value: Json) => boolean;

/** Makes the test of a clause from its values, which are read here, once. */
export type Operator = (clauseValues: readonly Json[]) => ValueTest;

/** What each operator means (docs/wire/sdk.md, "Operators"); values of other types than it speaks of never match. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  in: isAmong,
  startsWith: onTexts((text, start) => text.startsWith(start)),
  endsWith: onTexts((text, end) => text.endsWith(end)),
  contains: onTexts((text, part) => text.includes(part)),
  matches: on(readText, compilePattern, (text, pattern) => pattern.matcher(text).find()),
  lessThan: onNumbers((number, other) => number < other),
  lessThanOrEqual: onNumbers((number, other) => number <= other),
  greaterThan: onNumbers((number, other) => number > other),
  greaterThanOrEqual: onNumbers((number, other) => number >= other),
  before: onSame(parseInstant, (instant, other) => instant < other),
  after: onSame(parseInstant, (instant, other) => instant > other),
  semVerEqual: onSame(parseSemanticVersion, (version, other) => compareSemanticVersions(version, other) === 0),
  semVerLessThan: onSame(parseSemanticVersion, (version, other) => compareSemanticVersions(version, other) < 0),
  semVerGreaterThan: onSame(parseSemanticVersion, (version, other) => compareSemanticVersions(version, other) > 0),
};

function isAmong(clauseValues: readonly Json[]): ValueTest {
  const values = new Set(clauseValues);
  return (value) => value !== null && values.has(value);
}

function on<T, C>(
  read: (value: Json) => T | undefined,
  readClause: (clauseValue: Json) => C | undefined,
  compare: (value: T, clauseValue: C) => boolean,
): Operator {
  return (clauseValues) => {
    const others = clauseValues.map(readClause).filter((other) => other !== undefined);
    return (value) => {
      const one = read(value);
      if (one === undefined) return false;
      for (const other of others) if (compare(one, other)) return true;
      return false;
    };
  };
}

function onSame<T>(read: (value: Json) => T | undefined, compare: (value: T, clauseValue: T) => boolean): Operator {
  return on(read, read, compare);
}

function onTexts(compare: (value: string, clauseValue: string) => boolean): Operator {
  return onSame(readText, compare);
}

function onNumbers(compare: (value: number, clauseValue: number) => boolean): Operator {
  return onSame((value) => (typeof value === 'number' ? value : undefined), compare);
}

function readText(value: Json): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** In the syntax of RE2, whose time grows with the length of the text and no faster, whatever the pattern. */
function compilePattern(pattern: Json): RE2JS | undefined {
  try {
    return typeof pattern === 'string' ? RE2JS.compile(pattern) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether SDKs of all languages can read a pattern: those of JavaScript do without RE2. */
export function isPattern(pattern: string): boolean {
  try {
    return compilePattern(pattern) !== undefined && Boolean(new RegExp(pattern));
  } catch {
    return false;
  }
}
