import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { testContext } from '../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../errors.ts';
import { applyInstructions } from '../../../tests/support/builders/apply.ts';
import type { Flag } from './flag.ts';

const apply = (flag: Flag, instructions: readonly unknown[], environmentKey: string | undefined = 'test') =>
  applyInstructions(flag, { instructions, environmentKey }, testContext());

describe('applyInstructions', () => {
  it('applies the instructions in order, each to the result of the one before', () => {
    const after = apply(aFlag(), [
      { kind: 'addTargets', variationId: TRUE_ID, values: ['kim'] },
      { kind: 'removeTargets', variationId: TRUE_ID, values: ['kim'] },
      { kind: 'addTargets', variationId: FALSE_ID, values: ['kim'] },
      { kind: 'updateName', value: 'First' },
      { kind: 'updateName', value: 'Second' },
    ]);
    expect(after.environments['test']?.targets).toEqual([
      { contextKind: 'user', variationId: FALSE_ID, values: ['kim'] },
    ]);
    expect(after.name).toBe('Second');
  });

  it('touches no environment but the one named', () => {
    const flag = aFlag();
    const after = apply(flag, [{ kind: 'turnFlagOn' }], 'production');
    expect(after.environments['production']?.on).toBe(true);
    expect(after.environments['test']).toBe(flag.environments['test']);
  });

  it('leaves the flag it was given as it was, and its versions and dates', () => {
    const flag = aFlag();
    const after = apply(flag, [{ kind: 'turnFlagOn' }, { kind: 'updateName', value: 'Other' }]);
    expect(flag).toEqual(aFlag());
    expect(after.version).toBe(flag.version);
    expect(after.environments['test']).toEqual({ ...flag.environments['test'], on: true });
  });

  it('reads all instructions before it applies the first', () => {
    const instructions = [
      { kind: 'addTargets', variationId: 'unknown', values: ['kim'] },
      { kind: 'updateName', value: 7 },
    ];
    expect(() => apply(aFlag(), instructions)).toThrow(
      new InvalidRequest('instructions[1] (updateName): value: expected a string, got 7'),
    );
  });

  it('applies nothing when a later instruction cannot be applied', () => {
    const flag = aFlag();
    const instructions = [{ kind: 'turnFlagOn' }, { kind: 'updateOffVariation', variationId: 'unknown' }];
    expect(() => apply(flag, instructions)).toThrow(
      new InvalidRequest(
        `instructions[1] (updateOffVariation): variationId: "unknown" is not a variation of new-cart; expected one of ${TRUE_ID}, ${FALSE_ID}`,
      ),
    );
    expect(flag).toEqual(aFlag());
  });

  it('needs no environment for instructions that act on the whole flag', () => {
    const patch = { instructions: [{ kind: 'addTags', values: ['pilot'] }] };
    expect(applyInstructions(aFlag(), patch, testContext()).tags).toEqual(['pilot']);
  });
});

describe('a semantic patch is refused', () => {
  const WHERE = 'expected one of test, production';
  it.each([
    {
      name: 'without instructions',
      patch: { instructions: [] },
      message: 'instructions: expected at least one instruction, got an empty array',
    },
    {
      name: 'with more than 1000 instructions',
      patch: { instructions: Array.from({ length: 1001 }, () => ({ kind: 'archiveFlag' })) },
      message: 'instructions: expected at most 1000 instructions, got 1001',
    },
    {
      name: 'with an instruction that is no object',
      patch: { instructions: [{ kind: 'archiveFlag' }, 'turnFlagOn'] },
      message: 'instructions[1]: expected an object, got "turnFlagOn"',
    },
    {
      name: 'with an instruction without a kind',
      patch: { instructions: [{ value: 'x' }] },
      message: 'instructions[0].kind: expected a string, got nothing',
    },
    {
      name: 'with an unknown kind, by its index and with the known ones',
      patch: { instructions: [{ kind: 'archiveFlag' }, { kind: 'explode' }] },
      message: 'instructions[1].kind: "explode" is not a known kind of instruction; expected one of addClauses, ',
    },
    {
      name: 'with a kind that every object has by birth',
      patch: { instructions: [{ kind: 'constructor' }] },
      message: 'instructions[0].kind: "constructor" is not a known kind of instruction; expected one of addClauses, ',
    },
    {
      name: 'without the environment that an instruction acts in',
      patch: { instructions: [{ kind: 'archiveFlag' }, { kind: 'turnFlagOn' }] },
      message:
        'environmentKey: expected the key of the environment that instructions[1] (turnFlagOn) acts in, got nothing',
    },
    {
      name: 'with an unknown environment',
      patch: { environmentKey: 'staging', instructions: [{ kind: 'turnFlagOn' }] },
      message: `environmentKey: "staging" is not an environment of this project; ${WHERE}`,
    },
    {
      name: 'with an environment that every object has by birth',
      patch: { environmentKey: 'constructor', instructions: [{ kind: 'turnFlagOn' }] },
      message: `environmentKey: "constructor" is not an environment of this project; ${WHERE}`,
    },
  ])('$name', ({ patch, message }) => {
    expect(() => applyInstructions(aFlag(), patch, testContext())).toThrow(message);
  });
});

describe('the limits of a configuration', () => {
  const words = (count: number, prefix = 'k') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const clause = (values: readonly string[]) => ({
    contextKind: 'user',
    attribute: 'key',
    op: 'in',
    values,
    negate: false,
  });
  const full = {
    rules: aConfig({ rules: Array.from({ length: 4_999 }, (_, index) => aRule({ id: `rule-${index}` })) }),
    values: aConfig({ rules: [aRule({ clauses: [{ id: 'clause-id', ...clause(words(49_999)) }] })] }),
    targets: aConfig({ targets: [{ contextKind: 'user', variationId: TRUE_ID, values: words(99_999) }] }),
  };
  const rule = { kind: 'addRule', clauses: [], variationId: TRUE_ID };
  const ruleOfOneValue = { ...rule, clauses: [clause(['x'])] };
  const target = (key: string) => ({ kind: 'addTargets', contextKind: 'device', variationId: TRUE_ID, values: [key] });

  it.each([
    {
      name: '5000 rules',
      config: full.rules,
      instruction: () => rule,
      last: 'instructions[1] (addRule): environments.test.rules: expected at most 5000 rules, would be 5001',
    },
    {
      name: '50000 values in all rules',
      config: full.values,
      instruction: () => ruleOfOneValue,
      last: 'instructions[1] (addRule): environments.test.rules: expected at most 50000 values in all rules, would be 50001',
    },
    {
      name: '100000 individual targets',
      config: full.targets,
      instruction: target,
      last: 'instructions[1] (addTargets): environments.test.targets: expected at most 100000 individual targets, would be 100001',
    },
  ])('are $name', ({ config, instruction, last }) => {
    const flag = aFlag({ environments: { test: config } });
    expect(() => apply(flag, [instruction('a')])).not.toThrow();
    expect(() => apply(flag, [instruction('a'), instruction('b')])).toThrow(new InvalidRequest(last));
  });
});
