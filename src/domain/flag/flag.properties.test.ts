import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aConfig, aFlag } from '../../../tests/support/builders/a-flag.ts';
import { aProject } from '../../../tests/support/builders/a-project.ts';
import { anEnvironment } from '../../../tests/support/builders/an-environment.ts';
import { NOW, testContext } from '../../../tests/support/builders/test-context.ts';
import { InvalidPatch, InvalidRequest, PreconditionFailed } from '../errors.ts';
import type { Json } from '../json.ts';
import { applySteps, semanticSteps, type Step } from './apply-instructions.ts';
import { createFlag } from './create-flag.ts';
import { flagDifferences } from './differences.ts';
import { documentChange } from './document/document-patch.ts';
import { FAMILIES } from './families.ts';
import type { Flag, FlagConfig } from './flag.ts';
import type { ChangeContext } from './instruction.ts';
import { findFault } from './invariants.ts';
import { toSdkFlag } from './sdk-flag.ts';
import { settleVersions } from './settle-versions.ts';
import { NO_SURROUNDINGS } from './surroundings.ts';

/*
 * Properties of flags under patches (fast-check): whatever is asked of a flag, it stays sound or says no; the formats
 * of patches agree; versions only rise.
 */

const VALUES = ['a', 'b', 'c'];
const other = aFlag({ key: 'other' });

/** Texts for values, boolean-free, so that every instruction about variations is possible. */
const start: Flag = aFlag({
  variations: VALUES.map((value) => ({ id: value, value })),
  defaults: { onVariationId: 'a', offVariationId: 'c' },
  environments: {
    test: aConfig({ fallthrough: { variationId: 'a' }, offVariationId: 'c' }),
    production: aConfig({ environmentId: 'production-id', fallthrough: { variationId: 'b' }, offVariationId: 'c' }),
  },
});

const migration = createFlag(
  { key: 'store', name: 'Store', purpose: 'migration', migrationSettings: { stageCount: 6, contextKind: 'user' } },
  { project: aProject(), environments: [anEnvironment({ key: 'test', id: 'test-id' })], firstVersions: new Map() },
  testContext(),
);

function freshContext(): ChangeContext {
  const surroundings = {
    ...NO_SURROUNDINGS,
    flags: new Map([['other', other]]),
    memberIds: new Set(['m1']),
    teamKeys: new Set(['t1']),
  };
  return { ...testContext(), surroundings };
}

const variationId = fc.constantFrom(...VALUES);
const environmentKey = fc.constantFrom('test', 'production');
const contextKind = fc.constantFrom('user', 'org');
const key = fc.constantFrom('k1', 'k2', 'k3', 'k4');
const keys = fc.uniqueArray(key, { maxLength: 3 });
const ref = fc.constantFrom('r1', 'r2', 'r3');
const rolloutWeights = fc
  .tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }))
  .map(([one, two]) => [Math.min(one, two), Math.max(one, two)] as const)
  .map(([low, high]) => ({ a: low, b: high - low, c: 100_000 - high }));
const serve = fc.oneof(fc.record({ variationId }), fc.record({ rolloutWeights, rolloutContextKind: contextKind }));
const clause = fc.oneof(
  fc.record({ contextKind, attribute: fc.constantFrom('key', 'country'), op: fc.constant('in'), values: keys }),
  fc.record({
    contextKind,
    attribute: fc.constant('age'),
    op: fc.constant('lessThan'),
    values: fc.array(fc.integer(), { maxLength: 2 }),
  }),
);
const plain = (kind: string) => fc.constant({ kind });
const withServe = (kind: string, more: Record<string, fc.Arbitrary<unknown>> = {}) =>
  fc.tuple(serve, fc.record(more)).map(([served, rest]) => ({ kind, ...served, ...rest }));

/** Instructions that make sense; whether they are possible depends on the flag that they find. */
const instruction: fc.Arbitrary<{ kind: string }> = fc.oneof(
  plain('turnFlagOn'),
  plain('turnFlagOff'),
  ...['addTargets', 'removeTargets'].map((kind) =>
    fc.record({ kind: fc.constant(kind), contextKind, variationId, values: keys }),
  ),
  fc.record({ kind: fc.constant('clearTargets'), variationId }),
  fc.record({
    kind: fc.constant('addExpiringTarget'),
    contextKind,
    contextKey: key,
    variationId,
    value: fc.constant(NOW + 1000),
  }),
  withServe('addRule', { clauses: fc.array(clause, { maxLength: 2 }), ref, description: fc.constantFrom('x', 'y') }),
  fc.record({ kind: fc.constant('removeRule'), ruleId: ref }),
  withServe('updateRuleVariationOrRollout', { ruleId: ref }),
  fc.record({ kind: fc.constant('addClauses'), ruleId: ref, clauses: fc.array(clause, { maxLength: 2 }) }),
  fc.record({ kind: fc.constant('updateRuleDescription'), ruleId: ref, description: fc.constantFrom('', 'x', 'y') }),
  withServe('updateFallthroughVariationOrRollout'),
  fc.record({ kind: fc.constant('updateOffVariation'), variationId: fc.option(variationId) }),
  fc.record({
    kind: fc.constant('addPrerequisite'),
    key: fc.constant('other'),
    variationId: fc.constantFrom('variation-true', 'variation-false'),
  }),
  fc.record({ kind: fc.constant('removePrerequisite'), key: fc.constant('other') }),
  fc.record({ kind: fc.constantFrom('updateTrackEvents', 'updateTrackEventsFallthrough'), trackEvents: fc.boolean() }),
  fc.record({ kind: fc.constant('addVariation'), value: fc.constantFrom('d', 'e', 'f') }),
  fc.record({ kind: fc.constant('removeVariation'), variationId }),
  fc.record({
    kind: fc.constant('updateVariation'),
    variationId,
    value: fc.constantFrom('a', 'x', 'y'),
    name: fc.constantFrom('', 'N'),
  }),
  fc.record({
    kind: fc.constant('updateDefaultVariation'),
    onVariationValue: fc.constantFrom(...VALUES),
    offVariationValue: fc.constantFrom(...VALUES),
  }),
  fc.record({
    kind: fc.constantFrom('addTags', 'removeTags'),
    values: fc.array(fc.constantFrom('t1', 't2'), { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constantFrom('addCustomProperties', 'replaceCustomProperties'),
    key: fc.constantFrom('p', 'q'),
    name: fc.constant('P'),
    values: keys,
  }),
  fc.record({ kind: fc.constant('removeCustomProperties'), key: fc.constantFrom('p', 'q'), values: keys }),
  ...[
    'makeFlagPermanent',
    'makeFlagTemporary',
    'archiveFlag',
    'restoreFlag',
    'deprecateFlag',
    'restoreDeprecatedFlag',
  ].map(plain),
  fc.record({ kind: fc.constant('updateMaintainerMember'), value: fc.constant('m1') }),
  fc.record({ kind: fc.constant('updateMaintainerTeam'), value: fc.constant('t1') }),
  plain('removeMaintainer'),
  fc.record({
    kind: fc.constantFrom('turnOnClientSideAvailability', 'turnOffClientSideAvailability'),
    value: fc.constantFrom('usingMobileKey', 'usingEnvironmentId'),
  }),
);

/** Applies instructions one by one, those that are not possible left out. */
function applyPossible(flag: Flag, instructions: readonly (readonly [string, { kind: string }])[]): readonly Flag[] {
  const context = freshContext();
  return instructions.reduce<Flag[]>(
    (states, [environmentKey, one]) => {
      const before = states.at(-1) as Flag;
      const steps = semanticSteps({ instructions: [one], environmentKey });
      const refusal = refusalOf(() => {
        states.push(settleVersions(before, applySteps(before, steps, context), NOW + states.length));
      });
      const isProper = refusal instanceof InvalidRequest && isNamed(refusal, `instructions[0] (${one.kind})`);
      expect(refusal === undefined || isProper ? 'proper' : refusal).toBe('proper');
      return states;
    },
    [flag],
  );
}

/** One sentence is the API's own and stands alone: clients match on it. */
function isNamed(error: Error, name: string): boolean {
  const fixed = "The fallthrough variation can't be deleted because no off variation is set";
  return error.message === fixed || error.message.startsWith(name);
}

/** What an attempt ends in; nothing when it succeeds. */
function refusalOf(attempt: () => unknown): unknown {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error;
  }
}

const history = fc.array(fc.tuple(environmentKey, instruction), { maxLength: 25 });

describe('a flag under any instructions', () => {
  it('keeps all invariants, and SDKs can be given it', () => {
    fc.assert(
      fc.property(history, (instructions) => {
        const after = applyPossible(start, instructions).at(-1) as Flag;
        const { surroundings } = freshContext();
        expect(findFault(after, { surroundings, before: undefined })).toBeUndefined();
        for (const config of Object.values(after.environments)) {
          const sdkFlag = toSdkFlag(after, config, surroundings.flags);
          expect(sdkFlag === undefined).toBe(after.archivedAt !== undefined);
        }
      }),
    );
  });

  it('gets versions that only rise, by one at a time, and does so exactly when something differs', () => {
    fc.assert(
      fc.property(history, (instructions) => {
        const states = applyPossible(start, instructions);
        for (const [index, after] of states.entries()) {
          const before = states[index - 1];
          if (!before) continue;
          const rises = [
            after.version - before.version,
            ...Object.keys(after.environments).map((name) => versionIn(after, name) - versionIn(before, name)),
          ];
          expect(rises.every((rise) => rise === 0 || rise === 1)).toBe(true);
          const told = flagDifferences(before, after).filter(({ action }) => action !== 'updateExpiringTargets');
          expect(rises.some((rise) => rise === 1)).toBe(told.length > 0);
        }
      }),
    );
  });
});

const versionIn = (flag: Flag, environmentKey: string) => (flag.environments[environmentKey] as FlagConfig).version;

describe('random instructions', () => {
  const names = FAMILIES.flatMap(({ instructions }) => instructions).flatMap(({ kind, aliases }) => [kind, ...aliases]);
  const parameterNames = [
    'value',
    'values',
    'variationId',
    'contextKind',
    'contextKey',
    'userKey',
    'targets',
    'ruleId',
    'ruleIds',
    'rules',
    'clauses',
    'clauseId',
    'clauseIds',
    'clause',
    'rolloutWeights',
    'rollout',
    'key',
    'name',
    'prerequisites',
    'trackEvents',
    'description',
    'onVariationValue',
    'checkRatio',
    'version',
    'ref',
    'beforeRuleId',
  ];
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('a', 'other', 'user', 'usingMobileKey', true, 5, ['a'], [{}], {}, [], null),
  );
  const garbage = fc
    .tuple(
      fc.constantFrom(...names, 'unknown'),
      fc.dictionary(fc.constantFrom(...parameterNames), anything, { maxKeys: 6 }),
    )
    .map(([kind, parameters]) => ({ ...parameters, kind }));

  it('are done or refused by name, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(garbage, instruction), { minLength: 1, maxLength: 4 }), (instructions) => {
        const before = JSON.stringify(start);
        const refusal = refusalOf(() => {
          applySteps(start, semanticSteps({ instructions, environmentKey: 'test' }), freshContext());
        });
        const isProper =
          refusal instanceof InvalidRequest &&
          (isNamed(refusal, 'instructions[') || isNamed(refusal, 'environmentKey: '));
        expect(refusal === undefined || isProper ? 'proper' : refusal).toBe('proper');
        expect(JSON.stringify(start)).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it('in a document are done or refused as well', () => {
    const path = fc
      .array(
        fc.constantFrom(
          'environments',
          'test',
          'rules',
          'targets',
          'fallthrough',
          'variations',
          'defaults',
          'rollout',
          'clauses',
          'values',
          'tags',
          'name',
          'customProperties',
          'prerequisites',
          '0',
          '1',
          '-',
          'variation',
        ),
        { minLength: 1, maxLength: 5 },
      )
      .map((words) => `/${words.join('/')}`);
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
      path,
      from: path,
      value: anything,
    });
    const globalMember = fc.constantFrom(
      'name',
      'tags',
      'variations',
      'defaults',
      'customProperties',
      'archived',
      'maintainerId',
    );
    const localMember = fc.constantFrom(
      'on',
      'rules',
      'targets',
      'fallthrough',
      'offVariation',
      'prerequisites',
      'salt',
    );
    const environments = fc.record({ test: fc.dictionary(localMember, anything, { maxKeys: 3 }) });
    const patch = fc.oneof(
      fc.record({ format: fc.constant('json' as const), operations: fc.array(operation, { maxLength: 4 }) }),
      fc.record({
        format: fc.constant('merge' as const),
        merge: fc.dictionary(globalMember, anything, { maxKeys: 3 }),
      }),
      fc.record({ format: fc.constant('merge' as const), merge: fc.record({ environments }) }),
    );
    fc.assert(
      fc.property(fc.constantFrom(start, aFlag(), migration), patch, (flag, patch) => {
        const context = freshContext();
        const refusal = refusalOf(() => applySteps(flag, documentChange(flag, patch, context).steps, context));
        const isProper =
          refusal instanceof InvalidRequest || refusal instanceof InvalidPatch || refusal instanceof PreconditionFailed;
        expect(refusal === undefined || isProper ? 'proper' : refusal).toBe('proper');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an instruction and its inverse', () => {
  const target = { contextKind: 'org', variationId: 'b', values: ['k9'] };
  it.each([
    [{ kind: 'turnFlagOn' }, { kind: 'turnFlagOff' }],
    [
      { kind: 'addTargets', ...target },
      { kind: 'removeTargets', ...target },
    ],
    [
      { kind: 'addTags', values: ['new'] },
      { kind: 'removeTags', values: ['new'] },
    ],
    [{ kind: 'deprecateFlag' }, { kind: 'restoreDeprecatedFlag' }],
    [{ kind: 'archiveFlag' }, { kind: 'restoreFlag' }],
    [{ kind: 'makeFlagPermanent' }, { kind: 'makeFlagTemporary' }],
    [
      { kind: 'addPrerequisite', key: 'other', variationId: 'variation-true' },
      { kind: 'removePrerequisite', key: 'other' },
    ],
    [
      { kind: 'addCustomProperties', key: 'z', name: 'Z', values: ['1'] },
      { kind: 'removeCustomProperties', key: 'z', values: ['1'] },
    ],
    [
      { kind: 'updateTrackEvents', trackEvents: true },
      { kind: 'updateTrackEvents', trackEvents: false },
    ],
    [
      { kind: 'addRule', ref: 'z', clauses: [], variationId: 'b' },
      { kind: 'removeRule', ruleId: 'z' },
    ],
    [
      { kind: 'turnOnClientSideAvailability', value: 'usingEnvironmentId' },
      { kind: 'turnOffClientSideAvailability', value: 'usingEnvironmentId' },
    ],
    [
      { kind: 'updateOffVariation', variationId: null },
      { kind: 'updateOffVariation', variationId: 'c' },
    ],
  ])('%j then %j change nothing', (one, inverse) => {
    const steps = semanticSteps({ instructions: [one, inverse], environmentKey: 'test' });
    const after = applySteps(start, steps, freshContext());
    expect(flagDifferences(start, after)).toEqual([]);
    expect(JSON.parse(JSON.stringify(after))).toEqual(JSON.parse(JSON.stringify(start)));
  });
});

describe('a semantic patch and a JSON patch of the same intent', () => {
  const indexed = ({ variationId }: { variationId: string }) => VALUES.indexOf(variationId);
  const written = (
    served: { variationId: string } | { rolloutWeights: Record<string, number>; rolloutContextKind: string },
  ): Record<string, Json> =>
    'variationId' in served
      ? { variation: indexed(served) }
      : {
          rollout: {
            contextKind: served.rolloutContextKind,
            variations: VALUES.map((value, variation) => ({ variation, weight: served.rolloutWeights[value] ?? 0 })),
          },
        };
  const set = (path: string, value: unknown) => ({ op: 'replace', path, value });
  const inTest = (name: string, value: unknown) => set(`/environments/test/${name}`, value);

  /** The same wish in both formats. */
  const intent: fc.Arbitrary<readonly [object, object]> = fc.oneof(
    fc.boolean().map((on) => [{ kind: on ? 'turnFlagOn' : 'turnFlagOff' }, inTest('on', on)] as const),
    serve.map(
      (served) =>
        [{ kind: 'updateFallthroughVariationOrRollout', ...served }, inTest('fallthrough', written(served))] as const,
    ),
    variationId.map(
      (id) =>
        [
          { kind: 'updateOffVariation', variationId: id },
          inTest('offVariation', indexed({ variationId: id })),
        ] as const,
    ),
    fc.tuple(serve, fc.array(clause, { maxLength: 2 })).map(
      ([served, clauses]) =>
        [
          { kind: 'addRule', clauses, ...served },
          { op: 'add', path: '/environments/test/rules/-', value: { clauses, ...written(served) } },
        ] as const,
    ),
    fc.tuple(variationId, fc.uniqueArray(key, { minLength: 1, maxLength: 2 })).map(
      ([id, values]) =>
        [
          { kind: 'addTargets', contextKind: 'org', variationId: id, values },
          {
            op: 'add',
            path: '/environments/test/contextTargets/-',
            value: { contextKind: 'org', variation: indexed({ variationId: id }), values },
          },
        ] as const,
    ),
    fc.constantFrom('One', 'Two').map((name) => [{ kind: 'updateName', value: name }, set('/name', name)] as const),
    fc
      .boolean()
      .map((trackEvents) => [{ kind: 'updateTrackEvents', trackEvents }, inTest('trackEvents', trackEvents)] as const),
    fc.constant([
      { kind: 'addPrerequisite', key: 'other', variationId: 'variation-false' },
      inTest('prerequisites', [{ key: 'other', variation: 1 }]),
    ] as const),
    fc.constant([{ kind: 'archiveFlag' }, set('/archived', true)] as const),
    fc.constant([{ kind: 'makeFlagPermanent' }, set('/temporary', false)] as const),
    fc.constant([
      { kind: 'addVariation', value: 'd', name: 'D' },
      { op: 'add', path: '/variations/-', value: { value: 'd', name: 'D' } },
    ] as const),
    fc.constant([
      { kind: 'updateDefaultVariation', onVariationValue: 'b', offVariationValue: 'b' },
      set('/defaults', { onVariation: 1, offVariation: 1 }),
    ] as const),
  );

  it('leave the same flag, the same words and the same payload', () => {
    fc.assert(
      fc.property(history, fc.array(intent, { minLength: 1, maxLength: 4 }), (past, intents) => {
        // A rollout of a semantic patch also has the variations that it does not mention, with weight 0.
        const text = JSON.stringify(intents);
        fc.pre(!(text.includes('addVariation') && text.includes('rolloutWeights')));
        const flag = withStartValues(applyPossible(start, past).at(-1) as Flag);
        const semantic = outcome(flag, () =>
          semanticSteps({ instructions: intents.map(([one]) => one), environmentKey: 'test' }),
        );
        const json = outcome(
          flag,
          (context) =>
            documentChange(flag, { format: 'json', operations: intents.map(([, one]) => one) }, context).steps,
        );
        // A semantic patch refuses on the way what a document may be in between, so only agreement of success counts.
        if (semantic === 'refused' || json === 'refused') return;
        expect(json).toEqual(semantic);
      }),
    );
  });

  /** Positions in the intents are those of the start. */
  function withStartValues(flag: Flag): Flag {
    const isStill = flag.variations.length === 3 && flag.variations.every(({ id }, index) => id === VALUES[index]);
    return isStill ? flag : start;
  }

  function outcome(flag: Flag, stepsOf: (context: ChangeContext) => readonly Step[]) {
    const context = freshContext();
    try {
      const after = settleVersions(flag, applySteps(flag, stepsOf(context), context), NOW);
      const differences = flagDifferences(flag, after);
      const payloads = Object.values(after.environments).map((config) =>
        toSdkFlag(after, config, context.surroundings.flags),
      );
      return JSON.parse(withoutNewIds(JSON.stringify({ after, differences, payloads }))) as unknown;
    } catch (error) {
      if (error instanceof InvalidRequest || error instanceof InvalidPatch) return 'refused';
      throw error;
    }
  }

  /** Ids of the test count up as they are asked for, which the formats do in another order. */
  function withoutNewIds(text: string): string {
    return text.replaceAll(/00000000-0000-4000-8000-[0-9a-f]{12}/g, 'new');
  }
});
