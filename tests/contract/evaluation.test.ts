import { init, integrations, type LDClient, type LDContext } from '@launchdarkly/node-server-sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseContext } from '../../src/domain/evaluation/context.ts';
import { evaluate } from '../../src/domain/evaluation/evaluate.ts';
import type { SdkClause, SdkFlag, SdkRollout, SdkSegment, SdkServe } from '../../src/domain/evaluation/sdk-model.ts';

/*
 * Flags, segments and contexts at random, evaluated by us and by the official SDK for Node. Left out is where official
 * SDKs differ among themselves (docs/wire/sdk.md, "Where SDKs disagree").
 */

const KINDS = ['user', 'org', 'device'];
const KEYS = ['a', 'b', 'ü-✓', 'k:1'];
const TEXTS = [
  '',
  'a',
  'ab',
  'b',
  'ü',
  '1',
  '1.2',
  '1.2.3-rc.1',
  '2',
  '2020-01-01T00:00:00Z',
  '2021-06-01T12:30:00.5+02:00',
];
const VALUES = [...TEXTS, 0, 1, 1.5, -3, 1577836800000, true, false];

const OPERATORS = [
  'in',
  'startsWith',
  'endsWith',
  'contains',
  'lessThan',
  'lessThanOrEqual',
  'greaterThan',
  'greaterThanOrEqual',
  'before',
  'after',
  'semVerEqual',
  'semVerLessThan',
  'semVerGreaterThan',
  'nonsense',
];

const kind = fc.constantFrom(...KINDS);
const value = fc.constantFrom(...VALUES);
const attribute = fc.constantFrom('key', 'name', 'anonymous', 'kind', 'x', 'y', '/deep/x', '/deep/none', '/x');
const attributes = fc.record(
  {
    name: fc.constantFrom('a', 'ab'),
    anonymous: fc.boolean(),
    x: fc.oneof(value, fc.constant(null), fc.array(value, { maxLength: 3 })),
    y: value,
    deep: fc.record({ x: value }),
  },
  { requiredKeys: [] },
);
const single = fc.tuple(fc.constantFrom(...KEYS), attributes).map(([key, others]) => ({ key, ...others }));
const context = fc.oneof(
  fc.tuple(kind, single).map(([name, members]) => ({ kind: name, ...members })),
  fc.dictionary(kind, single, { minKeys: 2, noNullPrototype: true }).map((parts) => ({ kind: 'multi', ...parts })),
);

const clause: fc.Arbitrary<SdkClause> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      contextKind: kind,
      attribute,
      op: fc.constantFrom(...OPERATORS),
      values: fc.array(value, { maxLength: 4 }),
      negate: fc.boolean(),
    }),
  },
  fc.record({
    contextKind: kind,
    attribute,
    op: fc.constant('matches'),
    values: fc.array(fc.constantFrom('^a', 'b$', '[0-9]+', 'a|ü', '.', '(', ''), { maxLength: 2 }),
    negate: fc.boolean(),
  }),
  fc.record({
    contextKind: kind,
    attribute: fc.constant(''),
    op: fc.constant('segmentMatch'),
    values: fc.array(fc.constantFrom('one', 'two', 'gone'), { maxLength: 2 }),
    negate: fc.boolean(),
  }),
);
const clauses = fc.array(clause, { maxLength: 3 });
const bucketBy = fc.constantFrom('key', 'x', 'y', '/deep/x');
const keysOfKind = (variation: number) =>
  fc
    .tuple(kind, fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1 }))
    .map(([contextKind, values]) => ({ contextKind, values, variation }));

const rollout: fc.Arbitrary<SdkRollout> = fc
  .record({
    contextKind: kind,
    weights: fc.constantFrom([10_000, 20_000, 70_000], [0, 50_000, 50_000], [100_000, 0, 0], [1, 1, 1]),
    experiment: fc.boolean(),
    seed: fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined }),
    bucketBy: fc.option(bucketBy, { nil: undefined }),
    untracked: fc.boolean(),
  })
  .map(({ weights, experiment, seed, untracked, ...others }) => ({
    kind: experiment ? ('experiment' as const) : ('rollout' as const),
    contextKind: others.contextKind,
    ...(seed !== undefined && { seed }),
    ...(others.bucketBy !== undefined && { bucketBy: others.bucketBy }),
    variations: weights.map((weight, variation) => ({ variation, weight, untracked })),
  }));
const serve: fc.Arbitrary<SdkServe> = fc.oneof(
  fc.integer({ min: 0, max: 2 }).map((variation) => ({ variation })),
  rollout.map((shares) => ({ rollout: shares })),
);

/** Targets as we write them: users in one list, all kinds in order in the other, users there as placeholders. */
const targets = fc.tuple(keysOfKind(0), keysOfKind(1), keysOfKind(2)).map((all) => ({
  targets: all.filter(({ contextKind }) => contextKind === 'user'),
  contextTargets: all.every(({ contextKind }) => contextKind === 'user')
    ? []
    : all.map((target) => (target.contextKind === 'user' ? { ...target, values: [] } : target)),
}));
const noTargets = fc.constant({ targets: [], contextTargets: [] });

function flag(key: string, needed: readonly string[]): fc.Arbitrary<SdkFlag> {
  return fc
    .record({
      on: fc.boolean(),
      salt: fc.constantFrom('', 's'),
      offVariation: fc.constantFrom(null, 0, 1),
      targets: fc.oneof(noTargets, targets),
      rules: fc.array(fc.tuple(clauses, serve), { maxLength: 3 }),
      fallthrough: serve,
      prerequisites:
        needed.length === 0
          ? fc.constant([])
          : fc.array(fc.record({ key: fc.constantFrom(...needed), variation: fc.integer({ min: 0, max: 2 }) }), {
              maxLength: 2,
            }),
    })
    .map(({ rules, targets: lists, ...others }) => ({
      key,
      version: 1,
      ...others,
      ...lists,
      rules: rules.map(([conditions, served], index) => ({
        id: `rule-${index}`,
        clauses: conditions,
        trackEvents: false,
        ...served,
      })),
      variations: ['a', 'b', 'c'],
      clientSideAvailability: { usingMobileKey: false, usingEnvironmentId: false },
      clientSide: false,
      trackEvents: false,
      trackEventsFallthrough: false,
      debugEventsUntilDate: null,
      deleted: false as const,
    }));
}

function segment(key: string): fc.Arbitrary<SdkSegment> {
  const keys = fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 2 });
  const others = fc.array(fc.record({ contextKind: fc.constantFrom('org', 'device'), values: keys }), { maxLength: 2 });
  const isAboutUsers = fc.constant({
    contextKind: 'user',
    attribute: 'kind',
    op: 'in',
    values: ['user'],
    negate: false,
  });
  return fc.record({
    key: fc.constant(key),
    version: fc.constant(1),
    included: keys,
    excluded: keys,
    includedContexts: others,
    excludedContexts: others,
    rules: fc.array(
      fc
        .record({
          id: fc.constant('r'),
          clauses: fc.tuple(
            isAboutUsers,
            fc.array(
              clause.filter(({ op }) => op !== 'segmentMatch'),
              { maxLength: 2 },
            ),
          ),
          share: fc.option(
            fc.record({
              weight: fc.constantFrom(0, 30_000, 100_000),
              bucketBy,
              rolloutContextKind: fc.constant('user'),
            }),
            { nil: undefined },
          ),
        })
        .map(({ id, clauses: [first, rest], share }) => ({ id, clauses: [first, ...rest], ...share })),
      { maxLength: 2 },
    ),
    salt: fc.constantFrom('', 's'),
    generation: fc.constant(1),
    deleted: fc.constant(false as const),
  });
}

const world = fc.record({
  flag: flag('flag', ['left', 'right', 'gone']),
  left: flag('left', ['right']),
  right: flag('right', []),
  one: segment('one'),
  two: segment('two'),
  contexts: fc.array(context, { minLength: 1, maxLength: 8 }),
});

const RUNS = Number(process.env['EVALUATION_RUNS'] ?? 500);

describe('evaluation', () => {
  const data = new integrations.TestData();
  let sdk: LDClient;
  beforeAll(async () => {
    const silent = () => {};
    sdk = init('sdk-key', {
      updateProcessor: data.getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
    });
    await sdk.waitForInitialization({ timeout: 10 });
  });
  afterAll(() => sdk.close());

  it('agrees with the official SDK on value, variation and reason', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ contexts, one, two, ...flags }) => {
        for (const other of Object.values(flags)) await data.usePreconfiguredFlag(structuredClone(other));
        for (const other of [one, two]) await data.usePreconfiguredSegment(structuredClone(other));
        const flagMap = new Map(Object.values(flags).map((other) => [other.key, other]));
        const segments = new Map([one, two].map((other) => [other.key, other]));
        const source = {
          findFlag: (key: string) => flagMap.get(key),
          findSegment: (key: string) => segments.get(key),
          findMembership: () => undefined,
        };
        for (const whom of contexts) {
          const official = await sdk.variationDetail('flag', whom as LDContext, null);
          const ours = evaluate(flags.flag, parseContext(whom), source);
          expect(ours).toEqual({
            value: official.value,
            variationIndex: official.variationIndex ?? null,
            reason: official.reason,
          });
        }
      }),
      { numRuns: RUNS },
    );
  });
});
