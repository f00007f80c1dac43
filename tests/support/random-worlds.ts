import fc from 'fast-check';
import type { SdkClause, SdkFlag, SdkRollout, SdkSegment, SdkServe } from '../../src/domain/evaluation/sdk-model.ts';
import { portableReference } from '../../src/domain/flag/attribute-name.ts';
import { toSdkSegment } from '../../src/domain/segment/sdk-segment.ts';
import { joinTargets } from '../../src/domain/segment/target-lists.ts';
import type { World } from './worlds.ts';

/*
 * Flags, segments and contexts at random, for evaluations to be compared. Left out is where official SDKs differ among
 * themselves (docs/wire/sdk.md, "Where SDKs disagree"):
 *
 * - Never written to SDKs, whatever is saved: users with keys in `contextTargets`, users in `includedContexts` and
 *   `excludedContexts`, an empty `contextKind`, seed 0, a share of 0 before others, a share of a segment whose kind is not asked for first, plain names
 *   with `//` or with `~` at the end, big segments without a generation, members that are null or of another type.
 * - Refused when they are saved: patterns that RE2 and JavaScript read differently, dates in small letters or below a
 *   millisecond, versions that JavaScript cannot hold, broken references and those into `_meta`, variations that are not
 *   there, flags and segments that need themselves.
 * - In contexts, where nobody can refuse them. Dates: small letters, more than nine digits of a second, differences below a
 *   millisecond. Versions: spaces in front, numbers beyond 2^53, more than 256 characters. Keys, names and `anonymous` of
 *   another type than they should be. Texts for `matches` with characters beyond 16 bits, and with breaks or spaces other
 *   than `\n` and ASCII ones, which `.` and `\s` of RE2 and JavaScript see differently.
 * - Big segments, which need a store of their own to be asked about.
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
const attribute = fc.constantFrom(
  'key',
  'name',
  'anonymous',
  'kind',
  'x',
  'y',
  '/deep/x',
  '/deep/none',
  '/x',
  '/a~1b',
  portableReference('c~'),
);
const attributes = fc.record(
  {
    name: fc.constantFrom('a', 'ab'),
    anonymous: fc.boolean(),
    x: fc.oneof(value, fc.constant(null), fc.array(value, { maxLength: 3 })),
    y: value,
    deep: fc.record({ x: value }),
    'a/b': value,
    'c~': value,
  },
  { requiredKeys: [] },
);
const single = fc.tuple(fc.constantFrom(...KEYS), attributes).map(([key, others]) => ({ key, ...others }));
const olderUser = fc.record(
  {
    key: fc.constantFrom('', ...KEYS),
    name: fc.constantFrom('a', 'ab'),
    anonymous: fc.boolean(),
    email: fc.constantFrom('a', '1'),
    custom: fc.record({ x: value, y: fc.array(value, { maxLength: 3 }) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['key'] },
);
const context = fc.oneof(
  olderUser,
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
    values: fc.array(fc.constantFrom('^a', 'b$', '[0-9]+', '\\d\\.\\d', '(?:a|ü)+$', '.', '(', ''), { maxLength: 2 }),
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
    weights: fc.constantFrom([10_000, 20_000, 70_000], [50_000, 0, 50_000], [100_000, 0, 0], [1, 1, 1]),
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

/** Segments as they are stored, written as SDKs get them. */
function segment(key: string): fc.Arbitrary<SdkSegment> {
  const keys = fc.array(
    fc.record({ contextKind: kind, values: fc.uniqueArray(fc.constantFrom(...KEYS), { maxLength: 2 }) }),
    { maxLength: 2 },
  );
  const share = fc.record({
    weight: fc.constantFrom(0, 30_000, 100_000),
    bucketBy: fc.option(bucketBy, { nil: undefined }),
    rolloutContextKind: kind,
  });
  const conditions = fc.array(
    clause.filter(({ op }) => op !== 'segmentMatch'),
    { maxLength: 2 },
  );
  const rule = fc
    .tuple(conditions, fc.option(share, { nil: undefined }))
    .map(([found, part]) => ({ id: 'r', clauses: found.map((one) => ({ id: 'c', ...one })), ...part }));
  return fc
    .record({ included: keys, excluded: keys, rules: fc.array(rule, { maxLength: 2 }), salt: fc.constantFrom('', 's') })
    .map(({ included, excluded, ...others }) =>
      toSdkSegment({
        ...STORED_SEGMENT,
        ...others,
        key,
        included: joinTargets(included),
        excluded: joinTargets(excluded),
      }),
    );
}

const STORED_SEGMENT = {
  id: 'id',
  environmentId: 'environment',
  name: 'Segment',
  description: '',
  tags: [],
  expiringTargets: [],
  isUnbounded: false,
  generation: 1,
  version: 1,
  createdAt: 0,
  lastModified: 0,
};

/** Three flags, of which the first is evaluated, two segments, and who it is evaluated for. */
export const WORLDS: fc.Arbitrary<World> = fc.record({
  flag: flag('flag', ['left', 'right', 'gone']),
  left: flag('left', ['right']),
  right: flag('right', []),
  one: segment('one'),
  two: segment('two'),
  contexts: fc.array(context, { minLength: 1, maxLength: 8 }),
});
