import { InvalidRequest } from '../domain/errors.ts';
import { type Json, show } from '../domain/json.ts';

/*
 * Filters of the form `field operator value` (docs/wire/rest.md, "Filters"): a comma, or the word `and` between two of
 * them, means and, `|` means or, and binds less; parentheses group. Values are JSON, texts in single quotes, or bare words.
 */

export const OPERATORS = [
  'equals',
  'notEquals',
  'anyOf',
  'contains',
  'exists',
  'startsWith',
  'before',
  'after',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** One comparison. */
export interface Term {
  readonly field: string;
  readonly operator: Operator;
  readonly value: Json;
}

/** A filter that has been read: whether it is true depends on whether its terms are. */
export type FilterExpression = (isTrue: (term: Term) => boolean) => boolean;

/** The operators that each field of a list knows; `*.*` stands for all fields with a dot in them. */
export type FilterFields = Readonly<Record<string, readonly Operator[]>>;

const EVERYTHING: FilterExpression = () => true;
/** The word `and` where another comparison follows; elsewhere it is part of a text. */
const AND = new RegExp(`^and (?=\\S+ (?:${OPERATORS.join('|')}) )`);
const BARE_VALUE = new RegExp(`^(?:(?! and \\S+ (?:${OPERATORS.join('|')}) )[^,|()])+`);
/** Parentheses in parentheses. */
const MAX_DEPTH = 20;

/** @throws InvalidRequest naming what cannot be read, an unknown field, or an operator that a field does not know */
export function parseFilterExpression(text: string | undefined, fields: FilterFields): FilterExpression {
  if (text === undefined || text.trim() === '') return EVERYTHING;
  return new Parser(text, fields).parse();
}

class Parser {
  readonly #text: string;
  readonly #fields: FilterFields;
  #at = 0;

  constructor(text: string, fields: FilterFields) {
    this.#text = text;
    this.#fields = fields;
  }

  parse(): FilterExpression {
    const expression = this.#either(0);
    this.#skipSpaces();
    if (this.#at < this.#text.length) this.#fail('a comma, | or the end');
    return expression;
  }

  #either(depth: number): FilterExpression {
    const parts = [this.#all(depth)];
    while (this.#take('|')) parts.push(this.#all(depth));
    return (isTrue) => parts.some((part) => part(isTrue));
  }

  #all(depth: number): FilterExpression {
    const parts = [this.#one(depth)];
    while (this.#take(',') || this.#takeAnd()) parts.push(this.#one(depth));
    return (isTrue) => parts.every((part) => part(isTrue));
  }

  #one(depth: number): FilterExpression {
    if (!this.#take('(')) return this.#term();
    if (depth === MAX_DEPTH) this.#fail(`at most ${MAX_DEPTH} parentheses in each other`);
    const expression = this.#either(depth + 1);
    if (!this.#take(')')) this.#fail('a closing parenthesis');
    return expression;
  }

  #term(): FilterExpression {
    const field = this.#word('a field');
    const known = Object.hasOwn(this.#fields, field)
      ? this.#fields[field]
      : field.includes('.')
        ? this.#fields['*.*']
        : undefined;
    if (!known) {
      throw new InvalidRequest(
        `filter: ${show(field)} is not a known field; expected one of ${Object.keys(this.#fields).join(', ')}`,
      );
    }
    const name = this.#word('an operator');
    const operator = known.find((one) => one === name);
    if (!operator) {
      throw new InvalidRequest(`filter: expected one of ${known.join(', ')} for ${field}, got ${show(name)}`);
    }
    const term = { field, operator, value: this.#value() };
    return (isTrue) => isTrue(term);
  }

  /** A name, quoted when it has spaces in it. */
  #word(what: string): string {
    this.#skipSpaces();
    const [word = '', quoted] = /^(?:"((?:[^"\\]|\\.)*)"|[^\s,|()"]+)/.exec(this.#rest()) ?? [];
    if (word === '') this.#fail(what);
    this.#at += word.length;
    return quoted ?? word;
  }

  #value(): Json {
    this.#skipSpaces();
    const rest = this.#rest();
    const json = rest.startsWith('"') || rest.startsWith('[') || rest.startsWith('{') ? jsonPrefix(rest) : undefined;
    if (json) {
      this.#at += json.length;
      return json.value;
    }
    const [quote = '', quoted] = /^'((?:[^'\\]|\\.)*)'/.exec(rest) ?? [];
    if (quoted !== undefined) {
      this.#at += quote.length;
      return quoted.replaceAll(/\\(.)/g, '$1');
    }
    const [word = ''] = BARE_VALUE.exec(rest) ?? [];
    if (word.trim() === '') this.#fail('a value');
    this.#at += word.length;
    return bareValue(word.trim());
  }

  #take(character: string): boolean {
    this.#skipSpaces();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #takeAnd(): boolean {
    this.#skipSpaces();
    const [word = ''] = AND.exec(this.#rest()) ?? [];
    this.#at += word.length;
    return word !== '';
  }

  #skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #fail(expected: string): never {
    throw new InvalidRequest(`filter: expected ${expected} at character ${this.#at + 1}, got ${show(this.#rest())}`);
  }
}

/** The JSON value that a text begins with: a string, an array or an object. */
function jsonPrefix(text: string): { readonly value: Json; readonly length: number } | undefined {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (isQuoted && character === '\\') at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && '[{'.includes(character)) depth++;
    else if (!isQuoted && ']}'.includes(character)) depth--;
    if (depth === 0 && !isQuoted) return parseJson(text.slice(0, at + 1));
  }
  return undefined;
}

function parseJson(text: string): { readonly value: Json; readonly length: number } | undefined {
  try {
    return { value: JSON.parse(text) as Json, length: text.length };
  } catch {
    return undefined;
  }
}

/** Numbers and booleans as such, all else as text. */
function bareValue(word: string): Json {
  if (word === 'true' || word === 'false') return word === 'true';
  // What a number would not give back as it was, such as the version 1.20, is a text.
  return /^-?\d+(\.\d+)?$/.test(word) && String(Number(word)) === word ? Number(word) : word;
}

/** The texts of `anyOf` and `contains`; a single value is a list of one. @throws InvalidRequest */
export function textsOf({ field, value }: Term): readonly string[] {
  const values = Array.isArray(value) ? (value as readonly Json[]) : [value];
  if (values.every((one) => typeof one === 'string' || typeof one === 'number')) return values.map(String);
  throw new InvalidRequest(`filter: expected texts for ${field}, got ${show(value)}`);
}

/** @throws InvalidRequest */
export function textOf({ field, value }: Term): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new InvalidRequest(`filter: expected a text for ${field}, got ${show(value)}`);
}

/** @throws InvalidRequest */
export function booleanOf({ field, value }: Term): boolean {
  if (typeof value === 'boolean') return value;
  throw new InvalidRequest(`filter: expected true or false for ${field}, got ${show(value)}`);
}
