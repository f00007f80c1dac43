import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { NOW } from '../../../tests/support/builders/test-context.ts';
import { type FlagDifference, flagDifferences } from './differences.ts';
import type { Flag, FlagConfig } from './flag.ts';

const rollout = (trueWeight: number) => ({
  rollout: {
    contextKind: 'user',
    variations: [
      { variationId: TRUE_ID, weightThousandths: trueWeight },
      { variationId: FALSE_ID, weightThousandths: 100_000 - trueWeight },
    ],
  },
});
const user = (variationId: string, ...values: readonly string[]) => ({ contextKind: 'user', variationId, values });
const device = (variationId: string, ...values: readonly string[]) => ({ contextKind: 'device', variationId, values });
const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

describe('differences of the flag itself', () => {
  const before = () => aFlag({ tags: ['a', 'b'] });
  const tags = { action: 'updateTags', titleVerb: 'changed the tags of the flag' };
  const archived = 'updateGlobalArchived';

  it.each<{ name: string; from?: Partial<Flag>; to: Partial<Flag>; expected: readonly FlagDifference[] }>([
    {
      name: 'the name',
      to: { name: 'Basket' },
      expected: [
        { action: 'updateName', words: 'Changed the name from "New cart" to "Basket"', titleVerb: 'renamed the flag' },
      ],
    },
    {
      name: 'the description',
      to: { description: 'x' },
      expected: [
        {
          action: 'updateDescription',
          words: 'Changed the description to "x"',
          titleVerb: 'changed the description of the flag',
        },
      ],
    },
    {
      name: 'tags',
      to: { tags: ['b', 'c'] },
      expected: [
        { ...tags, words: 'Added the tag c' },
        { ...tags, words: 'Removed the tag a' },
      ],
    },
    {
      name: 'archiving',
      to: { archivedAt: NOW },
      expected: [{ action: archived, words: 'Archived the flag', titleVerb: 'archived the flag' }],
    },
    {
      name: 'restoring',
      from: { archivedAt: NOW },
      to: { archivedAt: undefined },
      expected: [{ action: archived, words: 'Restored the flag', titleVerb: 'restored the flag' }],
    },
  ])('$name', ({ from, to, expected }) => {
    const old = { ...before(), ...from };
    expect(flagDifferences(old, { ...old, ...to })).toEqual(expected);
  });
});

describe('differences in an environment', () => {
  const targets = { action: 'updateTargets', titleVerb: 'changed the targets of the flag' };
  const rules = { action: 'updateRules', titleVerb: 'changed the rules of the flag' };
  const fallthrough = { action: 'updateFallthrough', titleVerb: 'changed the default rule of the flag' };
  const off = { action: 'updateOffVariation', titleVerb: 'changed the off variation of the flag' };

  it.each<{ name: string; from?: Partial<FlagConfig>; to: Partial<FlagConfig>; expected: readonly FlagDifference[] }>([
    {
      name: 'on',
      to: { on: true },
      expected: [{ action: 'updateOn', words: 'Turned the flag on', titleVerb: 'turned on the flag' }],
    },
    {
      name: 'off',
      from: { on: true },
      to: { on: false },
      expected: [{ action: 'updateOn', words: 'Turned the flag off', titleVerb: 'turned off the flag' }],
    },
    {
      name: 'a list of targets that begins',
      to: { targets: [device(TRUE_ID, 'kiosk')] },
      expected: [{ ...targets, words: 'Added device targets of true: kiosk' }],
    },
    {
      name: 'a list of targets that ends',
      from: { targets: [user(FALSE_ID, 'kim')] },
      to: { targets: [] },
      expected: [{ ...targets, words: 'Removed user targets of Hidden: kim' }],
    },
    {
      name: 'keys that come and go',
      from: { targets: [user(TRUE_ID, 'a', 'b')] },
      to: { targets: [user(TRUE_ID, 'b', 'c', 'd')] },
      expected: [
        { ...targets, words: 'Added user targets of true: c, d' },
        { ...targets, words: 'Removed user targets of true: a' },
      ],
    },
    {
      name: 'a key that moves to another variation',
      from: { targets: [user(TRUE_ID, 'a')] },
      to: { targets: [user(FALSE_ID, 'a')] },
      expected: [
        { ...targets, words: 'Added user targets of Hidden: a' },
        { ...targets, words: 'Removed user targets of true: a' },
      ],
    },
    {
      name: 'ten keys, all named',
      to: { targets: [user(TRUE_ID, ...keys(10))] },
      expected: [{ ...targets, words: `Added user targets of true: ${keys(10).join(', ')}` }],
    },
    {
      name: 'more than ten keys, the rest counted',
      to: { targets: [user(TRUE_ID, ...keys(12))] },
      expected: [{ ...targets, words: `Added user targets of true: ${keys(10).join(', ')} and 2 more` }],
    },
    { name: 'a rule', to: { rules: [aRule()] }, expected: [{ ...rules, words: 'Added a rule serving true' }] },
    {
      name: 'a described rule that goes',
      from: { rules: [aRule({ description: 'Pilots' })] },
      to: { rules: [] },
      expected: [{ ...rules, words: 'Removed the rule "Pilots" serving true' }],
    },
    {
      name: 'a rule in place of another',
      from: { rules: [aRule({ id: 'a' })] },
      to: { rules: [aRule({ id: 'b', serve: { variationId: FALSE_ID } })] },
      expected: [
        { ...rules, words: 'Added a rule serving Hidden' },
        { ...rules, words: 'Removed a rule serving true' },
      ],
    },
    {
      name: 'the default rule',
      to: { fallthrough: { variationId: FALSE_ID } },
      expected: [{ ...fallthrough, words: 'Changed the default rule to serve Hidden' }],
    },
    {
      name: 'the default rule as rollout',
      to: { fallthrough: rollout(33_500) },
      expected: [{ ...fallthrough, words: 'Changed the default rule to serve true to 33.5 %, Hidden to 66.5 %' }],
    },
    {
      name: 'a rollout to everyone, without the empty part',
      to: { fallthrough: rollout(100_000) },
      expected: [{ ...fallthrough, words: 'Changed the default rule to serve true to 100 %' }],
    },
    {
      name: 'the off variation',
      to: { offVariationId: TRUE_ID },
      expected: [{ ...off, words: 'Changed the off variation to true' }],
    },
    {
      name: 'an off variation unset',
      to: { offVariationId: undefined },
      expected: [{ ...off, words: 'Removed the off variation' }],
    },
  ])('$name', ({ from, to, expected }) => {
    const flagWith = (config: Partial<FlagConfig>) =>
      aFlag({ environments: { test: aConfig({ ...from, ...config }), production: aConfig() } });
    const there = expected.map((difference) => ({ ...difference, environmentKey: 'test' }));
    expect(flagDifferences(flagWith({}), flagWith(to))).toEqual(there);
  });
});

describe('flagDifferences', () => {
  it('sees that targets have only changed places, which SDKs try in order', () => {
    const first = { contextKind: 'org', variationId: TRUE_ID, values: ['a'] };
    const second = { contextKind: 'user', variationId: FALSE_ID, values: ['b'] };
    const flagOf = (...targets: FlagConfig['targets']) => aFlag({ environments: { test: aConfig({ targets }) } });
    expect(flagDifferences(flagOf(first, second), flagOf(second, first))).toEqual([
      {
        action: 'updateTargets',
        environmentKey: 'test',
        words: 'Changed the order of the targets',
        titleVerb: 'changed the targets of the flag',
      },
    ]);
  });

  it('finds none between equal states', () => {
    const flag = () =>
      aFlag({
        tags: ['a'],
        environments: { test: aConfig({ rules: [aRule()], targets: [user(TRUE_ID, 'a')], fallthrough: rollout(1) }) },
      });
    expect(flagDifferences(flag(), flag())).toEqual([]);
  });

  it('says nothing of versions and dates', () => {
    const after = aFlag({ version: 2, environments: { test: aConfig({ version: 2, lastModified: NOW + 1 }) } });
    expect(flagDifferences(aFlag(), after)).toEqual([]);
  });

  it('lists the flag first, then the environments one by one', () => {
    const on = aConfig({ on: true });
    const after = aFlag({ name: 'Basket', environments: { test: on, production: { ...on, offVariationId: TRUE_ID } } });
    expect(flagDifferences(aFlag(), after).map(({ action, environmentKey }) => [action, environmentKey])).toEqual([
      ['updateName', undefined],
      ['updateOn', 'test'],
      ['updateOn', 'production'],
      ['updateOffVariation', 'production'],
    ]);
  });

  it('passes over an environment that is new', () => {
    const before = aFlag();
    const environments = { ...before.environments, staging: aConfig({ on: true }) };
    expect(flagDifferences(before, { ...before, environments })).toEqual([]);
  });
});
