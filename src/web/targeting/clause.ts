import type { Json } from '../../domain/json.ts';

/** A condition on an attribute of a context. */
export interface Clause {
  readonly id: string;
  readonly contextKind: string;
  readonly attribute: string;
  readonly op: string;
  readonly values: readonly Json[];
  readonly negate: boolean;
}

/** What an operator compares with. */
export type ValueKind = 'any' | 'text' | 'number' | 'moment' | 'version' | 'segment';

interface OperatorWords {
  readonly op: string;
  readonly is: string;
  readonly isNot: string;
  readonly values: ValueKind;
}

/** All operators that flags and segments know (docs/wire/flags.md, "Clauses"). */
export const OPERATORS: readonly OperatorWords[] = [
  { op: 'in', is: 'is one of', isNot: 'is not one of', values: 'any' },
  { op: 'startsWith', is: 'starts with', isNot: 'does not start with', values: 'text' },
  { op: 'endsWith', is: 'ends with', isNot: 'does not end with', values: 'text' },
  { op: 'contains', is: 'contains', isNot: 'does not contain', values: 'text' },
  { op: 'matches', is: 'matches the pattern', isNot: 'does not match the pattern', values: 'text' },
  { op: 'lessThan', is: 'is less than', isNot: 'is not less than', values: 'number' },
  { op: 'lessThanOrEqual', is: 'is at most', isNot: 'is not at most', values: 'number' },
  { op: 'greaterThan', is: 'is greater than', isNot: 'is not greater than', values: 'number' },
  { op: 'greaterThanOrEqual', is: 'is at least', isNot: 'is not at least', values: 'number' },
  { op: 'before', is: 'is before', isNot: 'is not before', values: 'moment' },
  { op: 'after', is: 'is after', isNot: 'is not after', values: 'moment' },
  { op: 'semVerEqual', is: 'is version', isNot: 'is not version', values: 'version' },
  { op: 'semVerLessThan', is: 'is a version below', isNot: 'is not a version below', values: 'version' },
  { op: 'semVerGreaterThan', is: 'is a version above', isNot: 'is not a version above', values: 'version' },
  { op: 'segmentMatch', is: 'is in segment', isNot: 'is not in segment', values: 'segment' },
];

export function valueKindOf(op: string): ValueKind {
  return OPERATORS.find((known) => known.op === op)?.values ?? 'any';
}

/** Attributes that are texts whatever they look like. */
const TEXTS = new Set(['key', 'name', 'kind']);

/**
 * What somebody means who types a value: a number or a truth value where the operator or the attribute may have one, else
 * a text. Quotes make a text of anything.
 */
export function readValue(typed: string, { op, attribute }: Pick<Clause, 'op' | 'attribute'>): Json {
  const text = typed.trim();
  if (/^".*"$/s.test(text)) return text.slice(1, -1);
  const kind = valueKindOf(op);
  if (kind === 'number' || kind === 'moment') return isNumber(text) ? Number(text) : text;
  if (kind !== 'any' || TEXTS.has(attribute)) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  return isNumber(text) ? Number(text) : text;
}

/** A value as it would have to be typed. */
export function showValue(value: Json, clause: Pick<Clause, 'op' | 'attribute'>): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return readValue(value, clause) === value ? value : `"${value}"`;
}

/** What keeps a clause from being stored; undefined when nothing does. */
export function clauseProblem(clause: Clause): string | undefined {
  const kind = valueKindOf(clause.op);
  if (kind !== 'segment' && clause.attribute.trim() === '') return 'Choose an attribute';
  if (clause.values.length === 0) return kind === 'segment' ? 'Choose a segment' : 'Add a value';
  if (kind === 'number' && clause.values.some((value) => typeof value !== 'number')) return 'Expected numbers';
  return undefined;
}

/** A clause in words, such as `user country is one of de, fr`. */
export function clauseWords(clause: Clause): string {
  const { op, contextKind, attribute, negate, values } = clause;
  const known = OPERATORS.find((candidate) => candidate.op === op);
  const verb = known ? known[negate ? 'isNot' : 'is'] : `${negate ? 'not ' : ''}${op}`;
  const subject = valueKindOf(op) === 'segment' ? contextKind : `${contextKind} ${attribute}`;
  return `${subject} ${verb} ${values.map((value) => showValue(value, clause)).join(', ')}`;
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text)) && String(Number(text)) === text;
}
