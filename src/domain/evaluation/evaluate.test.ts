import { describe, expect, it } from 'vitest';
import { anSdkClause, anSdkFlag } from '../../../tests/support/sdk-items.ts';
import { type Context, parseContext } from './context.ts';
import { evaluate, type EvaluationSource } from './evaluate.ts';
import type { SdkClause, SdkFlag, SdkRollout } from './sdk-model.ts';

const KIM = parseContext({ kind: 'multi', user: { key: 'kim', email: 'kim@x' }, org: { key: 'acme' } });
const LEE = parseContext({ kind: 'user', key: 'lee' });
const MALFORMED = { value: null, variationIndex: null, reason: { kind: 'ERROR', errorKind: 'MALFORMED_FLAG' } };

const aRule = (id: string, clauses: readonly SdkClause[], variation = 2) => ({
  id,
  clauses,
  variation,
  trackEvents: false,
});

function source(...flags: readonly SdkFlag[]): EvaluationSource {
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  return { findFlag: (key) => byKey.get(key), findSegment: () => undefined, findMembership: () => undefined };
}

/** The variation and the kind of the reason. */
function outcomeOf(flag: SdkFlag, context: Context = KIM, among: EvaluationSource = source()): string {
  const { value, reason } = evaluate(flag, context, among);
  return `${JSON.stringify(value)} ${reason.kind}`;
}

describe('evaluate', () => {
  it('gives the same object for the same outcome', () => {
    const shares = [0, 1].map((variation) => ({ variation, weight: 50_000 }));
    const rollout: SdkRollout = { kind: 'experiment', contextKind: 'user', variations: shares };
    const flag = anSdkFlag({ rules: [aRule('first', [anSdkClause({})])], fallthrough: { rollout } });
    const contexts = [
      KIM,
      ...Array.from({ length: 50 }, (_, index) => parseContext({ kind: 'user', key: `${index}` })),
    ];
    const outcomes = contexts.map((context) => evaluate(flag, context, source()));
    expect(new Set(outcomes).size).toBe(3);
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(3);
  });

  it.each<[string, Partial<SdkFlag>, string]>([
    ['the default rule', {}, '"a" FALLTHROUGH'],
    ['the off variation', { on: false }, '"b" OFF'],
    ['nothing of a flag that is off without one', { on: false, offVariation: null }, 'null OFF'],
    ['no off variation that is not there', { on: false, offVariation: 9 }, 'null ERROR'],
    ['no variation that is not there', { fallthrough: { variation: 9 } }, 'null ERROR'],
    ['nothing by a rule that serves nothing', { fallthrough: {} }, 'null ERROR'],
    ['a target', { targets: [{ contextKind: 'user', values: ['kim'], variation: 3 }] }, '"d" TARGET_MATCH'],
    [
      'no target that is not there',
      { targets: [{ contextKind: 'user', values: ['kim'], variation: 9 }] },
      'null ERROR',
    ],
    ['a rule', { rules: [aRule('1', [anSdkClause({})])] }, '"c" RULE_MATCH'],
    ['a rule without clauses', { rules: [aRule('1', [])] }, '"c" RULE_MATCH'],
    [
      'a rule only when all clauses hold',
      { rules: [aRule('1', [anSdkClause({}), anSdkClause({ values: ['lee'] })])] },
      '"a" FALLTHROUGH',
    ],
    ['nothing after a broken clause', { rules: [aRule('1', [anSdkClause({ attribute: '//' })])] }, 'null ERROR'],
  ])('serves %s', (_name, flag, expected) => {
    expect(outcomeOf(anSdkFlag(flag))).toBe(expected);
  });

  it('tells which rule matched, the first of all', () => {
    const rules = [aRule('x', [anSdkClause({ values: ['lee'] })]), aRule('y', [anSdkClause({})], 3), aRule('z', [])];
    expect(evaluate(anSdkFlag({ rules }), KIM, source())).toEqual({
      value: 'd',
      variationIndex: 3,
      reason: { kind: 'RULE_MATCH', ruleIndex: 1, ruleId: 'y' },
    });
  });

  it('tries targets of several kinds in their order, users among them by placeholders', () => {
    const targets = [
      { contextKind: 'user', values: ['lee'], variation: 1 },
      { contextKind: 'user', values: ['kim'], variation: 2 },
    ];
    const org = { contextKind: 'org', values: ['acme'], variation: 3 };
    const user = (variation: number) => ({ contextKind: 'user', values: [], variation });
    expect(outcomeOf(anSdkFlag({ targets, contextTargets: [user(1), org, user(2)] }))).toBe('"d" TARGET_MATCH');
    expect(outcomeOf(anSdkFlag({ targets, contextTargets: [user(2), org, user(1)] }))).toBe('"c" TARGET_MATCH');
    expect(outcomeOf(anSdkFlag({ targets, contextTargets: [org] }), LEE)).toBe('"a" FALLTHROUGH');
  });

  describe('of prerequisites', () => {
    const needs = (key: string, variation = 0) => ({ prerequisites: [{ key, variation }] });
    it.each<[string, SdkFlag[], string]>([
      ['that hold', [anSdkFlag({ key: 'other' })], '"a" FALLTHROUGH'],
      ['that are missing', [], '"b" PREREQUISITE_FAILED'],
      [
        'that serve something else',
        [anSdkFlag({ key: 'other', fallthrough: { variation: 1 } })],
        '"b" PREREQUISITE_FAILED',
      ],
      [
        'that are off, whatever they serve',
        [anSdkFlag({ key: 'other', on: false, offVariation: 0 })],
        '"b" PREREQUISITE_FAILED',
      ],
      [
        'that serve what is not there',
        [anSdkFlag({ key: 'other', fallthrough: { variation: 9 } })],
        '"b" PREREQUISITE_FAILED',
      ],
      [
        'with a broken clause',
        [anSdkFlag({ key: 'other', rules: [aRule('1', [anSdkClause({ attribute: '' })])] })],
        'null ERROR',
      ],
      ['that need the flag', [anSdkFlag({ key: 'other', ...needs('flag') })], 'null ERROR'],
      ['whose own are missing', [anSdkFlag({ key: 'other', ...needs('gone') })], '"b" PREREQUISITE_FAILED'],
    ])('%s', (_name, others, expected) => {
      const flag = anSdkFlag(needs('other'));
      expect(outcomeOf(flag, KIM, source(flag, ...others))).toBe(expected);
    });

    it('that two others share', () => {
      const flag = anSdkFlag({
        prerequisites: [
          { key: 'left', variation: 0 },
          { key: 'right', variation: 0 },
        ],
      });
      const [left, right] = ['left', 'right'].map((key) => anSdkFlag({ key, ...needs('leaf') })) as [SdkFlag, SdkFlag];
      expect(outcomeOf(flag, KIM, source(left, right, anSdkFlag({ key: 'leaf' })))).toBe('"a" FALLTHROUGH');
    });
  });

  describe('of shares', () => {
    const aRollout = (rollout: Partial<SdkRollout> = {}): SdkRollout => ({
      kind: 'rollout',
      contextKind: 'user',
      variations: [10_000, 20_000, 30_000, 40_000].map((weight, variation) => ({ variation, weight })),
      ...rollout,
    });
    const shared = (rollout: Partial<SdkRollout>) =>
      anSdkFlag({ key: 'hashKey', salt: 'saltyA', fallthrough: { rollout: aRollout(rollout) } });
    const user = (key: string) => parseContext({ kind: 'user', key });

    /** What official SDKs serve. */
    it.each<[Partial<SdkRollout>, string, string]>([
      [{}, 'userKeyA', 'c'],
      [{}, 'userKeyB', 'd'],
      [{}, 'userKeyC', 'b'],
      [{ seed: 61 }, 'userKeyA', 'a'],
      [{ contextKind: 'org' }, 'userKeyB', 'a'],
      [{ bucketBy: 'age' }, 'userKeyB', 'a'],
      [{ variations: [100, 200].map((weight, variation) => ({ variation, weight })) }, 'userKeyB', 'b'],
      [{ variations: [0, 100_000].map((weight, variation) => ({ variation, weight })) }, 'userKeyC', 'b'],
    ])('%j to %s', (rollout, key, expected) => {
      expect(evaluate(shared(rollout), user(key), source())).toMatchObject({
        value: expected,
        reason: { kind: 'FALLTHROUGH' },
      });
    });

    it('breaks on a reference that leads nowhere, and on no shares at all', () => {
      expect(evaluate(shared({ bucketBy: '//' }), LEE, source())).toEqual(MALFORMED);
      expect(evaluate(shared({ variations: [] }), LEE, source())).toEqual(MALFORMED);
    });

    it('tells who is part of an experiment', () => {
      const experiment = {
        kind: 'experiment' as const,
        seed: 61,
        bucketBy: 'age',
        variations: aRollout().variations.map((share) => ({ ...share, untracked: share.variation === 3 })),
      };
      const inExperiment = (key: string, contextKind = 'user') =>
        evaluate(shared({ ...experiment, contextKind }), user(key), source());
      expect(inExperiment('userKeyB')).toMatchObject({ value: 'b', reason: { inExperiment: true } });
      expect(inExperiment('userKeyC').value).toBe('d');
      expect(inExperiment('userKeyC').reason).not.toHaveProperty('inExperiment');
      expect(inExperiment('userKeyB', 'org').reason).not.toHaveProperty('inExperiment');
    });
  });
});
