import { InvalidRequest } from './errors.ts';
import { type Json, show } from './json.ts';

/**
 * Reads the members of a JSON object of unknown shape, one by one, with an error that names the member, its value and
 * what was expected. `null` counts as absent. Used where the shape depends on the content (instructions) or comes
 * about by patching (projects, environments); whole request bodies are checked by schemas at the edge.
 */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #at: string;

  /** @param at what precedes a member's name in messages, such as `instructions[1] (addTargets): ` or `` */
  constructor(value: unknown, at: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new InvalidRequest(`${at.replace(/[:. ]+$/, '') || 'body'}: expected an object, got ${show(value)}`);
    }
    this.#members = value as Record<string, unknown>;
    this.#at = at;
  }

  has(name: string): boolean {
    const value = this.raw(name);
    return value !== undefined && value !== null;
  }

  /** Whether the member is there and says `null`, for the few places where that has a meaning of its own. */
  isNull(name: string): boolean {
    return this.raw(name) === null;
  }

  /** A member as it is, `null` included; undefined when it is not there. What every object has by birth is no member. */
  raw(name: string): Json | undefined {
    return Object.hasOwn(this.#members, name) ? (this.#members[name] as Json | undefined) : undefined;
  }

  /** A member's place in the whole, for messages. */
  path(name: string): string {
    return `${this.#at}${name}`;
  }

  /** @throws InvalidRequest always. */
  fail(name: string, expected: string): never {
    throw new InvalidRequest(`${this.path(name)}: expected ${expected}, got ${show(this.raw(name))}`);
  }

  string(name: string): string {
    const value = this.raw(name);
    return typeof value === 'string' ? value : this.fail(name, 'a string');
  }

  boolean(name: string): boolean {
    const value = this.raw(name);
    return typeof value === 'boolean' ? value : this.fail(name, 'true or false');
  }

  /** A whole number that both engines can hold. */
  integer(name: string): number {
    const value = this.raw(name);
    return Number.isSafeInteger(value) ? (value as number) : this.fail(name, 'a whole number');
  }

  strings(name: string): readonly string[] {
    const value = this.list(name, 'an array of strings');
    return value.every((element) => typeof element === 'string') ? value : this.fail(name, 'an array of strings');
  }

  /** Any JSON values. */
  list(name: string, expected = 'an array'): readonly Json[] {
    const value = this.raw(name);
    return Array.isArray(value) ? (value as readonly Json[]) : this.fail(name, expected);
  }

  /** The elements of an array of objects, each to be read on its own. */
  objects(name: string): readonly Fields[] {
    return this.list(name, 'an array of objects').map(
      (element, index) => new Fields(element, `${this.#at}${name}[${index}].`),
    );
  }

  object(name: string): Fields {
    return this.has(name) ? new Fields(this.raw(name), `${this.#at}${name}.`) : this.fail(name, 'an object');
  }

  /** Names and values of the members, for objects that are maps. */
  entries(): readonly (readonly [string, unknown])[] {
    return Object.entries(this.#members);
  }

  /** `read(name)` when the member is there, else `undefined`: `fields.optional('name', fields.string)`. */
  optional<T>(name: string, read: (this: Fields, name: string) => T): T | undefined {
    return this.has(name) ? read.call(this, name) : undefined;
  }
}

/** A reader of texts that must be one of a few: `fields.optional('effect', oneOf(['allow', 'deny']))`. */
export function oneOf<T extends string>(values: readonly T[]): (this: Fields, name: string) => T {
  return function read(name) {
    const value = values.find((one) => one === this.raw(name));
    return value ?? this.fail(name, `one of ${values.join(', ')}`);
  };
}
