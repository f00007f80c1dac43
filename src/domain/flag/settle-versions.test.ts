import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { NOW } from '../../../tests/support/builders/test-context.ts';
import type { Flag, FlagConfig } from './flag.ts';
import { settleVersions } from './settle-versions.ts';

const LATER = NOW + 1_000;

/** Versions unlike each other, so that none can be taken for another. */
const before = () =>
  aFlag({ version: 3, environments: { test: aConfig({ version: 10 }), production: aConfig({ version: 20 }) } });

const inTest = (change: Partial<FlagConfig>): Partial<Flag> => {
  const { environments } = before();
  return { environments: { ...environments, test: aConfig({ ...environments['test'], ...change }) } };
};

describe('settleVersions', () => {
  const anotherValue = [
    { id: TRUE_ID, value: true },
    { id: FALSE_ID, value: 'no' },
  ];
  const anotherName = [
    { id: TRUE_ID, value: true, name: 'Shown' },
    { id: FALSE_ID, value: false, name: 'Hidden' },
  ];
  const availability = { usingEnvironmentId: true, usingMobileKey: true };

  it.each<{ name: string; change: Partial<Flag>; flag: number; test: number; production: number; modified?: number }>([
    { name: 'nothing', change: {}, flag: 3, test: 10, production: 20 },
    {
      name: 'the switch of one environment',
      change: inTest({ on: true }),
      flag: 3,
      test: 11,
      production: 20,
      modified: LATER,
    },
    {
      name: 'the rules of one environment',
      change: inTest({ rules: [aRule()] }),
      flag: 3,
      test: 11,
      production: 20,
      modified: LATER,
    },
    {
      name: 'several things in one environment',
      change: inTest({ on: true, rules: [aRule()], offVariationId: undefined }),
      flag: 3,
      test: 11,
      production: 20,
      modified: LATER,
    },
    { name: 'an equal copy of an environment', change: inTest({ rules: [] }), flag: 3, test: 10, production: 20 },
    { name: 'the name', change: { name: 'Other' }, flag: 4, test: 10, production: 20 },
    { name: 'the description', change: { description: 'Other' }, flag: 4, test: 10, production: 20 },
    { name: 'the tags', change: { tags: ['x'] }, flag: 4, test: 10, production: 20 },
    { name: 'the name of a variation', change: { variations: anotherName }, flag: 4, test: 10, production: 20 },
    { name: 'the value of a variation', change: { variations: anotherValue }, flag: 4, test: 11, production: 21 },
    { name: 'the availability', change: { clientSideAvailability: availability }, flag: 4, test: 11, production: 21 },
    { name: 'archiving', change: { archivedAt: LATER }, flag: 4, test: 11, production: 21 },
    {
      name: 'name, tags and archiving together',
      change: { name: 'Other', tags: ['x'], archivedAt: LATER },
      flag: 4,
      test: 11,
      production: 21,
    },
    {
      name: 'one environment and archiving together',
      change: { ...inTest({ on: true }), archivedAt: LATER },
      flag: 4,
      test: 11,
      production: 21,
      modified: LATER,
    },
  ])('$name: flag $flag, test $test, production $production', ({ change, flag, test, production, modified }) => {
    const after = { ...before(), ...change };
    const settled = settleVersions(before(), after, LATER);
    const { test: testConfig, production: productionConfig } = after.environments;
    expect(settled).toEqual({
      ...after,
      version: flag,
      environments: {
        test: { ...testConfig, version: test, lastModified: modified ?? NOW },
        production: { ...productionConfig, version: production, lastModified: NOW },
      },
    });
  });

  it('leaves an environment that is new as it is', () => {
    const added = aConfig({ version: 7, on: true });
    const after = { ...before(), archivedAt: LATER, environments: { ...before().environments, added } };
    expect(settleVersions(before(), after, LATER).environments['added']).toEqual(added);
  });

  it('never lowers a version, nor raises it by more than one', () => {
    const config = fc.record({ on: fc.boolean(), version: fc.nat(9) }).map((some) => aConfig(some));
    const flag = fc
      .record({
        name: fc.constantFrom('A', 'B'),
        version: fc.nat(9),
        archivedAt: fc.constantFrom(undefined, NOW),
        environments: fc.record({ test: config, production: config }),
      })
      .map((some) => aFlag(some));
    fc.assert(
      fc.property(flag, flag, (old, next) => {
        const settled = settleVersions(old, next, LATER);
        expect([old.version, old.version + 1]).toContain(settled.version);
        for (const [key, { version }] of Object.entries(settled.environments)) {
          const oldVersion = old.environments[key]?.version ?? Number.NaN;
          expect([oldVersion, oldVersion + 1]).toContain(version);
        }
      }),
    );
  });
});
