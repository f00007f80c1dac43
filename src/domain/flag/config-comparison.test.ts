import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { differsBetweenEnvironments } from './config-comparison.ts';
import type { FlagConfig } from './flag.ts';

const A = { contextKind: 'user', variationId: TRUE_ID, values: ['a', 'b'] };
const B = { contextKind: 'user', variationId: FALSE_ID, values: ['c'] };
const P = { flagKey: 'p', variationId: 'x' };
const Q = { flagKey: 'q', variationId: 'x' };
const END = { id: 'e', version: 1, contextKind: 'user', contextKey: 'a', variationId: TRUE_ID, expirationDate: 1 };

describe('a flag in two environments', () => {
  it.each<[string, Partial<FlagConfig>, boolean]>([
    ['the same', {}, false],
    [
      'other salts, versions, dates and ids',
      { salt: 'x', sel: 'y', version: 9, lastModified: 1, environmentId: 'z', rules: [aRule({ id: 'other' })] },
      false,
    ],
    [
      'targets and prerequisites in another order',
      { targets: [B, { ...A, values: ['b', 'a'] }], prerequisites: [Q, P] },
      false,
    ],
    ['another name of a rule for instructions', { rules: [aRule({ ref: 'mine' })] }, false],
    ['other ends of targets', { expiringTargets: [END] }, false],
    ['on and off', { on: true }, true],
    ['other targets', { targets: [A] }, true],
    ['other prerequisites', { prerequisites: [P] }, true],
    ['another default', { fallthrough: { variationId: FALSE_ID } }, true],
    ['no off variation', { offVariationId: undefined }, true],
    ['another description of a rule', { rules: [aRule({ description: 'Mine' })] }, true],
    ['rules in another order', { rules: [aRule({ trackEvents: true }), aRule()] }, true],
    ['other rules', { rules: [] }, true],
    ['other events', { trackEvents: true }, true],
  ])('with %s differs: %s', (_, change, differs) => {
    const test = aConfig({ rules: [aRule()], targets: [A, B], prerequisites: [P, Q] });
    const flag = aFlag({ environments: { test, production: { ...test, ...change } } });
    expect(differsBetweenEnvironments(flag, ['test', 'production'])).toBe(differs);
  });

  it('is compared in the environments named and no others', () => {
    const test = aConfig();
    const flag = aFlag({ environments: { test, production: test, staging: { ...test, on: true } } });
    expect(differsBetweenEnvironments(flag, ['test', 'production'])).toBe(false);
    expect(differsBetweenEnvironments(flag, ['staging', 'production'])).toBe(true);
    expect(differsBetweenEnvironments(flag, ['staging', 'gone'])).toBe(false);
    expect(differsBetweenEnvironments(flag, [])).toBe(false);
  });
});
