import type { Chance } from './chance.ts';
import { asObject } from './json.ts';
import { ODD_TEXT, ODD_VALUE } from './odd.ts';
import type { Schema } from './operations.ts';

/** Makes a body that fits a schema, mostly; values come from `known` where a text is wanted. */
export function bodyOf(chance: Chance, schema: Schema, known: readonly string[]): unknown {
  if (schema.anyOf) return bodyOf(chance, chance.pick(schema.anyOf), known);
  if (schema.enum) return chance.pick(schema.enum);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name) || chance.happens(40))
          .map(([name, member]) => [name, bodyOf(chance, member, known)]),
      );
    case 'array':
      return chance.pick([[], [0], [0, 0]]).map(() => bodyOf(chance, schema.items ?? {}, known));
    case 'string':
      return chance.happens(80) ? chance.pick(known) : chance.draw(ODD_TEXT);
    case 'integer':
    case 'number':
      return chance.pick([0, 1, 2, 1000, 60_000, 100_000]);
    case 'boolean':
      return chance.happens(50);
    case undefined:
    default:
      return chance.happens(50) ? patchOf(chance, known) : chance.draw(ODD_VALUE);
  }
}

/** Paths of JSON patches and members of merge patches. */
const MEMBERS = ['name', 'description', 'tags', 'key', 'on', 'variations', 'defaults', 'policy', 'role', 'fallthrough'];

function patchOf(chance: Chance, known: readonly string[]): unknown {
  const value = chance.happens(50) ? chance.pick(known) : chance.draw(ODD_VALUE);
  const path = `/${chance.pick(MEMBERS)}${chance.pick(['', '', '/0', '/-', '/__proto__/x', '/99999999999'])}`;
  return chance.pick<unknown>([
    [{ op: chance.pick(['add', 'replace', 'remove', 'test']), path, value }],
    [{ op: chance.pick(['move', 'copy']), from: `/${chance.pick(MEMBERS)}`, path }],
    { [chance.pick(MEMBERS)]: value },
    { patch: [{ op: 'replace', path, value }], comment: value },
    { comment: value, instructions: [{ kind: chance.pick(known), value }] },
  ]);
}

/** Breaks one thing in a JSON value, wherever it is. */
export function mutate(chance: Chance, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || chance.happens(15)) return chance.draw(ODD_VALUE);
  if (Array.isArray(value)) return mutateArray(chance, value);
  const entries = Object.entries(asObject(value));
  if (entries.length === 0 || chance.happens(10)) {
    return withOwn([...entries, [chance.draw(ODD_TEXT), chance.draw(ODD_VALUE)]]);
  }
  const [name] = chance.pick(entries);
  if (chance.happens(15)) return withOwn(entries.filter(([other]) => other !== name));
  return withOwn(entries.map(([other, member]) => [other, other === name ? mutate(chance, member) : member]));
}

function mutateArray(chance: Chance, value: readonly unknown[]): unknown {
  if (value.length === 0) return [chance.draw(ODD_VALUE)];
  const at = chance.pick([...value.keys()]);
  if (chance.happens(10)) return value.filter((_, index) => index !== at);
  if (chance.happens(10)) return [...value, ...value];
  return value.map((member, index) => (index === at ? mutate(chance, member) : member));
}

/** Members as they are called, `__proto__` too. */
const withOwn = (entries: readonly (readonly [string, unknown])[]): unknown => Object.fromEntries(entries);
