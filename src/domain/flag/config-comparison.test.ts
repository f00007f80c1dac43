import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule } from '../../../tests/support/builders/a-flag.ts';
import { differsBetweenEnvironments } from './config-comparison.ts';
import type { FlagConfig } from './flag.ts';

describe('a flag in two environments', () => {
  it.each<[string, Partial<FlagConfig>, boolean]>([
    ['the same', {}, false],
    [
      'other salts, versions, dates and ids',
      { salt: 'x', sel: 'y', version: 9, lastModified: 1, environmentId: 'z', rules: [aRule({ id: 'other' })] },
      false,
    ],
    ['on and off', { on: true }, true],
    ['other rules', { rules: [] }, true],
    ['other events', { trackEvents: true }, true],
  ])('with %s differs: %s', (_, change, differs) => {
    const test = aConfig({ rules: [aRule()] });
    expect(differsBetweenEnvironments(aFlag({ environments: { test, production: { ...test, ...change } } }))).toBe(
      differs,
    );
  });
});
