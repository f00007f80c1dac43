import { describe, expect, it } from 'vitest';
import { segmentChanges, type SegmentDraft, type SegmentRule } from './segment-draft.ts';

const rule = (id: string, more: Partial<SegmentRule> = {}): SegmentRule => ({
  id,
  isNew: false,
  description: 'Europe',
  clauses: [{ id: 'c', contextKind: 'user', attribute: 'country', op: 'in', values: ['de'], negate: false }],
  percent: undefined,
  contextKind: 'user',
  bucketBy: undefined,
  ...more,
});
const draft = (more: Partial<SegmentDraft> = {}): SegmentDraft => ({ included: [], excluded: [], rules: [], ...more });
const users = (...values: string[]) => [{ contextKind: 'user', values }];
const steps = (before: SegmentDraft, after: SegmentDraft) =>
  segmentChanges(before, after).map(({ instruction }) => instruction);

describe('the steps from one draft of a segment to another', () => {
  it('are none when nothing differs', () => {
    const same = draft({ included: users('a'), rules: [rule('r', { percent: 20 })] });
    expect(steps(same, structuredClone(same))).toEqual([]);
  });

  it('take keys from one list before they come to the other', () => {
    const before = draft({ included: users('a', 'b') });
    const after = draft({ included: users('b'), excluded: users('a') });
    expect(steps(before, after)).toEqual([
      { kind: 'removeIncludedTargets', contextKind: 'user', values: ['a'] },
      { kind: 'addExcludedTargets', contextKind: 'user', values: ['a'] },
    ]);
    expect(segmentChanges(before, after).map(({ words }) => words)).toEqual([
      'No longer include user a',
      'Exclude user a',
    ]);
  });

  it('add rules with their share, and change it', () => {
    const added = draft({ rules: [rule('new', { isNew: true, percent: 12.5, bucketBy: 'plan' })] });
    expect(steps(draft(), added)).toMatchObject([
      { kind: 'addRule', weight: 12_500, rolloutContextKind: 'user', bucketBy: 'plan', description: 'Europe' },
    ]);
    expect(steps(draft({ rules: [rule('r', { percent: 20 })] }), draft({ rules: [rule('r')] }))).toEqual([
      { kind: 'updateRuleRolloutAndContextKind', ruleId: 'r' },
    ]);
    expect(segmentChanges(draft({ rules: [rule('r')] }), draft({ rules: [rule('r', { percent: 20 })] }))).toMatchObject(
      [{ words: 'In the rule "Europe", include 20% of them' }],
    );
  });
});
