import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { testContext } from '../../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../../errors.ts';
import { applyInstructions } from '../../../../tests/support/builders/apply.ts';
import type { Target } from '../flag.ts';

const user = (variationId: string, ...values: readonly string[]): Target => ({
  contextKind: 'user',
  variationId,
  values,
});
const device = (variationId: string, ...values: readonly string[]): Target => ({
  contextKind: 'device',
  variationId,
  values,
});

/** The targets that come about in an environment with these. */
function targetsAfter(targets: readonly Target[], ...instructions: readonly unknown[]): readonly Target[] {
  const flag = aFlag({ environments: { test: aConfig({ targets }) } });
  const after = applyInstructions(flag, { instructions, environmentKey: 'test' }, testContext());
  return after.environments['test']?.targets ?? [];
}

describe('addTargets', () => {
  it.each([
    { name: 'begins a list', before: [], add: user(TRUE_ID, 'kim'), after: [user(TRUE_ID, 'kim')] },
    {
      name: 'goes on with a list',
      before: [user(TRUE_ID, 'kim')],
      add: user(TRUE_ID, 'lee'),
      after: [user(TRUE_ID, 'kim', 'lee')],
    },
    {
      name: 'ignores keys already there',
      before: [user(TRUE_ID, 'kim')],
      add: user(TRUE_ID, 'kim'),
      after: [user(TRUE_ID, 'kim')],
    },
    { name: 'ignores repetitions', before: [], add: user(TRUE_ID, 'kim', 'kim'), after: [user(TRUE_ID, 'kim')] },
    { name: 'does nothing with no keys', before: [], add: user(TRUE_ID), after: [] },
    {
      name: 'keeps kinds of contexts apart',
      before: [user(FALSE_ID, 'kim')],
      add: device(TRUE_ID, 'kim'),
      after: [user(FALSE_ID, 'kim'), device(TRUE_ID, 'kim')],
    },
    {
      name: 'keeps variations apart',
      before: [user(FALSE_ID, 'kim')],
      add: user(TRUE_ID, 'lee'),
      after: [user(FALSE_ID, 'kim'), user(TRUE_ID, 'lee')],
    },
  ])('$name, and no more when repeated', ({ before, add, after }) => {
    const instruction = { kind: 'addTargets', ...add };
    expect(targetsAfter(before, instruction)).toEqual(after);
    expect(targetsAfter(before, instruction, instruction)).toEqual(after);
  });

  it('means users when no kind is given', () => {
    const instruction = { kind: 'addTargets', variationId: TRUE_ID, values: ['kim'] };
    expect(targetsAfter([], instruction)).toEqual([user(TRUE_ID, 'kim')]);
  });

  it('refuses keys that another variation targets', () => {
    const instruction = { kind: 'addTargets', ...user(TRUE_ID, 'lee', 'kim') };
    expect(() => targetsAfter([user(FALSE_ID, 'kim')], instruction)).toThrow(
      new InvalidRequest(
        'instructions[0] (addTargets): values: user "kim" would be targeted to both variation Hidden and variation true; expected keys that no other variation targets',
      ),
    );
  });
});

describe('removeTargets', () => {
  it.each([
    {
      name: 'removes keys',
      before: [user(TRUE_ID, 'kim', 'lee')],
      remove: user(TRUE_ID, 'kim'),
      after: [user(TRUE_ID, 'lee')],
    },
    {
      name: 'removes a list with its last key',
      before: [user(TRUE_ID, 'kim')],
      remove: user(TRUE_ID, 'kim'),
      after: [],
    },
    {
      name: 'ignores keys not there',
      before: [user(TRUE_ID, 'kim')],
      remove: user(TRUE_ID, 'lee'),
      after: [user(TRUE_ID, 'kim')],
    },
    {
      name: 'leaves the other variation',
      before: [user(FALSE_ID, 'kim')],
      remove: user(TRUE_ID, 'kim'),
      after: [user(FALSE_ID, 'kim')],
    },
    {
      name: 'leaves the other kind',
      before: [device(TRUE_ID, 'kim')],
      remove: user(TRUE_ID, 'kim'),
      after: [device(TRUE_ID, 'kim')],
    },
    {
      name: 'does nothing with no keys',
      before: [user(TRUE_ID, 'kim')],
      remove: user(TRUE_ID),
      after: [user(TRUE_ID, 'kim')],
    },
  ])('$name, and no more when repeated', ({ before, remove, after }) => {
    const instruction = { kind: 'removeTargets', ...remove };
    expect(targetsAfter(before, instruction)).toEqual(after);
    expect(targetsAfter(before, instruction, instruction)).toEqual(after);
  });

  it('of what addTargets has just added is as if nothing had happened', () => {
    const key = fc.stringMatching(/^[a-e]{1,2}$/);
    const contextKind = fc.constantFrom('user', 'device');
    const variationId = fc.constantFrom(TRUE_ID, FALSE_ID);
    const keyed = fc.tuple(contextKind, key, variationId);
    const toInstruction = ([contextKind, value, variationId]: readonly [string, string, string]) => ({
      kind: 'addTargets',
      contextKind,
      variationId,
      values: [value],
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(keyed, { selector: ([kind, value]) => `${kind}/${value}` }),
        fc.record({ contextKind, variationId, values: fc.array(key.map((value) => `fresh-${value}`)) }),
        (taken, fresh) => {
          const nothing = { kind: 'addTargets', variationId: TRUE_ID, values: [] };
          const before = targetsAfter([], nothing, ...taken.map(toInstruction));
          const between = targetsAfter(before, { kind: 'addTargets', ...fresh });
          expect(between.flatMap(({ values }) => values)).toEqual(expect.arrayContaining(fresh.values));
          expect(targetsAfter(between, { kind: 'removeTargets', ...fresh })).toEqual(before);
        },
      ),
    );
  });
});

describe('both refuse', () => {
  const good = { variationId: TRUE_ID, values: ['kim'] };
  const rows = [
    { name: 'no values', bad: { values: undefined }, problem: 'values: expected an array of strings, got nothing' },
    {
      name: 'values of another type',
      bad: { values: ['kim', 7] },
      problem: 'values: expected an array of strings, got ["kim",7]',
    },
    { name: 'no variation', bad: { variationId: undefined }, problem: 'variationId: expected a string, got nothing' },
    {
      name: 'an unknown variation',
      bad: { variationId: 'x' },
      problem: `variationId: "x" is not a variation of new-cart; expected one of ${TRUE_ID}, ${FALSE_ID}`,
    },
    { name: 'a kind of another type', bad: { contextKind: 7 }, problem: 'contextKind: expected a string, got 7' },
  ];
  const both = ['addTargets', 'removeTargets'].flatMap((kind) => rows.map((row) => ({ kind, ...row })));

  it.each(both)('$name: $kind', ({ kind, bad, problem }) => {
    expect(() => targetsAfter([], { kind, ...good, ...bad })).toThrow(
      new InvalidRequest(`instructions[0] (${kind}): ${problem}`),
    );
  });
});
