import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { aGuardian, anAudience, aRelease, GUARDED } from '../../../tests/support/builders/a-release.ts';
import { InvalidRequest } from '../errors.ts';
import type { FlagConfig, Rollout, Rule, Serve } from '../flag/flag.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import type { AudienceConfiguration, GuardianConfiguration } from './pipeline.ts';
import { isForSegmentsOnly, planAudience, stagesOf } from './plan-audience.ts';
import type { ReleaseAudience } from './release.ts';

const TURN_ON = { kind: 'turnFlagOn' };
const THIRD_ID = 'variation-third';
const RELEASE_TO_ALL = { kind: 'updateFallthroughVariationOrRollout', variationId: TRUE_ID };
const CLOSE_DEFAULT = { kind: 'updateFallthroughVariationOrRollout', variationId: FALSE_ID };
const SEGMENTS = ['beta', 'staff'];
const MATCH = { contextKind: 'user', attribute: 'segmentMatch', op: 'segmentMatch', values: SEGMENTS, negate: false };
const NEW_RULE = {
  clauses: [MATCH],
  description: 'Release: Standard – first',
};

const monitored = (overrides: Partial<GuardianConfiguration> = {}): AudienceConfiguration => ({
  ...GUARDED,
  releaseGuardianConfiguration: aGuardian(overrides),
});
const PROGRESSIVE: AudienceConfiguration = {
  ...GUARDED,
  releaseStrategy: 'progressive-release',
  releaseGuardianConfiguration: aGuardian({ rollbackOnRegression: false }),
};

/** What releases to an audience of `test`, where the flag is on and serves `false` unless the configuration says else. */
function plan(
  config: Partial<FlagConfig>,
  audience: Partial<ReleaseAudience> = {},
  more: { metricKeys?: readonly string[]; variationId?: string } = {},
) {
  const { metricKeys = [], ...overrides } = more;
  const whole = aConfig({ on: true, fallthrough: { variationId: FALSE_ID }, ...config });
  const { variations } = aFlag();
  return planAudience({
    flag: aFlag({ variations: [...variations, { id: THIRD_ID, value: 'third' }], environments: { test: whole } }),
    environmentKey: 'test',
    release: aRelease(overrides),
    phase: { name: 'first' },
    audience: { ...anAudience('test-id'), id: 'audience-id', status: 'ready-to-start', ...audience },
    metricKeys,
  });
}

const segmentRule = (overrides: Partial<Rule> = {}): Rule =>
  aRule({ clauses: [{ ...MATCH, id: 'clause-id', values: ['staff', 'beta'] }], ...overrides });

/** A rule's serve in the middle of an automated rollout. */
function rolling(
  automated: { plan?: Partial<RolloutPlan>; isParked?: true } = {},
  rollout: Partial<Rollout> = {},
): Extract<Serve, { rollout: Rollout }> {
  return {
    rollout: {
      contextKind: 'user',
      variations: [
        { variationId: FALSE_ID, weightThousandths: 90_000 },
        { variationId: TRUE_ID, weightThousandths: 10_000 },
      ],
      automated: {
        plan: {
          id: 'rollout-id',
          kind: 'guarded',
          originalVariationId: FALSE_ID,
          targetVariationId: TRUE_ID,
          seed: 1,
          stages: [{ allocation: 10_000, durationMillis: 1000 }],
          extensionMillis: 0,
          whenUndecided: 'revert',
          metrics: [],
          minSampleSize: 100,
          ...automated.plan,
        },
        ...(automated.isParked && { isParked: true }),
      },
      ...rollout,
    },
  };
}

const SHARES: Serve = {
  rollout: {
    contextKind: 'user',
    variations: [
      { variationId: FALSE_ID, weightThousandths: 50_000 },
      { variationId: TRUE_ID, weightThousandths: 50_000 },
    ],
  },
};

/** What a guarded rollout of `aGuardian()` from `false` to `true` begins with. */
const START = {
  kind: 'startAutomatedRelease',
  releaseKind: 'guarded',
  originalVariationId: FALSE_ID,
  targetVariationId: TRUE_ID,
  randomizationUnit: 'user',
  stages: [{ allocation: 10_000, durationMillis: 86_400_000 }],
  metrics: [],
  autoRollback: true,
};

describe('an audience of everyone, at once', () => {
  it.each(['', 'immediate-rollout'] as const)(
    'gets the variation by the default rule (strategy "%s")',
    (releaseStrategy) => {
      const configuration = { releaseStrategy, requireApproval: false };
      expect(plan({}, { configuration })).toEqual([RELEASE_TO_ALL, TURN_ON]);
      expect(plan({ on: false }, { configuration })).toEqual([RELEASE_TO_ALL, TURN_ON]);
    },
  );

  it('has no segments where the list of them is empty', () => {
    expect(plan({ on: false }, { segmentKeys: [] })).toEqual([RELEASE_TO_ALL, TURN_ON]);
  });

  it('replaces shares, and what a rollout has left behind', () => {
    expect(plan({ fallthrough: SHARES })).toEqual([RELEASE_TO_ALL, TURN_ON]);
    expect(plan({ fallthrough: rolling({ isParked: true }) })).toEqual([RELEASE_TO_ALL, TURN_ON]);
  });

  it('does not break into a rollout of the default rule', () => {
    for (const kind of ['guarded', 'progressive'] as const) {
      const act = () => plan({ fallthrough: rolling({ plan: { kind } }) });
      expect(act).toThrow(InvalidRequest);
      expect(act).toThrow(new RegExp(`^Flag must not have ongoing ${kind} rollout$`));
    }
  });

  it('leaves a rollout of a rule alone', () => {
    expect(plan({ rules: [aRule({ serve: rolling() })] })).toEqual([RELEASE_TO_ALL, TURN_ON]);
  });
});

describe('an audience of segments, at once', () => {
  const segmentKeys = SEGMENTS;

  it('gets a rule', () => {
    expect(plan({}, { segmentKeys })).toEqual([{ kind: 'addRule', ...NEW_RULE, variationId: TRUE_ID }, TURN_ON]);
  });

  it('gets the variation by the rule that it has already, whatever the order of its segments', () => {
    const rules = [aRule({ id: 'other' }), segmentRule({ serve: { variationId: FALSE_ID } })];
    expect(plan({ rules }, { segmentKeys })).toEqual([
      { kind: 'updateRuleVariationOrRollout', ruleId: 'rule-id', variationId: TRUE_ID },
      TURN_ON,
    ]);
  });

  it('does not get it by a rule that is disabled', () => {
    const rules = [segmentRule({ isDisabled: true })];
    expect(plan({ rules }, { segmentKeys })[0]).toMatchObject({ kind: 'addRule' });
  });

  it('is alone in seeing it: where the flag was off, everyone else gets the off variation', () => {
    expect(plan({ on: false, fallthrough: { variationId: TRUE_ID } }, { segmentKeys })).toEqual([
      CLOSE_DEFAULT,
      { kind: 'addRule', ...NEW_RULE, variationId: TRUE_ID },
      TURN_ON,
    ]);
  });

  it('is alone in seeing it, also where there is no off variation: everyone else gets another one', () => {
    const noOff = { on: false, offVariationId: undefined };
    expect(plan(noOff, { segmentKeys })[0]).toEqual(CLOSE_DEFAULT);
    expect(plan(noOff, { segmentKeys }, { variationId: FALSE_ID })[0]).toEqual(RELEASE_TO_ALL);
  });

  it('leaves a rollout of the default rule alone', () => {
    expect(plan({ fallthrough: rolling() }, { segmentKeys })[0]).toMatchObject({ kind: 'addRule' });
  });
});

describe('an audience that is watched', () => {
  const configuration = GUARDED;

  it('gets a rollout of the default rule, from what that served', () => {
    expect(plan({}, { configuration })).toEqual([START, TURN_ON]);
    expect(plan({ fallthrough: { variationId: THIRD_ID } }, { configuration })).toEqual([
      { ...START, originalVariationId: THIRD_ID },
      TURN_ON,
    ]);
  });

  it('gets it from the off variation where the flag was off', () => {
    expect(plan({ on: false, fallthrough: { variationId: THIRD_ID } }, { configuration })).toEqual([START, TURN_ON]);
    expect(plan({ on: false, offVariationId: THIRD_ID }, { configuration })[0]).toEqual({
      ...START,
      originalVariationId: THIRD_ID,
    });
    expect(plan({ on: false, offVariationId: undefined }, { configuration })[0]).toEqual(START);
  });

  it('gets a rule with a rollout from the off variation, if it is one of segments without a rule', () => {
    const segmentKeys = SEGMENTS;
    expect(plan({ fallthrough: { variationId: THIRD_ID } }, { configuration, segmentKeys })).toEqual([
      { ...START, ...NEW_RULE },
      TURN_ON,
    ]);
    expect(plan({ on: false }, { configuration, segmentKeys })).toEqual([
      CLOSE_DEFAULT,
      { ...START, ...NEW_RULE },
      TURN_ON,
    ]);
  });

  it('gets a rollout of its rule from what that served, and from the off variation where the flag was off', () => {
    const rules = [segmentRule({ serve: { variationId: THIRD_ID } })];
    const audience = { configuration, segmentKeys: SEGMENTS };
    expect(plan({ rules }, audience)).toEqual([
      { ...START, originalVariationId: THIRD_ID, ruleId: 'rule-id' },
      TURN_ON,
    ]);
    expect(plan({ rules, on: false }, audience)).toEqual([CLOSE_DEFAULT, { ...START, ruleId: 'rule-id' }, TURN_ON]);
  });

  it('gets the variation at once where it is served already', () => {
    expect(plan({ fallthrough: { variationId: TRUE_ID } }, { configuration })).toEqual([RELEASE_TO_ALL, TURN_ON]);
    const rules = [segmentRule({ serve: { variationId: TRUE_ID } })];
    expect(plan({ rules }, { configuration, segmentKeys: SEGMENTS })).toEqual([
      { kind: 'updateRuleVariationOrRollout', ruleId: 'rule-id', variationId: TRUE_ID },
      TURN_ON,
    ]);
    expect(plan({ offVariationId: TRUE_ID }, { configuration, segmentKeys: SEGMENTS })).toEqual([
      { kind: 'addRule', ...NEW_RULE, variationId: TRUE_ID },
      TURN_ON,
    ]);
  });

  it('is refused where shares would have to be watched, but not where they are of no account', () => {
    expect(() => plan({ fallthrough: SHARES }, { configuration })).toThrow(
      /^flag new-cart: expected a rule that serves one variation, since shares cannot be watched$/,
    );
    const rules = [segmentRule({ serve: SHARES })];
    expect(() => plan({ rules }, { configuration, segmentKeys: SEGMENTS })).toThrow(/shares cannot be watched$/);
    expect(plan({ fallthrough: SHARES, on: false }, { configuration })).toEqual([START, TURN_ON]);
  });

  it('goes back behind a rollout that has been left half-way', () => {
    const fallthrough = rolling({ plan: { originalVariationId: THIRD_ID }, isParked: true });
    expect(plan({ fallthrough }, { configuration })[0]).toEqual({ ...START, originalVariationId: THIRD_ID });
  });

  it('is refused while another rollout goes on in the environment, be it of another rule', () => {
    const message = /^Flag must not have ongoing guarded rollout$/;
    expect(() => plan({ fallthrough: rolling() }, { configuration })).toThrow(message);
    expect(() => plan({ fallthrough: rolling() }, { configuration, rolloutId: 'another-id' })).toThrow(message);
    expect(() => plan({ rules: [aRule({ serve: rolling() })] }, { configuration })).toThrow(message);
  });

  it('takes the place of its own earlier rollout, which is taken back first', () => {
    const own = { configuration, rolloutId: 'rollout-id' };
    const fallthrough = rolling({ plan: { originalVariationId: THIRD_ID } });
    expect(plan({ fallthrough }, own)).toEqual([
      { kind: 'stopAutomatedRelease', finalVariationId: THIRD_ID },
      { ...START, originalVariationId: THIRD_ID },
      TURN_ON,
    ]);
    expect(plan({ rules: [segmentRule({ serve: rolling() })] }, { ...own, segmentKeys: SEGMENTS })).toEqual([
      { kind: 'stopAutomatedRelease', finalVariationId: FALSE_ID, ruleId: 'rule-id' },
      { ...START, ruleId: 'rule-id' },
      TURN_ON,
    ]);
  });

  it('takes the place of its own earlier rollout also where the team has made that the rule of others', () => {
    const rules = [aRule({ id: 'others', serve: rolling() })];
    expect(plan({ rules }, { configuration, rolloutId: 'rollout-id', segmentKeys: SEGMENTS })).toEqual([
      { kind: 'stopAutomatedRelease', finalVariationId: FALSE_ID, ruleId: 'others' },
      { ...START, ...NEW_RULE },
      TURN_ON,
    ]);
  });

  it('is judged by the metrics of the flag and by those that are given, each once', () => {
    const given = monitored({ metricKeys: ['errors', 'latency'], observedMetricKeys: ['clicks', 'latency'] });
    const [start] = plan({}, { configuration: given }, { metricKeys: ['purchases', 'errors'] });
    expect(start).toEqual({
      ...START,
      metrics: [{ key: 'purchases' }, { key: 'errors' }, { key: 'latency' }, { key: 'clicks', isObserved: true }],
    });
  });

  it('is not taken back by itself where that is not wanted', () => {
    const configured = monitored({ rollbackOnRegression: false });
    const [start] = plan({}, { configuration: configured }, { metricKeys: ['errors'] });
    expect(start).toMatchObject({ metrics: [{ key: 'errors' }], autoRollback: false });
  });

  it('hands on how much must be seen, what follows when it is not, and by whom it is dealt', () => {
    const configured = monitored({ minSampleSize: 7, whenUndecided: 'hold', randomizationUnit: 'device' });
    expect(plan({}, { configuration: configured })[0]).toEqual({
      ...START,
      minSampleSize: 7,
      whenUndecided: 'hold',
      randomizationUnit: 'device',
    });
  });

  it('is refused without settings of how it is to be watched', () => {
    const bare = { releaseStrategy: 'monitored-release', requireApproval: false } as const;
    expect(() => plan({}, { configuration: bare })).toThrow(
      /^audience "Everyone in test-id": expected a releaseGuardianConfiguration$/,
    );
  });
});

describe('an audience that is released to in stages by time alone', () => {
  it('gets a rollout without metrics', () => {
    const { metrics: _metrics, autoRollback: _autoRollback, ...start } = START;
    expect(plan({}, { configuration: PROGRESSIVE }, { metricKeys: ['errors'] })).toEqual([
      { ...start, releaseKind: 'progressive' },
      TURN_ON,
    ]);
  });
});

describe('the stages of a rollout', () => {
  it.each([
    [1, 1000],
    [50, 50_000],
    [100, 100_000],
    [101, 101],
    [50_000, 50_000],
  ])('are one: a weight of %i is %i thousandths of a percent', (rolloutWeight, allocation) => {
    expect(stagesOf(aGuardian({ rolloutWeight }))).toEqual([{ allocation, durationMillis: 86_400_000 }]);
  });

  it('are those that are given', () => {
    const stages = [
      { allocation: 1000, durationMillis: 60_000 },
      { allocation: 50_000, durationMillis: 120_000 },
    ];
    expect(stagesOf(aGuardian({ stages }))).toEqual(stages);
    expect(plan({}, { configuration: monitored({ stages }) })[0]).toMatchObject({ stages });
    expect(stagesOf(aGuardian({ stages: [] }))).toEqual([{ allocation: 10_000, durationMillis: 86_400_000 }]);
  });
});

describe('a rule of segments', () => {
  const clause = { ...MATCH, id: 'clause-id' };

  it.each([
    ['has another clause, too', { clauses: [clause, { ...clause, op: 'in' }] }, false],
    ['has no clause', { clauses: [] }, false],
    ['is negated', { clauses: [{ ...clause, negate: true }] }, false],
    ['is about something else', { clauses: [{ ...clause, op: 'in' }] }, false],
    ['is for fewer segments', { clauses: [{ ...clause, values: ['beta'] }] }, false],
    ['is for more segments', { clauses: [{ ...clause, values: [...SEGMENTS, 'more'] }] }, false],
    ['is for other segments', { clauses: [{ ...clause, values: ['beta', 'other'] }] }, false],
    ['is disabled', { isDisabled: true }, false],
    ['serves shares', { serve: SHARES }, true],
  ] as const)('that %s', (_name, overrides, isTheirs) => {
    expect(isForSegmentsOnly(segmentRule(overrides), SEGMENTS)).toBe(isTheirs);
  });
});
