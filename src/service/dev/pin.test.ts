import { describe, expect, it } from 'vitest';
import { findVariation, pinned } from './pin.ts';

const CONFIG = {
  on: false,
  salt: 'salt',
  prerequisites: [{ key: 'base' }],
  targets: [{ values: ['kim'], variation: 0 }],
  rules: [{ clauses: [], variation: 1 }],
  fallthrough: { variation: 0 },
  offVariation: 1,
};
const FLAG = {
  key: 'theme',
  variations: [{ value: 'true', name: 'Dark' }, { value: 'Dark' }, { value: 'grey', name: '1' }],
  environments: { test: CONFIG, production: CONFIG },
};
const NUMBERS = { ...FLAG, variations: [{ value: 1 }, { value: 2, name: '1' }, { value: null }] };

describe('a pinned flag', () => {
  it('is on, and serves one variation to everybody', () => {
    expect(pinned(FLAG, 'test', 2)).toEqual({
      ...FLAG,
      environments: {
        test: {
          ...CONFIG,
          on: true,
          prerequisites: [],
          targets: [],
          contextTargets: [],
          rules: [],
          fallthrough: { variation: 2 },
        },
      },
    });
  });

  it('is off without an off variation where nothing is served', () => {
    expect(pinned(FLAG, 'test', undefined).environments['test']).toMatchObject({ on: false, offVariation: null });
  });

  it('is a rollout of one stage for migrations, which have nothing else', () => {
    const rollout = { contextKind: 'org', variations: [{ variation: 0, weight: 100_000 }] };
    const environments = { test: { ...CONFIG, fallthrough: { rollout } } };
    const { fallthrough } =
      pinned({ ...FLAG, _purpose: 'migration', environments }, 'test', 1).environments['test'] ?? {};
    const weights = [0, 100_000, 0].map((weight, variation) => ({ variation, weight }));
    expect(fallthrough).toEqual({ rollout: { contextKind: 'org', variations: weights } });
  });
});

describe('the variation that a text means', () => {
  it.each([
    ['the value as JSON', NUMBERS, '1', 0],
    ['null', NUMBERS, 'null', 2],
    ['JSON of a text', FLAG, '"grey"', 2],
    ['a text that is the value', FLAG, 'true', 0],
    ['a value before a name', FLAG, 'Dark', 1],
    ['a name', FLAG, '1', 2],
  ])('is found by %s', (_name, flag, text, position) => {
    expect(findVariation(flag, text)).toBe(position);
  });

  it('is none of the others', () => {
    expect(() => findVariation(FLAG, 'pink')).toThrow(
      'theme: expected one of "true" (Dark), "Dark", "grey" (1), got "pink"',
    );
  });
});
