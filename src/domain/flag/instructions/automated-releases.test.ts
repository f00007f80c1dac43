import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { applyInstructions } from '../../../../tests/support/builders/apply.ts';
import { flagWith, patched } from '../../../../tests/support/builders/patched.ts';
import { testContext, uuidNumber } from '../../../../tests/support/builders/test-context.ts';
import { applySteps } from '../apply-instructions.ts';
import { runningIn } from '../automated.ts';
import type { Flag, FlagConfig, Serve } from '../flag.ts';
import { GROW_ROLLOUT, PARK_ROLLOUT } from './automated-releases.ts';

const DAY = 86_400_000;
const around = {
  metrics: new Map([
    ['errors', ['user', 'device']],
    ['latency', ['user']],
    ['sales', ['account']],
  ]),
  metricGroups: new Map([['core', ['errors', 'latency']]]),
};
const START = {
  kind: 'startAutomatedRelease',
  releaseKind: 'guarded',
  originalVariationId: FALSE_ID,
  targetVariationId: TRUE_ID,
  randomizationUnit: 'user',
  stages: [
    { allocation: 10_000, durationMillis: DAY },
    { allocation: 50_000, durationMillis: 2 * DAY },
  ],
  metrics: [{ key: 'errors' }],
};
const PROGRESSIVE = { ...START, releaseKind: 'progressive', metrics: [] };
const clause = { contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro'], negate: false };

const serving = flagWith({ on: true, fallthrough: { variationId: FALSE_ID } });
const ruled = flagWith({
  on: true,
  fallthrough: { variationId: FALSE_ID },
  rules: [aRule({ id: 'staff', ref: 'staff-ref', description: 'staff' }), aRule({ id: 'off', isDisabled: true })],
});
const start = (more: object = {}, flag: Flag = serving, surroundings: object = around) =>
  patched(flag, [{ ...START, ...more }], surroundings);
const planOf = (serve: Serve | undefined) => runningIn(serve)?.plan;

describe('startAutomatedRelease', () => {
  it('deals the default rule by the first stage, and keeps the plan', () => {
    const { config, told } = start();
    expect(config.fallthrough).toEqual({
      rollout: {
        contextKind: 'user',
        variations: [
          { variationId: FALSE_ID, weightThousandths: 10_000 },
          { variationId: FALSE_ID, weightThousandths: 80_000, isUntracked: true },
          { variationId: TRUE_ID, weightThousandths: 10_000 },
        ],
        automated: {
          plan: {
            id: uuidNumber(1),
            kind: 'guarded',
            originalVariationId: FALSE_ID,
            targetVariationId: TRUE_ID,
            seed: expect.any(Number),
            stages: START.stages,
            extensionMillis: 2 * DAY,
            whenUndecided: 'revert',
            metrics: [{ key: 'errors', rollsBack: false }],
            minSampleSize: 100,
          },
        },
      },
    });
    expect(told).toEqual([
      'updateFallthroughWithMeasuredRollout: Started to serve true in place of Hidden by a guarded rollout on the default rule: 10 %, 50 % in 259200 seconds',
    ]);
  });

  it('takes the rest of the plan as it is given', () => {
    const more = {
      metrics: [{ key: 'core', isGroup: true }, { key: 'errors' }, { key: 'latency', isObserved: true }],
      metricMonitoringPreferences: { errors: { autoRollback: true }, unknown: { autoRollback: true } },
      extensionDurationMillis: 0,
      whenUndecided: 'hold',
      minSampleSize: 7,
    };
    expect(planOf(start(more).config.fallthrough)).toMatchObject({
      metrics: [
        { key: 'errors', rollsBack: true, groupKey: 'core' },
        { key: 'latency', rollsBack: false, groupKey: 'core' },
      ],
      extensionMillis: 0,
      whenUndecided: 'hold',
      minSampleSize: 7,
    });
    const observed = start({ metrics: [{ key: 'errors', isObserved: true }] });
    expect(planOf(observed.config.fallthrough)?.metrics).toEqual([
      { key: 'errors', rollsBack: false, isObserved: true },
    ]);
  });

  it('takes one preference for all metrics of which nothing is said', () => {
    const metrics = [{ key: 'errors' }, { key: 'latency' }];
    const more = { metrics, autoRollback: true, metricMonitoringPreferences: { latency: { autoRollback: false } } };
    expect(planOf(start(more).config.fallthrough)?.metrics).toEqual([
      { key: 'errors', rollsBack: true },
      { key: 'latency', rollsBack: false },
    ]);
  });

  it('goes by time alone when it is progressive, whatever metrics it names', () => {
    const { config, told } = patched(serving, [{ ...PROGRESSIVE, metrics: [{ key: 'nothing' }] }], around);
    expect(config.fallthrough).toMatchObject({
      rollout: {
        variations: [
          { variationId: FALSE_ID, weightThousandths: 90_000 },
          { variationId: TRUE_ID, weightThousandths: 10_000 },
        ],
        automated: { plan: { kind: 'progressive', metrics: [] } },
      },
    });
    expect(told[0]).toContain('by a progressive rollout on the default rule');
  });

  it.each([
    ['ruleId', 'staff'],
    ['ref', 'staff-ref'],
  ])('deals the rule that %s names', (name, value) => {
    const { config, told } = start({ [name]: value }, ruled);
    expect(planOf(config.rules[0]?.serve)).toBeDefined();
    expect(config.fallthrough).toEqual({ variationId: FALSE_ID });
    expect(told[0]).toMatch(/^updateRulesWithMeasuredRollout: Started .* on the rule "staff":/);
  });

  it('makes a rule of clauses, at the end or before another one', () => {
    const more = { clauses: [clause], description: 'Pro' };
    const { config, told } = start(more, ruled);
    expect(config.rules.map(({ description }) => description)).toEqual(['staff', undefined, 'Pro']);
    expect(config.rules[2]).toMatchObject({ clauses: [{ ...clause, id: expect.any(String) }], trackEvents: false });
    expect(planOf(config.rules[2]?.serve)).toBeDefined();
    expect(told).toEqual([expect.stringMatching(/^updateRulesWithMeasuredRollout: Started .* on the rule "Pro":/)]);
    const before = start({ ...more, beforeRuleId: 'staff-ref' }, ruled);
    expect(before.config.rules.map(({ description }) => description)).toEqual(['Pro', 'staff', undefined]);
  });

  it('may turn the flag on in the same patch, before or after', () => {
    const off = flagWith({ on: false, fallthrough: { variationId: FALSE_ID } });
    for (const instructions of [
      [{ kind: 'turnFlagOn' }, START],
      [START, { kind: 'turnFlagOn' }],
    ]) {
      expect(planOf(patched(off, instructions, around).config.fallthrough)).toBeDefined();
    }
  });

  describe('takes what is not given from the release policy', () => {
    const policy = {
      id: 'p',
      key: 'p',
      name: 'P',
      createdAt: 0,
      version: 1,
      position: 1,
      releaseMethod: 'guarded-release' as const,
      scope: { environmentKeys: [], flagTagKeys: [] },
      guardedReleaseConfig: {
        stages: [{ allocation: 20_000, durationMillis: DAY }],
        metricKeys: ['errors'],
        metricGroupKeys: ['core'],
        rollbackOnRegression: true,
        minSampleSize: 40,
      },
    };
    const surroundings = { ...around, releasePolicies: [policy] };

    it.each([[undefined], [[]]])('metrics %j', (metrics) => {
      const { stages: _stages, ...rest } = START;
      const { config } = patched(serving, [{ ...rest, metrics }], surroundings);
      expect(planOf(config.fallthrough)).toMatchObject({
        stages: policy.guardedReleaseConfig.stages,
        metrics: [
          { key: 'errors', rollsBack: true },
          { key: 'latency', rollsBack: true },
        ],
        minSampleSize: 40,
        extensionMillis: DAY,
      });
    });

    it('and not how to act on metrics that are given', () => {
      const { config } = start({}, serving, surroundings);
      expect(planOf(config.fallthrough)?.metrics).toEqual([{ key: 'errors', rollsBack: false }]);
    });
  });

  it.each([
    ['a flag that is off', {}, flagWith({ on: false }), /flag new-cart is off$/],
    ['an archived flag', {}, flagWith({ on: true }, { archivedAt: 1 }), /flag new-cart is archived$/],
    ['an unknown kind', { releaseKind: 'manual' }, serving, 'releaseKind: expected one of guarded, progressive'],
    [
      'an unknown original',
      { originalVariationId: 'x' },
      serving,
      'originalVariationId must be a valid variation id, got "x"',
    ],
    [
      'an unknown target',
      { targetVariationId: 'x' },
      serving,
      'targetVariationId must be a valid variation id, got "x"',
    ],
    [
      'the same variation twice',
      { targetVariationId: FALSE_ID },
      serving,
      'targetVariationId and originalVariationId must be different',
    ],
    ['a bad kind of context', { randomizationUnit: 'a b' }, serving, 'randomizationUnit: '],
    ['no stage', { stages: [] }, serving, 'stages: expected 1 to 50 stages'],
    ['no stages and no policy', { stages: undefined }, serving, 'stages: expected at least one stage'],
    [
      'more than a half',
      { stages: [{ allocation: 50_001, durationMillis: DAY }] },
      serving,
      'allocation: expected thousandths of a percent above 0, at most 50000',
    ],
    [
      'nothing',
      { stages: [{ allocation: 0, durationMillis: DAY }] },
      serving,
      'allocation: expected thousandths of a percent above 0',
    ],
    [
      'stages that do not grow',
      { stages: [START.stages[0], START.stages[0]] },
      serving,
      'allocation: expected thousandths of a percent above',
    ],
    [
      'too short a stage',
      { stages: [{ allocation: 1, durationMillis: 999 }] },
      serving,
      'durationMillis: expected whole milliseconds from 1000',
    ],
    [
      'too long a stage',
      { stages: [{ allocation: 1, durationMillis: 366 * DAY }] },
      serving,
      'durationMillis: expected whole milliseconds',
    ],
    [
      'a negative extension',
      { extensionDurationMillis: -1 },
      serving,
      'extensionDurationMillis: expected milliseconds from 0',
    ],
    ['no context at all', { minSampleSize: 0 }, serving, 'minSampleSize: expected a whole number of 1 or more'],
    ['an unknown policy', { whenUndecided: 'wait' }, serving, 'whenUndecided: expected one of revert, hold, proceed'],
    ['no metric', { metrics: [] }, serving, 'metrics: expected at least one metric to watch'],
    ['an unknown metric', { metrics: [{ key: 'x' }] }, serving, '"x" is none'],
    [
      'an unknown group',
      { metrics: [{ key: 'x', isGroup: true }] },
      serving,
      'keys of metric groups of this project; "x" is none',
    ],
    ['a metric of another kind', { metrics: [{ key: 'sales' }] }, serving, '"sales" is counted by account'],
    ['an unknown rule', { ruleId: 'x' }, ruled, 'ruleId: expected the id or ref of a rule'],
    ['a disabled rule', { ruleId: 'off' }, ruled, 'ruleId: expected a rule that is not disabled'],
    [
      'a place that is not there',
      { clauses: [clause], beforeRuleId: 'x' },
      ruled,
      'beforeRuleId: expected the id of a rule',
    ],
  ])('refuses %s', (_, more, flag, message) => {
    expect(() => start(more, flag)).toThrow(message);
  });

  it('refuses migration flags', () => {
    const flag = flagWith(
      { on: true, offVariationId: undefined },
      {
        migrationSettings: { stageCount: 2 },
        variations: [
          { id: TRUE_ID, value: 'off' },
          { id: FALSE_ID, value: 'complete' },
        ],
      },
    );
    expect(() => start({}, flag)).toThrow('automated rollouts are not for migration flags');
  });

  it.each(['guarded', 'progressive'])('refuses a second one while a %s one goes on', (releaseKind) => {
    const { flag } = start({ releaseKind });
    expect(() => start({}, flag)).toThrow(`Flag must not have ongoing ${releaseKind} rollout`);
    expect(() => start({ clauses: [clause] }, flag)).toThrow(`Flag must not have ongoing ${releaseKind} rollout`);
  });
});

describe('updateFallthroughWithMeasuredRolloutV2', () => {
  const OLDER = {
    kind: 'updateFallthroughWithMeasuredRolloutV2',
    testVariationId: TRUE_ID,
    controlVariationId: FALSE_ID,
  };
  const stages = [{ rolloutWeight: 5_000, monitoringWindowMilliseconds: DAY }];

  it('starts the same, by older names', () => {
    const { config } = patched(
      serving,
      [
        {
          ...OLDER,
          randomizationUnit: 'device',
          stages,
          metrics: [{ metricKey: 'errors', onRegression: { notify: true, rollback: true } }],
        },
      ],
      around,
    );
    expect(config.fallthrough).toMatchObject({ rollout: { contextKind: 'device' } });
    expect(planOf(config.fallthrough)).toMatchObject({
      kind: 'guarded',
      stages: [{ allocation: 5_000, durationMillis: DAY }],
      metrics: [{ key: 'errors', rollsBack: true }],
    });
  });

  it('takes one stage, keys of metrics and one rule for all of them', () => {
    const all = { rolloutWeight: 50_000, monitoringWindowMilliseconds: 1_000, metricKeys: ['errors', 'latency'] };
    const { config } = patched(serving, [{ ...OLDER, ...all, onRegression: { rollback: true } }], around);
    expect(config.fallthrough).toMatchObject({ rollout: { contextKind: 'user' } });
    expect(planOf(config.fallthrough)).toMatchObject({
      stages: [{ allocation: 50_000, durationMillis: 1_000 }],
      metrics: [
        { key: 'errors', rollsBack: true },
        { key: 'latency', rollsBack: true },
      ],
    });
    const quiet = patched(serving, [{ ...OLDER, ...all }], around);
    expect(planOf(quiet.config.fallthrough)?.metrics.map(({ rollsBack }) => rollsBack)).toEqual([false, false]);
  });

  it('names its own fields in errors', () => {
    const bad = { ...OLDER, stages: [{ rolloutWeight: 'x', monitoringWindowMilliseconds: 1 }], metricKeys: ['errors'] };
    expect(() => patched(serving, [bad], around)).toThrow('rolloutWeight: expected');
  });
});

describe('stopAutomatedRelease', () => {
  const stop = (finalVariationId: string, more: object = {}) => ({
    kind: 'stopAutomatedRelease',
    finalVariationId,
    ...more,
  });

  it('serves one variation on the default rule', () => {
    const { config, told } = patched(start().flag, [stop(TRUE_ID)]);
    expect(config.fallthrough).toEqual({ variationId: TRUE_ID });
    expect(told).toEqual([
      'stopMeasuredRolloutOnFlagFallthrough: Ended the guarded rollout on the default rule to serve true',
    ]);
  });

  it('serves one variation on a rule', () => {
    const { flag } = start({ ruleId: 'staff' }, ruled);
    const { config, told } = patched(flag, [stop(FALSE_ID, { ref: 'staff-ref' })]);
    expect(config.rules[0]?.serve).toEqual({ variationId: FALSE_ID });
    expect(told[0]).toMatch(/^stopMeasuredRolloutOnFlagRule: Ended the guarded rollout on the rule "staff"/);
  });

  it('stops what nobody watches any more, as an ordinary change', () => {
    const { flag } = patched(start().flag, [{ kind: 'turnFlagOff' }]);
    expect(patched(flag, [stop(FALSE_ID)]).told).toEqual([
      'updateFallthrough: Changed the default rule to serve Hidden',
    ]);
  });

  it('refuses where there is none, and variations that are none', () => {
    expect(() => patched(serving, [stop(TRUE_ID)])).toThrow('expected an automated rollout to stop, but there is none');
    const { flag } = start();
    expect(() => patched(flag, [stop('x')])).toThrow('finalVariationId');
    expect(() => patched(flag, [stop(TRUE_ID, { ruleId: 'x' })])).toThrow('ruleId: expected the id or ref of a rule');
  });
});

describe('the engine of rollouts', () => {
  const step = (instruction: { readonly kind: string }) => ({
    instruction,
    environmentKey: 'test',
    at: 'x',
    isDerived: true as const,
  });
  const apply = (flag: Flag, instruction: { readonly kind: string; readonly [name: string]: unknown }) =>
    applySteps(flag, [step(instruction)], testContext()).environments['test']?.fallthrough as Serve;

  it('raises the share of the target', () => {
    const serve = apply(start().flag, { kind: GROW_ROLLOUT, allocation: 50_000 });
    expect(serve).toMatchObject({
      rollout: {
        variations: [
          { variationId: FALSE_ID, weightThousandths: 50_000 },
          { variationId: FALSE_ID, weightThousandths: 0, isUntracked: true },
          { variationId: TRUE_ID, weightThousandths: 50_000 },
        ],
      },
    });
    expect(planOf(serve)).toEqual(planOf(start().config.fallthrough));
  });

  it('leaves the shares and watches no more', () => {
    const serve = apply(start().flag, { kind: PARK_ROLLOUT });
    expect(serve).toMatchObject({ rollout: { automated: { isParked: true } } });
    expect(planOf(serve)).toBeUndefined();
  });

  it('is alone with these instructions', () => {
    for (const kind of [GROW_ROLLOUT, PARK_ROLLOUT]) {
      const patch = { instructions: [{ kind, allocation: 1 }], environmentKey: 'test' };
      expect(() => applyInstructions(start().flag, patch, testContext())).toThrow('kind');
    }
  });
});

describe('a rollout is parked', () => {
  const parked = { rollout: { automated: { isParked: true } } };

  it('when its flag is turned off, and stays so when it is turned on again', () => {
    const { flag, config, told } = patched(start().flag, [{ kind: 'turnFlagOff' }]);
    expect(config.fallthrough).toMatchObject(parked);
    expect(told).toContain(
      'stopMeasuredRolloutOnFlagFallthrough: Stopped watching the guarded rollout on the default rule at 10 %',
    );
    expect(patched(flag, [{ kind: 'turnFlagOn' }]).config.fallthrough).toMatchObject(parked);
    expect(planOf(start({}, patched(flag, [{ kind: 'turnFlagOn' }]).flag).config.fallthrough)).toBeDefined();
  });

  it('when its rule is disabled, and may be stopped there', () => {
    const { flag } = start({ ruleId: 'staff' }, ruled);
    const config = flag.environments['test'] as FlagConfig;
    const rules = config.rules.map((rule) => ({ ...rule, isDisabled: true as const }));
    const disabled = patched({ ...flag, environments: { test: { ...config, rules } } }, [
      { kind: 'addTags', values: ['x'] },
    ]);
    expect(disabled.config.rules[0]?.serve).toMatchObject(parked);
    const stop = { kind: 'stopAutomatedRelease', finalVariationId: FALSE_ID, ruleId: 'staff' };
    expect(patched(disabled.flag, [stop]).config.rules[0]?.serve).toEqual({ variationId: FALSE_ID });
  });

  it('when its flag is archived', () => {
    expect(patched(start().flag, [{ kind: 'archiveFlag' }]).config.fallthrough).toMatchObject(parked);
  });
});

describe('other changes', () => {
  it('leave it alone', () => {
    const before = start({}, ruled).flag;
    const { config } = patched(before, [
      { kind: 'addTags', values: ['x'] },
      { kind: 'updateRuleVariationOrRollout', ruleId: 'staff', variationId: FALSE_ID },
    ]);
    expect(config.fallthrough).toEqual(before.environments['test']?.fallthrough);
  });

  it('end it with the right to stop it', () => {
    const kind = 'updateFallthroughVariationOrRollout';
    const rolloutWeights = { [TRUE_ID]: 50_000, [FALSE_ID]: 50_000 };
    expect(patched(start().flag, [{ kind, rolloutWeights }]).told).toEqual([
      'stopMeasuredRolloutOnFlagFallthrough: Ended the guarded rollout on the default rule to serve true to 50 %, Hidden to 50 %',
    ]);
  });

  it('are told of with its words', () => {
    const { flag } = start({ clauses: [clause], description: 'Pro' });
    const id = flag.environments['test']?.rules[0]?.id;
    expect(patched(flag, [{ kind: 'removeRule', ruleId: id }]).told).toEqual([
      'updateRules: Removed the rule "Pro" serving true in place of Hidden by a guarded rollout',
    ]);
  });

  describe('that remove a variation', () => {
    const letters = aFlag({
      variations: ['z', 'a', 'b', 'c'].map((value) => ({ id: value, value })),
      defaults: { onVariationId: 'c', offVariationId: 'c' },
      environments: { test: aConfig({ on: true, fallthrough: { variationId: 'a' }, offVariationId: 'c' }) },
    });
    const running = start({ originalVariationId: 'a', targetVariationId: 'b' }, letters).flag;
    const remove = (flag: Flag, variationId: string) => patched(flag, [{ kind: 'removeVariation', variationId }]);

    it.each([
      ['a', 'b'],
      ['b', 'a'],
    ])('%s end it with %s, also where nobody watches any more', (gone, left) => {
      const { config, told } = remove(running, gone);
      expect(config.fallthrough).toEqual({ variationId: left });
      expect(told).toContainEqual(expect.stringContaining('stopMeasuredRolloutOnFlagFallthrough: Ended'));
      const parkedFlag = patched(running, [{ kind: 'turnFlagOff' }]).flag;
      expect(remove(parkedFlag, gone).config.fallthrough).toEqual({ variationId: left });
    });

    it('may only be behind those that it serves', () => {
      expect(remove(patched(running, [{ kind: 'addVariation', value: 'd' }]).flag, uuidNumber(1)).config).toBeDefined();
      expect(() => remove(running, 'z')).toThrow('expected variations to keep their places');
    });
  });
});
