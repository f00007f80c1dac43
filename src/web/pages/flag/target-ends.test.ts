import { describe, expect, it } from 'vitest';
import type { Draft, TargetEnd } from './draft.ts';
import { endChanges, endsWithin } from './target-ends.ts';

const AT = Date.UTC(2030, 5, 1, 12);
const end = (contextKey: string, more: Partial<TargetEnd> = {}): TargetEnd => ({
  contextKind: 'user',
  contextKey,
  variationId: 'yes',
  at: AT,
  ...more,
});
const draft = (ends: readonly TargetEnd[], values: readonly string[] = ['kim', 'lee']): Draft => ({
  isOn: true,
  targets: [{ contextKind: 'user', variationId: 'yes', values }],
  ends,
  rules: [],
  fallthrough: { kind: 'variation', variationId: 'yes' },
  offVariationId: undefined,
  prerequisites: [],
  tracksEvents: false,
  tracksDefault: false,
});
const about = (contextKey: string) => ({ contextKind: 'user', contextKey, variationId: 'yes' });
const steps = (before: Draft, after: Draft) => endChanges(before, after).map(({ instruction }) => instruction);

describe('ends of individual targets', () => {
  it('are added, moved and removed', () => {
    expect(steps(draft([]), draft([end('kim')]))).toEqual([{ kind: 'addExpiringTarget', ...about('kim'), value: AT }]);
    expect(steps(draft([end('kim')]), draft([end('kim', { at: AT + 1 })]))).toEqual([
      { kind: 'updateExpiringTarget', ...about('kim'), value: AT + 1 },
    ]);
    expect(steps(draft([end('kim')]), draft([]))).toEqual([{ kind: 'removeExpiringTarget', ...about('kim') }]);
    expect(steps(draft([end('kim')]), draft([end('kim')]))).toEqual([]);
    expect(endChanges(draft([end('kim')]), draft([]))[0]?.words).toBe('Let the target user kim have no end');
  });

  it('go with their targets', () => {
    expect(steps(draft([end('kim')]), draft([], ['lee']))).toEqual([]);
    expect(steps(draft([end('kim')]), draft([end('kim')], ['lee']))).toEqual([]);
    expect(endsWithin([end('kim'), end('kim', { variationId: 'no' })], draft([]).targets)).toEqual([end('kim')]);
  });
});
