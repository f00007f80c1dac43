import type { Fields } from '../fields.ts';
import type { Json } from '../json.ts';
import { readContextKind } from '../context-kind.ts';
import { readAttribute } from './attribute-name.ts';
import type { Clause } from './flag.ts';
import { isPortableDate, isPortablePattern, isPortableVersion } from './portable-values.ts';

type ValueCheck = { readonly expected: string; readonly accepts: (value: Json) => boolean };

const ANYTHING: ValueCheck = { expected: 'any value', accepts: () => true };
const STRING: ValueCheck = { expected: 'a string', accepts: (value) => typeof value === 'string' };
const NUMBER: ValueCheck = { expected: 'a number', accepts: (value) => typeof value === 'number' };
const PATTERN: ValueCheck = {
  expected:
    'a regular expression that RE2 and JavaScript read alike, without look-around, back-references, flags and named classes',
  accepts: isPortablePattern,
};
const DATE: ValueCheck = {
  expected: 'Unix milliseconds, or an RFC 3339 date to the millisecond such as "2026-01-05T09:00:00Z"',
  accepts: isPortableDate,
};
const VERSION: ValueCheck = {
  expected: 'a semantic version such as "1.2.3"',
  accepts: isPortableVersion,
};

/** What the values of each operator must be. */
const OPERATORS: Readonly<Record<string, ValueCheck>> = {
  in: ANYTHING,
  startsWith: STRING,
  endsWith: STRING,
  contains: STRING,
  matches: PATTERN,
  lessThan: NUMBER,
  lessThanOrEqual: NUMBER,
  greaterThan: NUMBER,
  greaterThanOrEqual: NUMBER,
  before: DATE,
  after: DATE,
  semVerEqual: VERSION,
  semVerLessThan: VERSION,
  semVerGreaterThan: VERSION,
  segmentMatch: STRING,
  // Stored for clients that write it; SDKs do not know it and match nobody.
  applicationVersionSupported: ANYTHING,
};

/**
 * Reads a clause of a rule (docs/wire/flags.md, "Clauses"). Unknown segments and context kinds are accepted: tools
 * create things in parallel, and an unknown segment matches nobody.
 * @throws InvalidRequest naming the field
 */
export function parseClause(fields: Fields): Omit<Clause, 'id'> {
  const op = fields.string('op');
  if (!Object.hasOwn(OPERATORS, op)) fields.fail('op', `one of ${Object.keys(OPERATORS).join(', ')}`);
  const isSegmentMatch = op === 'segmentMatch';
  const attribute = isSegmentMatch ? 'segmentMatch' : readAttribute(fields, 'attribute');
  const contextKind = readContextKind(fields, 'contextKind');
  const values = requireValues(fields, op);
  return {
    contextKind,
    attribute,
    op,
    values,
    negate: fields.optional('negate', fields.boolean) ?? false,
  };
}

/** Reads `values` that fit an operator. @throws InvalidRequest naming the field */
export function requireValues(fields: Fields, op: string): readonly Json[] {
  const check = OPERATORS[op] ?? ANYTHING;
  const values = fields.list('values');
  if (!values.every((value) => check.accepts(value))) fields.fail('values', `only values that are ${check.expected}`);
  return values;
}
