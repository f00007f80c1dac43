import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { aPlan } from '../../../tests/support/builders/a-run.ts';
import { testContext, uuidNumber } from '../../../tests/support/builders/test-context.ts';
import { dealTraffic } from '../rollout/plan.ts';
import { applySteps } from './apply-instructions.ts';
import { type CopiedActions, copySteps } from './copy-config.ts';
import type { FlagConfig } from './flag.ts';
import { NO_SURROUNDINGS } from './surroundings.ts';

const around = {
  ...NO_SURROUNDINGS,
  flags: new Map([['other', aFlag({ key: 'other' })]]),
  memberIds: new Set<string>(),
  teamKeys: new Set<string>(),
};
const source = aConfig({
  on: true,
  salt: 'source',
  trackEvents: true,
  trackEventsFallthrough: true,
  targets: [{ contextKind: 'org', variationId: TRUE_ID, values: ['acme'] }],
  rules: [
    aRule({
      description: 'r',
      isDisabled: true,
      clauses: [{ id: 'c', contextKind: 'user', attribute: 'a', op: 'in', values: [1], negate: true }],
    }),
  ],
  fallthrough: { variationId: FALSE_ID },
  offVariationId: undefined,
  prerequisites: [{ flagKey: 'other', variationId: TRUE_ID }],
});
const target = aConfig({ environmentId: 'production-id', salt: 'target' });
const flag = aFlag({ environments: { test: source, production: target } });

function copied(actions: CopiedActions): Partial<FlagConfig> {
  const steps = copySteps(source, 'production', actions);
  const after = applySteps(flag, steps, { ...testContext(), surroundings: around }).environments[
    'production'
  ] as FlagConfig;
  return Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(target[name as keyof FlagConfig]),
    ),
  );
}
const PARTS = [
  'updateOn',
  'updateTargets',
  'updateRules',
  'updateFallthrough',
  'updateOffVariation',
  'updatePrerequisites',
];
const rules = [
  {
    ...source.rules[0],
    id: uuidNumber(1),
    clauses: [{ ...source.rules[0]?.clauses[0], id: uuidNumber(2) }],
  },
];
const WHOLE = {
  on: true,
  targets: source.targets,
  rules,
  fallthrough: { variationId: FALSE_ID },
  trackEventsFallthrough: true,
  offVariationId: undefined,
  prerequisites: source.prerequisites,
};

describe('copying a configuration', () => {
  it.each([[{}], [{ includedActions: [] }], [{ includedActions: [...PARTS, 'updateFlagConfigMigrationSettings'] }]])(
    'copies everything but salt and event tracking with %j',
    (actions) => {
      expect(copied(actions)).toEqual(WHOLE);
    },
  );

  it.each([
    ['updateOn', { on: true }],
    ['updateTargets', { targets: source.targets }],
    ['updateRules', { rules }],
    ['updateFallthrough', { fallthrough: { variationId: FALSE_ID }, trackEventsFallthrough: true }],
    ['updateOffVariation', { offVariationId: undefined }],
    ['updatePrerequisites', { prerequisites: source.prerequisites }],
  ])('copies with %s its part alone, and all the others without', (action, part) => {
    expect(copied({ includedActions: [action] })).toEqual(part);
    const others = Object.entries(WHOLE).filter(([name]) => !(name in part));
    expect(copied({ excludedActions: [action] })).toEqual(Object.fromEntries(others));
  });

  it.each([
    [
      { includedActions: ['updateOn'], excludedActions: ['updateRules'] },
      'includedActions: expected includedActions or excludedActions, got both',
    ],
    [{ includedActions: ['updateName'] }, 'includedActions: "updateName" cannot be copied; expected updateOn, '],
    [{ excludedActions: ['constructor'] }, 'excludedActions: "constructor" cannot be copied'],
  ])('refuses %j', (actions, message) => {
    expect(() => copySteps(source, 'production', actions)).toThrow(message);
  });
});

it('copies what is rolled out as the original, since the other environment has its own traffic', () => {
  const plan = aPlan({ originalVariationId: FALSE_ID, targetVariationId: TRUE_ID });
  const serve = { rollout: { contextKind: 'user', variations: dealTraffic(plan, 10_000), automated: { plan } } };
  const rolling = aConfig({ on: true, fallthrough: serve, rules: [aRule({ serve })] });
  const before = aFlag({ environments: { test: rolling, production: target } });
  const steps = copySteps(rolling, 'production', { includedActions: ['updateFallthrough', 'updateRules'] });
  const after = applySteps(before, steps, { ...testContext(), surroundings: around });
  const original = { variationId: FALSE_ID };
  expect(after.environments['production']).toMatchObject({ fallthrough: original, rules: [{ serve: original }] });
});
