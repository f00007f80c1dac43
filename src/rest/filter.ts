import { InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';

/**
 * Reads a filter of the form `field:value,field:value`; a comma inside brackets or quotes belongs to the value.
 * @returns the values by field
 * @throws InvalidRequest for an unknown or repeated field and for an empty value
 */
export function parseFilter<Field extends string>(
  text: string | undefined,
  fields: readonly Field[],
): Readonly<Partial<Record<Field, string>>> {
  const filter: Partial<Record<Field, string>> = {};
  for (const part of splitOutsideBrackets(text ?? '')) {
    const colon = part.indexOf(':');
    const name = part.slice(0, colon).trim();
    const field = fields.find((known) => known === name);
    const value = part.slice(colon + 1).trim();
    if (colon < 0 || field === undefined) {
      throw new InvalidRequest(
        `filter: ${show(part)} is not a known filter; expected ${fields.map((known) => `${known}:value`).join(', ')}`,
      );
    }
    if (value === '') throw new InvalidRequest(`filter: expected a value for ${field}, got nothing`);
    if (filter[field] !== undefined) throw new InvalidRequest(`filter: expected ${field} once, got it twice`);
    filter[field] = value;
  }
  return filter;
}

function splitOutsideBrackets(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    if ('{[('.includes(character)) depth++;
    if ('}])'.includes(character)) depth--;
    if (character === ',' && depth === 0 && !isQuoted) {
      parts.push(part);
      part = '';
    } else {
      part += character;
    }
  }
  return [...parts, part].filter((candidate) => candidate.trim() !== '');
}

/** A filter's value that is true or false; undefined when it is not asked for. @throws InvalidRequest */
export function toBoolean(field: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new InvalidRequest(`filter: expected true or false for ${field}, got ${show(value)}`);
}

/** Whether any of the texts contains the query, ignoring case. */
export function contains(query: string | undefined, ...texts: readonly string[]): boolean {
  const wanted = query?.toLowerCase();
  return wanted === undefined || texts.some((text) => text.toLowerCase().includes(wanted));
}

/** Whether all tags of a `+` list are there; an unencoded `+` arrives as a space. Ignores case. */
export function hasAllTags(list: string | undefined, tags: readonly string[]): boolean {
  const present = new Set(tags.map((tag) => tag.toLowerCase()));
  const wanted = list?.toLowerCase().split(/[+ ]+/) ?? [];
  return wanted.every((tag) => present.has(tag));
}

/** How a list is sorted: by a field, `-` before it turns it round. */
export interface Sort<Field extends string> {
  readonly by: Field;
  readonly sign: 1 | -1;
}

/** @throws InvalidRequest for a field that the list cannot be sorted by */
export function parseSort<Field extends string>(
  text: string | undefined,
  fields: readonly Field[],
  fallback: Field,
): Sort<Field> {
  const name = text?.replace(/^-/, '') ?? fallback;
  const by = fields.find((field) => field === name);
  if (by === undefined) {
    throw new InvalidRequest(
      `sort: ${show(text)} is not a known order; expected one of ${fields.join(', ')}, with - for descending`,
    );
  }
  return { by, sign: text?.startsWith('-') ? -1 : 1 };
}

/** A list of fields to sort by, the first one first; none when there is no text. @throws InvalidRequest like `parseSort` */
export function parseSorts<Field extends string>(
  text: string | undefined,
  fields: readonly [Field, ...Field[]],
): readonly Sort<Field>[] {
  return (text ?? '') === '' ? [] : (text ?? '').split(',').map((part) => parseSort(part.trim(), fields, fields[0]));
}
