import { describe, expect, it } from 'vitest';
import { aFlag, FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { NOW, testContext } from '../../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../../errors.ts';
import { applyInstructions } from '../../../../tests/support/builders/apply.ts';
import type { Flag, FlagConfig } from '../flag.ts';

/** The small families of instructions: switch, default rule, settings, lifecycle. */

const apply = (flag: Flag, ...instructions: readonly unknown[]) =>
  applyInstructions(flag, { instructions, environmentKey: 'test' }, testContext());

describe('instructions in an environment', () => {
  const rows: readonly { name: string; instruction: object; change: Partial<FlagConfig> }[] = [
    { name: 'turnFlagOn turns on', instruction: { kind: 'turnFlagOn' }, change: { on: true } },
    { name: 'turnFlagOff keeps off what is off', instruction: { kind: 'turnFlagOff' }, change: {} },
    {
      name: 'updateFallthroughVariationOrRollout sets the default rule',
      instruction: { kind: 'updateFallthroughVariationOrRollout', variationId: FALSE_ID },
      change: { fallthrough: { variationId: FALSE_ID } },
    },
    {
      name: 'updateOffVariation sets the off variation',
      instruction: { kind: 'updateOffVariation', variationId: TRUE_ID },
      change: { offVariationId: TRUE_ID },
    },
    {
      name: 'updateOffVariation unsets it with null',
      instruction: { kind: 'updateOffVariation', variationId: null },
      change: { offVariationId: undefined },
    },
  ];

  it.each(rows)('$name, and no more when repeated', ({ instruction, change }) => {
    const flag = aFlag();
    const config = { ...flag.environments['test'], ...change };
    const expected = { ...flag, environments: { ...flag.environments, test: config } };
    expect(apply(flag, instruction)).toEqual(expected);
    expect(apply(flag, instruction, instruction)).toEqual(expected);
  });

  it('turnFlagOff undoes turnFlagOn', () => {
    expect(apply(aFlag(), { kind: 'turnFlagOn' }, { kind: 'turnFlagOff' })).toEqual(aFlag());
  });

  it('updateOffVariation refuses to guess when it is given no variation', () => {
    expect(() => apply(aFlag(), { kind: 'updateOffVariation' })).toThrow(
      new InvalidRequest('instructions[0] (updateOffVariation): variationId: expected a string, got nothing'),
    );
  });
});

describe('instructions for the whole flag', () => {
  const rows: readonly { name: string; instruction: object; change: Partial<Flag> }[] = [
    {
      name: 'updateName sets and trims',
      instruction: { kind: 'updateName', value: ' Cart ' },
      change: { name: 'Cart' },
    },
    {
      name: 'updateDescription sets',
      instruction: { kind: 'updateDescription', value: 'x' },
      change: { description: 'x' },
    },
    {
      name: 'updateDescription clears',
      instruction: { kind: 'updateDescription', value: '' },
      change: { description: '' },
    },
    {
      name: 'addTags adds what is new',
      instruction: { kind: 'addTags', values: ['b', 'c', 'c'] },
      change: { tags: ['a', 'b', 'c'] },
    },
    { name: 'addTags adds nothing of nothing', instruction: { kind: 'addTags', values: [] }, change: {} },
    {
      name: 'removeTags removes what is there',
      instruction: { kind: 'removeTags', values: ['a', 'z'] },
      change: { tags: ['b'] },
    },
    { name: 'archiveFlag archives now', instruction: { kind: 'archiveFlag' }, change: { archivedAt: NOW } },
  ];

  it.each(rows)('$name, and no more when repeated', ({ instruction, change }) => {
    const flag = aFlag({ tags: ['a', 'b'] });
    expect(apply(flag, instruction)).toEqual({ ...flag, ...change });
    expect(apply(flag, instruction, instruction)).toEqual({ ...flag, ...change });
  });

  it('archiveFlag keeps the date of a flag that is archived already', () => {
    expect(apply(aFlag({ archivedAt: NOW - 5 }), { kind: 'archiveFlag' }).archivedAt).toBe(NOW - 5);
  });

  it.each([
    {
      name: 'an empty name',
      instruction: { kind: 'updateName', value: ' ' },
      problem: 'value: " " is not a valid name; expected 1 to 256 characters',
    },
    {
      name: 'a name of another type',
      instruction: { kind: 'updateName', value: 7 },
      problem: 'value: expected a string, got 7',
    },
    {
      name: 'no description',
      instruction: { kind: 'updateDescription' },
      problem: 'value: expected a string, got nothing',
    },
    {
      name: 'tags that are no list',
      instruction: { kind: 'addTags', values: 'a' },
      problem: 'values: expected an array of strings, got "a"',
    },
    {
      name: 'a bad tag to add, by its place in the instruction',
      instruction: { kind: 'addTags', values: ['ok', 'a b'] },
      problem: `values[1]: "a b" is not a valid tag; expected 1 to 64 letters, digits, '.', '_' or '-'`,
    },
    {
      name: 'a bad tag to remove',
      instruction: { kind: 'removeTags', values: ['a b'] },
      problem: `values[0]: "a b" is not a valid tag; expected 1 to 64 letters, digits, '.', '_' or '-'`,
    },
  ])('refuse $name', ({ instruction, problem }) => {
    expect(() => apply(aFlag({ tags: ['a', 'b'] }), instruction)).toThrow(
      new InvalidRequest(`instructions[0] (${instruction.kind}): ${problem}`),
    );
  });

  it('addTags refuses more than 64 tags in all', () => {
    const tags = Array.from({ length: 64 }, (_, index) => `t${index}`);
    expect(() => apply(aFlag({ tags }), { kind: 'addTags', values: ['t0'] })).not.toThrow();
    expect(() => apply(aFlag({ tags }), { kind: 'addTags', values: ['new'] })).toThrow(
      new InvalidRequest('instructions[0] (addTags): values: expected at most 64 tags, got 65'),
    );
  });
});
