import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { patched } from '../../../../tests/support/builders/patched.ts';
import { uuidNumber } from '../../../../tests/support/builders/test-context.ts';
import type { Flag, FlagConfig, Serve } from '../flag.ts';

/** A flag with the values a, b and c under those ids; new environments serve a when on, c when off. */
const letters = (config: Partial<FlagConfig> = {}, flag: Partial<Flag> = {}) =>
  aFlag({
    variations: ['a', 'b', 'c'].map((value) => ({ id: value, value })),
    defaults: { onVariationId: 'a', offVariationId: 'c' },
    environments: { test: aConfig({ fallthrough: { variationId: 'a' }, offVariationId: 'c', ...config }) },
    ...flag,
  });
const rollout = (...weights: readonly (readonly [string, number])[]): Serve => ({
  rollout: {
    contextKind: 'user',
    variations: weights.map(([variationId, weightThousandths]) => ({ variationId, weightThousandths })),
  },
});
const about = (...sentences: readonly string[]) => sentences.map((words) => `updateFlagVariations: ${words}`);

describe('variations', () => {
  it.each([
    [
      'addVariation',
      { value: 'd', name: 'D', description: 'the fourth' },
      [
        { id: 'a', value: 'a' },
        { id: 'b', value: 'b' },
        { id: 'c', value: 'c' },
        { id: uuidNumber(1), value: 'd', name: 'D', description: 'the fourth' },
      ],
      about('Added the variation D'),
    ],
    [
      'updateVariation',
      { variationId: 'b', value: 'B' },
      [
        { id: 'a', value: 'a' },
        { id: 'b', value: 'B' },
        { id: 'c', value: 'c' },
      ],
      about('Changed the value of variation "b" to "B"'),
    ],
    [
      'updateVariation',
      { variationId: 'b', name: 'Bee' },
      [
        { id: 'a', value: 'a' },
        { id: 'b', value: 'b', name: 'Bee' },
        { id: 'c', value: 'c' },
      ],
      about('Changed the name of variation "b" to "Bee"'),
    ],
    [
      'updateVariation',
      { variationId: 'b', description: 'x' },
      [
        { id: 'a', value: 'a' },
        { id: 'b', value: 'b', description: 'x' },
        { id: 'c', value: 'c' },
      ],
      about('Changed the description of variation "b"'),
    ],
    [
      'updateVariation',
      { variationId: 'b', value: 'b' },
      [
        { id: 'a', value: 'a' },
        { id: 'b', value: 'b' },
        { id: 'c', value: 'c' },
      ],
      [],
    ],
    [
      'removeVariation',
      { variationId: 'b' },
      [
        { id: 'a', value: 'a' },
        { id: 'c', value: 'c' },
      ],
      about('Removed the variation "b"'),
    ],
  ])('%s %j', (kind, parameters, variations, told) => {
    const result = patched(letters(), [{ kind, ...parameters }]);
    expect(result.flag.variations).toEqual(variations);
    expect(result.told).toEqual(told);
  });

  it.each([null, ''])('lose name and description with %j', (nothing) => {
    const flag = letters(
      {},
      { variations: [{ id: 'a', value: 'a', name: 'A', description: 'x' }, ...letters().variations.slice(1)] },
    );
    const after = patched(flag, [{ kind: 'updateVariation', variationId: 'a', name: nothing, description: nothing }]);
    expect(after.flag.variations[0]).toEqual({ id: 'a', value: 'a' });
  });

  it.each([
    [
      'another type',
      letters(),
      { kind: 'addVariation', value: 1 },
      'variations: expected values of one type, got string and number',
    ],
    ['null among texts', letters(), { kind: 'addVariation', value: null }, 'variations: expected values'],
    [
      'an equal value',
      letters(),
      { kind: 'addVariation', value: 'b' },
      'variations[3].value: "b" is also the value of variations[1]; expected unique values',
    ],
    [
      'an update to an equal value',
      letters(),
      { kind: 'updateVariation', variationId: 'a', value: 'b' },
      'variations[1].value: "b" is also the value of variations[0]',
    ],
    ['no value', letters(), { kind: 'addVariation' }, 'value: expected a JSON value, got nothing'],
    [
      'JSON in place of texts',
      letters(),
      { kind: 'addVariation', value: {} },
      'variations: expected values of the type string, which is fixed, got json',
    ],
    [
      'more values of a boolean flag',
      aFlag(),
      { kind: 'addVariation', value: true },
      'value: expected no change of the values, which are fixed for a boolean flag',
    ],
    [
      'other values of a boolean flag',
      aFlag(),
      { kind: 'updateVariation', variationId: FALSE_ID, value: true },
      'value: expected no change of the values',
    ],
    [
      'fewer values of a boolean flag',
      aFlag(),
      { kind: 'removeVariation', variationId: FALSE_ID },
      'variationId: expected no change of the values',
    ],
    [
      'an unknown variation',
      letters(),
      { kind: 'removeVariation', variationId: 'x' },
      'variationId: "x" is not a variation of new-cart',
    ],
    [
      'a removal of what new environments serve when on',
      letters({ fallthrough: { variationId: 'b' } }),
      { kind: 'removeVariation', variationId: 'a' },
      'Default on variation must be a valid index in the variations list',
    ],
    [
      'a removal of what new environments serve when off',
      letters(),
      { kind: 'removeVariation', variationId: 'c' },
      'Default off variation must be a valid index in the variations list',
    ],
  ])('refuse %s', (_, flag, instruction, message) => {
    expect(() => patched(flag, [instruction])).toThrow(message);
    expect(() => patched(flag, [instruction])).toThrow(`instructions[0] (${instruction.kind}): `);
  });

  it('may be removed from the defaults in the same patch, before or after', () => {
    const removal = { kind: 'removeVariation', variationId: 'c' };
    const defaults = { kind: 'updateDefaultVariation', offVariationValue: 'b' };
    expect(patched(letters(), [removal, defaults]).flag.defaults.offVariationId).toBe('b');
    expect(patched(letters(), [defaults, removal]).flag.defaults.offVariationId).toBe('b');
  });
});

describe('updateDefaultVariation', () => {
  it.each([
    [{ onVariationValue: 'b' }, { onVariationId: 'b', offVariationId: 'c' }],
    [
      { OnVariationValue: 'b', OffVariationValue: 'a' },
      { onVariationId: 'b', offVariationId: 'a' },
    ],
  ])('finds variations by %j', (values, defaults) => {
    const { flag, told } = patched(letters(), [{ kind: 'updateDefaultVariation', ...values }]);
    expect(flag.defaults).toEqual(defaults);
    expect(told[0]).toBe('updateFlagDefaultVariations: Changed the default on variation of new environments to "b"');
  });

  it.each([
    [{ onVariationValue: 'x' }, 'onVariationValue: expected the value of a variation, one of "a", "b", "c", got "x"'],
    [{}, 'onVariationValue: expected onVariationValue, offVariationValue or both, got nothing'],
  ])('refuses %j', (values, message) => {
    expect(() => patched(letters(), [{ kind: 'updateDefaultVariation', ...values }])).toThrow(message);
  });
});

describe('removing a variation', () => {
  const without = (config: Partial<FlagConfig>) =>
    patched(letters(config), [
      { kind: 'updateDefaultVariation', onVariationValue: 'a', offVariationValue: 'a' },
      { kind: 'removeVariation', variationId: 'c' },
    ]).config;

  it('deletes its targets, their dates, and the rules that serve it', () => {
    const date = {
      id: 'd',
      version: 1,
      contextKind: 'user',
      contextKey: 'kim',
      expirationDate: 2e12,
      variationId: 'c',
    };
    const config = without({
      targets: [
        { contextKind: 'user', variationId: 'c', values: ['kim'] },
        { contextKind: 'user', variationId: 'a', values: ['lee'] },
      ],
      expiringTargets: [date],
      rules: [aRule({ id: 'gone', serve: { variationId: 'c' } }), aRule({ id: 'kept', serve: { variationId: 'a' } })],
    });
    expect(config.targets).toEqual([{ contextKind: 'user', variationId: 'a', values: ['lee'] }]);
    expect(config.expiringTargets).toEqual([]);
    expect(config.rules.map(({ id }) => id)).toEqual(['kept']);
  });

  it('gives its share to the last other variation that has one', () => {
    expect(without({ fallthrough: rollout(['a', 10_000], ['b', 20_000], ['c', 70_000]) }).fallthrough).toEqual(
      rollout(['a', 10_000], ['b', 90_000]),
    );
    expect(without({ fallthrough: rollout(['a', 30_000], ['b', 0], ['c', 70_000]) }).fallthrough).toEqual(
      rollout(['a', 100_000], ['b', 0]),
    );
  });

  it('deletes a rule whose rollout has nothing else', () => {
    expect(without({ rules: [aRule({ serve: rollout(['a', 0], ['c', 100_000]) })] }).rules).toEqual([]);
  });

  it('unsets the off variation', () => {
    expect(without({ offVariationId: 'c' }).offVariationId).toBeUndefined();
  });

  it.each([{ variationId: 'c' }, rollout(['a', 0], ['c', 100_000])])(
    'lets the default rule %j serve the off variation',
    (fallthrough) => {
      expect(without({ fallthrough, offVariationId: 'b' }).fallthrough).toEqual({ variationId: 'b' });
    },
  );

  it.each([undefined, 'c'])(
    'is refused when the default rule serves it and the off variation is %s',
    (offVariationId) => {
      expect(() => without({ fallthrough: { variationId: 'c' }, offVariationId })).toThrow(
        "The fallthrough variation can't be deleted because no off variation is set",
      );
    },
  );
});
