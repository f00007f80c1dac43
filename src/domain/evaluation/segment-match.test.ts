import { describe, expect, it } from 'vitest';
import { parseContext } from './context.ts';
import type { SdkClause, SdkSegment, SdkSegmentRule } from './sdk-model.ts';
import { matchSegment, membershipOf, type Membership, type SegmentSource } from './segment-match.ts';

const aSegment = (segment: Partial<SdkSegment> = {}): SdkSegment => ({
  key: 'beta-segment',
  version: 1,
  included: [],
  excluded: [],
  includedContexts: [],
  excludedContexts: [],
  rules: [],
  salt: 'ss1',
  generation: 1,
  deleted: false,
  ...segment,
});

const aClause = (clause: Partial<SdkClause> = {}): SdkClause => ({
  contextKind: 'user',
  attribute: 'key',
  op: 'in',
  values: ['alice'],
  negate: false,
  ...clause,
});

const aRule = (rule: Partial<SdkSegmentRule> = {}): SdkSegmentRule => ({ id: 'r', clauses: [aClause()], ...rule });

const inSegment = (...values: string[]): SdkSegmentRule =>
  aRule({ clauses: [aClause({ op: 'segmentMatch', attribute: '', values })] });

const source = (segments: readonly SdkSegment[], members: Readonly<Record<string, boolean>> = {}): SegmentSource => ({
  findSegment: (key) => segments.find((segment) => segment.key === key),
  findMembership: ({ key, generation }, contextKey) => members[`${key}.g${generation} ${contextKey}`],
});

const ALICE = parseContext({ kind: 'user', key: 'alice' });
const BOTH = parseContext({ kind: 'multi', user: { key: 'alice' }, org: { key: 'acme' } });

describe('membershipOf', () => {
  const acme = [{ contextKind: 'org', values: ['acme'] }];
  const rows: readonly [string, Partial<SdkSegment>, Membership][] = [
    ['nobody', {}, 'none'],
    ['an included user', { included: ['alice'] }, 'included'],
    ['an included context', { includedContexts: acme }, 'included'],
    ['an excluded user', { excluded: ['alice'], rules: [aRule()] }, 'excluded'],
    ['an excluded context', { excludedContexts: acme, rules: [aRule()] }, 'excluded'],
    ['one of both, user included', { included: ['alice'], excludedContexts: acme }, 'included'],
    ['one of both, context included', { excluded: ['alice'], includedContexts: acme }, 'included'],
    ['a rule', { rules: [aRule({ clauses: [aClause({ values: ['bob'] })] }), aRule()] }, 'rule'],
    ['a rule of all clauses', { rules: [aRule({ clauses: [aClause(), aClause({ values: ['bob'] })] })] }, 'none'],
    ['a rule without clauses', { rules: [aRule({ clauses: [] })] }, 'rule'],
    ['a share below', { rules: [aRule({ weight: 54_100 })] }, 'none'],
    ['a share above', { rules: [aRule({ weight: 54_101 })] }, 'rule'],
    ['a share of nobody', { rules: [aRule({ weight: 0 })] }, 'none'],
    ['a share by a missing attribute', { rules: [aRule({ weight: 1, bucketBy: 'age' })] }, 'rule'],
    ['a share of nobody by a missing attribute', { rules: [aRule({ weight: 0, bucketBy: 'age' })] }, 'none'],
    ['a share of a missing kind', { rules: [aRule({ weight: 100_000, rolloutContextKind: 'device' })] }, 'none'],
    ['a share by a broken reference', { rules: [aRule({ weight: 1, bucketBy: '//' })] }, 'malformed'],
    ['a broken clause', { rules: [aRule({ clauses: [aClause({ attribute: '/' })] })] }, 'malformed'],
    ['a segment within', { rules: [inSegment('inner')] }, 'rule'],
    ['a segment that is not there', { rules: [inSegment('gone')] }, 'none'],
    ['itself', { rules: [inSegment('beta-segment')] }, 'malformed'],
  ];
  it.each(rows)('finds %s', (_name, segment, expected) => {
    const inner = aSegment({ key: 'inner', included: ['alice'] });
    const whole = aSegment(segment);
    expect(membershipOf(whole, BOTH, source([whole, inner]))).toBe(expected);
  });

  it('follows segments in segments, twice the same but not in a circle', () => {
    const leaf = aSegment({ key: 'leaf', rules: [aRule()] });
    const [left, right] = ['left', 'right'].map((key) => aSegment({ key, rules: [inSegment('leaf')] })) as [
      SdkSegment,
      SdkSegment,
    ];
    const top = aSegment({
      key: 'top',
      rules: [
        aRule({
          clauses: ['left', 'right'].map((key) => aClause({ op: 'segmentMatch', attribute: '', values: [key] })),
        }),
      ],
    });
    expect(membershipOf(top, ALICE, source([top, left, right, leaf]))).toBe('rule');
    const circular = { ...leaf, rules: [inSegment('top')] };
    expect(membershipOf(top, ALICE, source([top, left, right, circular]))).toBe('malformed');
  });

  describe('of big segments', () => {
    const big = (segment: Partial<SdkSegment> = {}) =>
      aSegment({ unbounded: true, unboundedContextKind: 'user', generation: 2, included: ['alice'], ...segment });
    it.each<[string, Partial<SdkSegment>, Readonly<Record<string, boolean>>, Membership]>([
      ['an included key', {}, { 'beta-segment.g2 alice': true }, 'included'],
      ['an excluded key', { rules: [aRule()] }, { 'beta-segment.g2 alice': false }, 'excluded'],
      ['a key of another generation', {}, { 'beta-segment.g1 alice': true }, 'none'],
      ['a rule', { rules: [aRule()] }, {}, 'rule'],
      ['a kind that is not there', { unboundedContextKind: 'org', rules: [aRule()] }, {}, 'none'],
      ['no generation', { generation: 0, rules: [aRule()] }, { 'beta-segment.g0 alice': true }, 'none'],
    ])('finds %s', (_name, segment, members, expected) => {
      expect(membershipOf(big(segment), ALICE, source([], members))).toBe(expected);
    });
  });
});

describe('matchSegment', () => {
  it('finds who is in a segment, and nobody in one that is not there', () => {
    const segments = [
      aSegment({ key: 'in', included: ['alice'] }),
      aSegment({ key: 'out', excluded: ['alice'] }),
      aSegment({ key: 'broken', rules: [inSegment('broken')] }),
      aSegment({ key: 'ruled', rules: [aRule()] }),
    ];
    const match = (key: string) => matchSegment(key, ALICE, source(segments));
    expect(['in', 'out', 'broken', 'ruled', 'gone'].map(match)).toEqual([
      'match',
      'no-match',
      'malformed',
      'match',
      'no-match',
    ]);
  });
});
