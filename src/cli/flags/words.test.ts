import { describe, expect, it } from 'vitest';
import type { FlagConfigRep, FlagRep } from '../../wire/rest/flag.ts';
import { describeFlag } from './words.ts';

const clause = { _id: '', attribute: 'country', op: 'in', values: ['de', 'fr'], negate: false, contextKind: 'user' };
const config = {
  on: true,
  offVariation: 1,
  targets: [{ contextKind: 'user', values: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], variation: 1 }],
  contextTargets: [{ contextKind: 'user', values: [], variation: 0 }],
  rules: [
    { _id: '', clauses: [clause, { ...clause, op: 'segmentMatch', values: ['beta'], negate: true }], variation: 0 },
    {
      _id: '',
      description: 'Some',
      disabled: true,
      clauses: [clause],
      rollout: {
        contextKind: 'user',
        variations: [
          { variation: 0, weight: 12_500 },
          { variation: 1, weight: 87_500 },
        ],
      },
    },
  ],
  fallthrough: { variation: 1 },
  prerequisites: [{ key: 'other', variation: 0 }],
} as unknown as FlagConfigRep;
const flag = {
  key: 'colour',
  name: 'Colour',
  kind: 'multivariate',
  description: '',
  temporary: true,
  archived: true,
  deprecated: true,
  tags: [],
  maintainerTeamKey: 'web',
  clientSideAvailability: { usingEnvironmentId: false, usingMobileKey: false },
  variations: [
    { _id: '', value: 'red' },
    { _id: '', value: { b: 1 }, name: 'Blue' },
  ],
  environments: { test: config, production: { ...config, on: false, rules: [], targets: [], prerequisites: [] } },
} as unknown as FlagRep;

describe('describeFlag', () => {
  it('says what a flag is and serves', () => {
    expect(describeFlag(flag).split('\n')).toEqual([
      'Colour (colour)',
      'Kind:        multivariate, temporary, deprecated, archived',
      'Maintainer:  web',
      'SDKs:        server',
      'Variations:',
      '  0  "red"',
      '  1  {"b":1} "Blue"',
      '',
      'test: ON',
      '  needs other to serve variation 0',
      '  user a, b, c, d, e and 2 more get {"b":1} "Blue"',
      '  rule 1: if user country in "de" or "fr" and not segment "beta", "red"',
      '  rule 2 "Some" (disabled): if user country in "de" or "fr", 12.5 % "red", 87.5 % {"b":1} "Blue"',
      '  everyone else gets {"b":1} "Blue"',
      '',
      'production: OFF, everyone gets {"b":1} "Blue"',
      '  when on: everyone else gets {"b":1} "Blue"',
    ]);
  });

  it('knows flags that serve what the code says when off', () => {
    const { offVariation: _none, ...rest } = config;
    const environments = { test: { ...rest, on: false } as FlagConfigRep };
    expect(describeFlag({ ...flag, environments })).toContain('test: OFF, everyone gets the default of the code');
  });
});
