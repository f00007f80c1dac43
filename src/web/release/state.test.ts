import { describe, expect, it } from 'vitest';
import { mostUrgent, releaseLook, type Wait } from './state.ts';

const wait = (kind: string, more: Partial<Wait> = {}): Wait => ({
  kind,
  message: kind,
  environmentKeys: [],
  memberIds: [],
  teamKeys: [],
  ...more,
});

describe('the state of a release in words', () => {
  it('shows what needs people before what goes by itself', () => {
    expect(mostUrgent([wait('rollout'), wait('approval'), wait('bake')])?.kind).toBe('approval');
    expect(mostUrgent([wait('approval'), wait('decision'), wait('resume')])?.kind).toBe('resume');
    expect(mostUrgent([])).toBeUndefined();
  });

  it.each([
    ['active', [wait('rollout', { allocation: 25_000 })], 'Rolling out 25 %', 'going'],
    ['active', [wait('decision')], 'Regressed', 'bad'],
    ['active', [wait('decision', { action: 'updateReleasePhaseCompleted' })], 'To be ticked off', 'waiting'],
    ['active', [wait('something-new')], 'something-new', 'neutral'],
    ['active', [], 'On its way', 'going'],
    ['completed', [], 'Completed', 'done'],
    ['canceled', [], 'Canceled', 'neutral'],
  ] as const)('says %s with %o as %s', (state, waits, label, tone) => {
    expect(releaseLook({ state, waits: [...waits] })).toEqual({ label, tone });
  });
});
