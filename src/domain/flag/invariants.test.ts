import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { aPlan } from '../../../tests/support/builders/a-run.ts';
import { flagWith } from '../../../tests/support/builders/patched.ts';
import { dealTraffic } from '../rollout/plan.ts';
import type { Flag } from './flag.ts';
import { CONFIG_INVARIANTS, findFault, FLAG_INVARIANTS } from './invariants.ts';
import { NO_SURROUNDINGS } from './surroundings.ts';

const scene = { surroundings: NO_SURROUNDINGS, before: undefined };
const rollout = (...weights: readonly number[]) => ({
  rollout: {
    contextKind: 'user',
    variations: weights.map((weightThousandths, i) => ({
      variationId: [TRUE_ID, FALSE_ID][i % 2] as string,
      weightThousandths,
    })),
  },
});
const clause = { id: 'c', contextKind: 'user', attribute: 'a', op: 'in', values: [1], negate: false };

const automated = (id = 'run-1') => {
  const plan = aPlan({ id, originalVariationId: FALSE_ID, targetVariationId: TRUE_ID });
  return { rollout: { contextKind: 'user', variations: dealTraffic(plan, 10_000), automated: { plan } } };
};
const STAGES = [
  { id: TRUE_ID, value: 'off' },
  { id: FALSE_ID, value: 'complete' },
];

/** For each invariant flags that break it alone, with what is said of them. */
const BROKEN: Readonly<Record<string, readonly (readonly [Flag, string])[]>> = {
  'values are valid': [
    [aFlag({ variations: [] }), 'variations: expected 1 to 1000 variations, got 0'],
    [
      aFlag({
        variations: [
          { id: TRUE_ID, value: 'x' },
          { id: FALSE_ID, value: 'x' },
        ],
      }),
      'variations[1].value: "x" is also the value of variations[0]',
    ],
    [
      aFlag({
        variations: [
          { id: TRUE_ID, value: true },
          { id: FALSE_ID, value: 1 },
        ],
      }),
      'variations: expected values of one type',
    ],
  ],
  'values keep their type': [],
  'migration stages are fixed': [
    [aFlag({ migrationSettings: { stageCount: 2 } }), 'variations: expected the stages ["off","complete"]'],
    [aFlag({ temporary: false, migrationSettings: { stageCount: 2 } }), 'temporary: a migration flag is temporary'],
  ],
  'defaults exist': [
    [
      aFlag({ defaults: { onVariationId: 'x', offVariationId: FALSE_ID } }),
      'Default on variation must be a valid index in the variations list',
    ],
    [
      aFlag({ defaults: { onVariationId: TRUE_ID, offVariationId: 'x' } }),
      'Default off variation must be a valid index in the variations list',
    ],
  ],
  'custom properties are few and short': [
    [
      aFlag({ customProperties: { p: { name: 'x'.repeat(65), value: [] } } }),
      'customProperties.p: expected at most 64 characters',
    ],
  ],
  'there is one maintainer': [
    [aFlag({ maintainerId: 'm', maintainerTeamKey: 't' }), 'maintainerId: expected a member or a team'],
  ],
  'what is served exists': [
    [flagWith({ fallthrough: { variationId: 'x' } }), 'environments.test.fallthrough: "x" is not a variation'],
    [flagWith({ offVariationId: 'x' }), 'environments.test.offVariation: "x" is not a variation'],
    [
      flagWith({ rules: [aRule({ serve: { variationId: 'x' } })] }),
      'environments.test.rules[0]: "x" is not a variation',
    ],
    [
      flagWith({ targets: [{ contextKind: 'user', variationId: 'x', values: ['k'] }] }),
      'environments.test.targets[0]: "x" is not',
    ],
  ],
  'rollouts are whole': [
    [
      flagWith({ fallthrough: rollout(50_000, 49_999) }),
      'environments.test.fallthrough.rollout: expected whole weights that sum to 100000',
    ],
    [flagWith({ fallthrough: rollout(100_001, -1) }), 'environments.test.fallthrough.rollout: expected whole weights'],
    [
      flagWith({ rules: [aRule({ serve: rollout(50_000, 0, 50_000) })] }),
      'environments.test.rules[0].rollout: expected each variation at most once',
    ],
  ],
  'automated rollouts can run': [
    [flagWith({ fallthrough: automated() }), 'environments.test.fallthrough: flag new-cart is off'],
    [
      flagWith({ on: true, fallthrough: automated() }, { archivedAt: 1 }),
      'environments.test.fallthrough: flag new-cart is archived',
    ],
    [
      flagWith(
        { on: true, rules: [aRule({ serve: automated() })] },
        { migrationSettings: { stageCount: 2 }, variations: STAGES },
      ),
      'environments.test.rules: automated rollouts are not for migration flags',
    ],
    [
      flagWith({ on: true, fallthrough: automated(), rules: [aRule({ serve: automated('other') })] }),
      'environments.test.rules: expected one automated rollout at a time',
    ],
  ],
  'a context is targeted once': [
    [
      flagWith({
        targets: [
          { contextKind: 'user', variationId: TRUE_ID, values: ['k'] },
          { contextKind: 'user', variationId: FALSE_ID, values: ['k'] },
        ],
      }),
      'environments.test.targets: user "k" would be targeted to both variation true and variation Hidden',
    ],
  ],
  'sizes are bounded': [
    [
      flagWith({ rules: Array.from({ length: 5001 }, (_, i) => aRule({ id: String(i) })) }),
      'environments.test.rules: expected at most 5000 rules',
    ],
  ],
  'ids are unique': [
    [
      flagWith({ rules: [aRule(), aRule()] }),
      'environments.test.rules: expected ids of rules and clauses that are unique',
    ],
    [flagWith({ rules: [aRule({ clauses: [clause, clause] })] }), 'environments.test.rules: expected ids'],
    [
      flagWith({ rules: [aRule({ id: 'a', ref: 'r' }), aRule({ id: 'b', ref: 'r' })] }),
      'environments.test.rules: expected refs that are unique',
    ],
  ],
  'prerequisites can be met': [
    [
      flagWith({ prerequisites: [{ flagKey: 'x', variationId: 'y' }] }),
      'environments.test.prerequisites[0].key: "x" is not another flag',
    ],
  ],
  'migrations go by stages': [
    [flagWith({ checkRatio: 2 }), 'environments.test.migrationSettings.checkRatio: flag new-cart is no migration flag'],
  ],
};

describe('the invariants of a flag', () => {
  it('all have a flag that breaks them', () => {
    const names = [...FLAG_INVARIANTS, ...CONFIG_INVARIANTS].map(({ name }) => name);
    expect(Object.keys(BROKEN).toSorted()).toEqual(names.toSorted());
  });

  for (const [name, rows] of Object.entries(BROKEN)) {
    it.each(rows.map(([flag, fault]) => ({ flag, fault })))(`${name}: $fault`, ({ flag, fault }) => {
      expect(findFault(flag, scene)).toContain(fault);
    });
  }

  it('values keep their type: a flag of texts does not become one of numbers', () => {
    const texts = aFlag({
      variations: [
        { id: TRUE_ID, value: 'a' },
        { id: FALSE_ID, value: 'b' },
      ],
    });
    const numbers = aFlag({
      variations: [
        { id: TRUE_ID, value: 1 },
        { id: FALSE_ID, value: 2 },
      ],
    });
    expect(findFault(numbers, { ...scene, before: texts })).toBe(
      'variations: expected values of the type string, which is fixed, got number',
    );
    expect(findFault(numbers, { ...scene, before: numbers })).toBeUndefined();
  });

  describe('what an automated rollout may become:', () => {
    const before = flagWith({ on: true, fallthrough: automated(), rules: [aRule({ id: 'r' })] });
    const faultOf = (flag: Flag) => findFault(flag, { ...scene, before });

    it('what goes on may be turned off, which parks it', () => {
      expect(faultOf(flagWith({ on: false, fallthrough: automated() }))).toBeUndefined();
    });

    it('moves to no other place', () => {
      const moved = flagWith({ on: true, rules: [aRule({ id: 'r', serve: automated() })] });
      expect(faultOf(moved)).toBe('environments.test.rules: expected the guarded rollout to stay where it is');
      const copied = {
        ...before,
        environments: { ...before.environments, other: aConfig({ on: true, fallthrough: automated() }) },
      };
      expect(faultOf(copied)).toBe('environments.other.fallthrough: expected the guarded rollout to stay where it is');
    });

    it('its variations keep their places', () => {
      expect(faultOf({ ...before, variations: before.variations.toReversed() })).toBe(
        'environments.test.fallthrough: expected variations to keep their places while a guarded rollout goes on',
      );
    });
  });

  it('hold for an ordinary flag', () => {
    expect(findFault(aFlag({ environments: { test: aConfig({ rules: [aRule()] }) } }), scene)).toBeUndefined();
  });
});
