import { describe, expect, it } from 'vitest';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { changesOf } from './changes.ts';
import { namesOf } from './names.ts';
import { isVersion, restorationOf } from './restoration.ts';

const YES = { _id: 'yes', value: true };
const NO = { _id: 'no', value: false };
const config = (more: object = {}) => ({
  on: false,
  salt: 's',
  version: 1,
  fallthrough: { variation: 0 },
  offVariation: 1,
  rules: [],
  trackEvents: false,
  trackEventsFallthrough: false,
  ...more,
});
const flag = (more: object = {}) =>
  ({
    key: 'f',
    name: 'Flag',
    description: '',
    tags: ['a'],
    temporary: true,
    clientSideAvailability: { usingEnvironmentId: false, usingMobileKey: true },
    variations: [YES, NO],
    environments: { test: config(), production: config() },
    ...more,
  }) as unknown as FlagRep;
const NONE = new Map<string, FlagRep>();

describe('the way back to a version', () => {
  it('goes environment by environment, and through the settings', () => {
    const now = flag({
      name: 'Other',
      tags: ['b'],
      environments: { test: config({ on: true }), production: config() },
    });
    const { environments, settings, lost, areVariationsOthers } = restorationOf(now, flag(), NONE);
    const words = environments.map(({ key, base, draft }) => [key, changesOf(base, draft, namesOf(now, NONE)).length]);
    expect(words).toEqual([
      ['test', 1],
      ['production', 0],
    ]);
    expect(settings.map((step) => step.words)).toEqual(['Call it "Flag"', 'Tag it a', 'Tag it b no more']);
    expect({ lost, areVariationsOthers }).toEqual({ lost: [], areVariationsOthers: false });
  });

  it('finds variations by what they are, not by where they stood', () => {
    const now = flag({
      variations: [NO, YES],
      environments: { test: config({ fallthrough: { variation: 1 }, offVariation: 0 }) },
    });
    const [test] = restorationOf(now, flag(), NONE).environments;
    expect(test && changesOf(test.base, test.draft, namesOf(now, NONE))).toEqual([]);
  });

  it('does not bring variations back that are gone', () => {
    const now = flag({ variations: [YES], environments: { test: config({ offVariation: 0 }) } });
    expect(restorationOf(now, flag(), NONE)).toMatchObject({
      environments: [],
      lost: ['test'],
      areVariationsOthers: true,
    });
  });

  it('leaves environments alone that were not there', () => {
    expect(restorationOf(flag(), flag({ environments: { test: config() } }), NONE).environments).toHaveLength(1);
  });

  it('is known only for flags as the API shows them', () => {
    expect(isVersion(flag())).toBe(true);
    expect(isVersion(undefined)).toBe(false);
    expect(isVersion({ ...flag(), variations: [{ id: 'yes', value: true }] })).toBe(false);
  });
});
