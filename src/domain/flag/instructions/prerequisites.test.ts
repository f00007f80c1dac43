import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { NOW } from '../../../../tests/support/builders/test-context.ts';
import { flagWith, patched } from '../../../../tests/support/builders/patched.ts';
import type { Flag, Prerequisite } from '../flag.ts';

const other = (key: string, overrides: Partial<Flag> = {}) => aFlag({ key, ...overrides });
const needing = (key: string, ...keys: readonly string[]) =>
  other(key, {
    environments: { test: aConfig({ prerequisites: keys.map((flagKey) => ({ flagKey, variationId: TRUE_ID })) }) },
  });
const around = (...flags: readonly Flag[]) => ({ flags: new Map(flags.map((flag) => [flag.key, flag])) });
const AROUND = around(other('a'), other('b'));
const on = (flagKey: string, variationId = TRUE_ID): Prerequisite => ({ flagKey, variationId });

describe('prerequisites', () => {
  it.each([
    [
      'addPrerequisite appends',
      [on('a')],
      { kind: 'addPrerequisite', key: 'b', variationId: FALSE_ID },
      [on('a'), on('b', FALSE_ID)],
      ['Added the prerequisite b'],
    ],
    [
      'addPrerequisite passes over one that is there',
      [on('a')],
      { kind: 'addPrerequisite', key: 'a', variationId: TRUE_ID },
      [on('a')],
      [],
    ],
    [
      'removePrerequisite removes',
      [on('a'), on('b')],
      { kind: 'removePrerequisite', key: 'a' },
      [on('b')],
      ['Removed the prerequisite a'],
    ],
    [
      'removePrerequisite passes over one that is not there',
      [on('a')],
      { kind: 'removePrerequisite', key: 'x' },
      [on('a')],
      [],
    ],
    [
      'updatePrerequisite changes the variation',
      [on('a')],
      { kind: 'updatePrerequisite', key: 'a', variationId: FALSE_ID },
      [on('a', FALSE_ID)],
      ['Changed the variation of the prerequisite a'],
    ],
    [
      'replacePrerequisites replaces all',
      [on('a')],
      { kind: 'replacePrerequisites', prerequisites: [{ key: 'b', variationId: TRUE_ID }] },
      [on('b')],
      ['Added the prerequisite b', 'Removed the prerequisite a'],
    ],
    [
      'replacePrerequisites can change the order',
      [on('a'), on('b')],
      {
        kind: 'replacePrerequisites',
        prerequisites: [
          { key: 'b', variationId: TRUE_ID },
          { key: 'a', variationId: TRUE_ID },
        ],
      },
      [on('b'), on('a')],
      ['Changed the order of the prerequisites'],
    ],
    [
      'replacePrerequisites can remove all',
      [on('a')],
      { kind: 'replacePrerequisites', prerequisites: [] },
      [],
      ['Removed the prerequisite a'],
    ],
  ])('%s', (_, before, instruction, after, words) => {
    const { config, told } = patched(flagWith({ prerequisites: before }), [instruction], AROUND);
    expect(config.prerequisites).toEqual(after);
    expect(told).toEqual(words.map((sentence) => `updatePrerequisites: ${sentence}`));
  });

  it.each([
    [
      'an unknown flag',
      { kind: 'addPrerequisite', key: 'x', variationId: TRUE_ID },
      'key: expected the key of another flag of this project, got "x"',
    ],
    [
      'the flag itself',
      { kind: 'addPrerequisite', key: 'new-cart', variationId: TRUE_ID },
      'key: expected the key of another flag',
    ],
    [
      'a variation that the other flag has not',
      { kind: 'addPrerequisite', key: 'b', variationId: 'x' },
      'variationId: "x" is not a variation of b',
    ],
    [
      'the same flag with another variation',
      { kind: 'addPrerequisite', key: 'a', variationId: FALSE_ID },
      'key: "a" is a prerequisite already, with another variation; update it instead',
    ],
    [
      'an update of what is not there',
      { kind: 'updatePrerequisite', key: 'b', variationId: TRUE_ID },
      'key: expected the key of a prerequisite of this flag, got "b"',
    ],
    [
      'a flag twice',
      {
        kind: 'replacePrerequisites',
        prerequisites: [
          { key: 'b', variationId: TRUE_ID },
          { key: 'b', variationId: FALSE_ID },
        ],
      },
      'environments.test.prerequisites[1].key: "b" is named twice',
    ],
  ])('refuse %s', (_, instruction, message) => {
    const attempt = () => patched(flagWith({ prerequisites: [on('a')] }), [instruction], AROUND);
    expect(attempt).toThrow(`instructions[0] (${instruction.kind}): ${message}`);
  });

  it('refuse archived flags, but leave those alone that were archived since', () => {
    const archived = around(other('a', { archivedAt: NOW }));
    const add = { kind: 'addPrerequisite', key: 'a', variationId: TRUE_ID };
    expect(() => patched(flagWith({}), [add], archived)).toThrow('prerequisites[0].key: "a" is archived');
    expect(patched(flagWith({ prerequisites: [on('a')] }), [{ kind: 'turnFlagOn' }], archived).config.on).toBe(true);
  });

  it('refuse cycles and tell them', () => {
    const add = { kind: 'addPrerequisite', key: 'a', variationId: TRUE_ID };
    const flags = around(needing('a', 'b'), needing('b', 'new-cart'));
    expect(() => patched(flagWith({}), [add], flags)).toThrow(
      'instructions[0] (addPrerequisite): environments.test.prerequisites: expected no cycle, got new-cart → a → b → new-cart',
    );
  });

  it('see no cycle where a flag is needed twice, or in another environment', () => {
    const add = { kind: 'addPrerequisite', key: 'a', variationId: TRUE_ID };
    const diamond = around(needing('a', 'b', 'c'), needing('b', 'd'), needing('c', 'd'), other('d'));
    expect(patched(flagWith({}), [add], diamond).config.prerequisites).toEqual([on('a')]);
    const elsewhere = around(
      other('a', { environments: { production: aConfig({ prerequisites: [on('new-cart')] }) } }),
    );
    expect(patched(flagWith({}), [add], elsewhere).config.prerequisites).toEqual([on('a')]);
  });

  it('go 50 flags deep and no deeper', () => {
    const chain = (length: number) =>
      around(...Array.from({ length }, (_, i) => (i + 1 < length ? needing(`f${i}`, `f${i + 1}`) : other(`f${i}`))));
    const add = { kind: 'addPrerequisite', key: 'f0', variationId: TRUE_ID };
    expect(() => patched(flagWith({}), [add], chain(50))).not.toThrow();
    expect(() => patched(flagWith({}), [add], chain(51))).toThrow(
      'prerequisites: expected a depth of at most 50 flags',
    );
  });
});
