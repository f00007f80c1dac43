import { parseReference } from '../domain/evaluation/attribute-reference.ts';
import { canonicalKey, type Context, findAttribute, parseContext } from '../domain/evaluation/context.ts';
import { parseInstant } from '../domain/evaluation/instant.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { type Json, jsonEquals, show } from '../domain/json.ts';
import type { SeenContext } from '../store/seen-contexts.ts';
import { contains } from './filter.ts';
import { booleanOf, type FilterFields, type Operator, type Term, textOf, textsOf } from './filter-expression.ts';

/** What contexts can be filtered by (docs/wire/contexts.md, "Searching"). */
export const CONTEXT_FILTERS: FilterFields = {
  applicationId: ['equals', 'notEquals', 'anyOf'],
  id: ['equals', 'notEquals', 'anyOf'],
  key: ['equals', 'notEquals', 'anyOf', 'startsWith'],
  kind: ['equals', 'notEquals', 'anyOf'],
  kinds: ['equals', 'anyOf', 'contains'],
  kindKey: ['equals', 'notEquals', 'anyOf'],
  kindKeys: ['equals', 'anyOf', 'contains'],
  q: ['equals'],
  name: ['equals', 'notEquals', 'exists', 'anyOf', 'startsWith'],
  '*.*': ['equals', 'notEquals', 'exists', 'startsWith', 'before', 'after'],
};

/** What context instances can be filtered by. */
export const INSTANCE_FILTERS: FilterFields = {
  applicationId: ['equals', 'notEquals', 'anyOf'],
  id: ['equals', 'notEquals', 'anyOf'],
  kinds: ['equals', 'anyOf', 'contains'],
  kindKeys: ['equals', 'anyOf', 'contains'],
};

/** The id by which a context is called on the wire. */
export function contextId(canonical: string): string {
  return Buffer.from(canonical).toString('base64url');
}

/** The context that was stored. */
export function readSeen(seen: SeenContext): Context {
  return parseContext(JSON.parse(seen.document));
}

/** Whether a term of a filter is true of a context. @throws InvalidRequest for a value that its field cannot have */
export function isTrueOf(seen: SeenContext, context: Context, term: Term): boolean {
  const singles = [...context.values()];
  switch (term.field) {
    case 'applicationId':
      return compareText(term, seen.applicationId);
    case 'id':
      return compareText(term, contextId(canonicalKey(context)));
    case 'key':
      return compareText(term, seen.key);
    case 'kind':
      return compareText(term, seen.kind);
    case 'kindKey':
      return compareText(term, `${seen.kind}:${seen.key}`);
    case 'kinds':
      return compareSet(term, [...context.keys()]);
    case 'kindKeys':
      return compareSet(
        term,
        singles.map(({ kind, key }) => `${kind}:${key}`),
      );
    case 'q': {
      const texts = singles.flatMap(({ key, attributes }) => [
        key,
        ...Object.values(attributes).filter((value) => typeof value === 'string'),
      ]);
      return textsOf(term).some((wanted) => contains(wanted, ...texts));
    }
    case 'name':
      return COMPARISONS[term.operator](attributeValues(context, '*.name'), term);
    default:
      return COMPARISONS[term.operator](attributeValues(context, term.field), term);
  }
}

function compareText(term: Term, text: string): boolean {
  if (term.operator === 'anyOf') return textsOf(term).includes(text);
  const wanted = textOf(term);
  if (term.operator === 'startsWith') return text.startsWith(wanted);
  return (text === wanted) === (term.operator === 'equals');
}

function compareSet(term: Term, texts: readonly string[]): boolean {
  const wanted = textsOf(term);
  if (term.operator === 'anyOf') return wanted.some((text) => texts.includes(text));
  const hasAll = wanted.every((text) => texts.includes(text));
  return hasAll && (term.operator === 'contains' || new Set(wanted).size === texts.length);
}

/** The values of an attribute in contexts of a kind, `user.email`, or of any, `*.email`. Kinds can have dots in them. */
function attributeValues(context: Context, field: string): readonly Json[] {
  return [...context.values()].flatMap((single) => {
    const kind = ['*', single.kind].find((one) => field.startsWith(`${one}.`));
    const path = kind === undefined ? undefined : parseReference(field.slice(kind.length + 1));
    const value = path && findAttribute(single, path);
    return value === undefined ? [] : [value];
  });
}

/** How each operator compares the values that an attribute has with that of a filter. */
const COMPARISONS: Readonly<Record<Operator, (values: readonly Json[], term: Term) => boolean>> = {
  equals: (values, { value }) => values.some((one) => jsonEquals(one, value)),
  notEquals: (values, { value }) => !values.some((one) => jsonEquals(one, value)),
  exists: (values, term) => values.length > 0 === booleanOf(term),
  anyOf: (values, term) => textsOf(term).some((text) => values.includes(text)),
  contains: (values, term) => textsOf(term).every((text) => values.includes(text)),
  startsWith: (values, term) => values.some((one) => typeof one === 'string' && one.startsWith(textOf(term))),
  before: (values, term) => instantsOf(values).some((instant) => instant < requireInstant(term)),
  after: (values, term) => instantsOf(values).some((instant) => instant > requireInstant(term)),
};

function instantsOf(values: readonly Json[]): readonly number[] {
  return values.flatMap((value) => parseInstant(value) ?? []);
}

function requireInstant({ field, value }: Term): number {
  const instant = parseInstant(value);
  if (instant !== undefined) return instant;
  throw new InvalidRequest(`filter: expected a date for ${field}, RFC 3339 or Unix milliseconds, got ${show(value)}`);
}
