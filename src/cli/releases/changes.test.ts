import { describe, expect, it } from 'vitest';
import type { ReleaseRep } from '../../wire/rest/release.ts';
import type { ExplanationRep } from '../../wire/rest/release-steering.ts';
import { changesBetween, type Look, statusOf } from './changes.ts';

type Phase = ReleaseRep['phases'][number];
type Wait = ExplanationRep['waits'][number];

const wait = (kind: string, message: string, more: Partial<Wait> = {}): Wait => {
  return { kind, message, environmentKeys: [], memberIds: [], teamKeys: [], ...more };
};

function phase(
  name: string,
  status: string | undefined,
  audience: string | undefined,
  more: Partial<Phase> = {},
): Phase {
  const environment = { _links: {}, key: 'test', name: 'Test', color: '' };
  const one = { _id: `${name}-a`, name: 'All', environment, _ruleIds: [], configuration: {} };
  return {
    _id: name,
    _name: name,
    complete: status === 'completed',
    _audiences: [{ ...one, ...(audience !== undefined && { status: audience }) }],
    ...(status !== undefined && { status }),
    ...more,
  } as unknown as Phase;
}

function look(
  phases: readonly Phase[],
  more: Partial<ReleaseRep> = {},
  waits: readonly Wait[] = [],
  state = 'active',
): Look {
  const release = { phases: [...phases], ...more } as ReleaseRep;
  return { release, explanation: { _links: {}, state, waits: [...waits] }, at: 100 };
}

describe('changesBetween', () => {
  it('tells all there is at the first look, with the times that are known', () => {
    const begin = look(
      [phase('one', 'active', 'waiting-for-approval', { _startedDate: 5 }), phase('two', 'not-started', 'not-started')],
      {},
      [wait('approval', 'Sandy has to agree', { until: 900 }), wait('engine', 'In a second')],
    );
    expect(changesBetween(undefined, begin)).toEqual([
      {
        at: 100,
        kind: 'audience',
        phase: 'one',
        audience: 'All',
        environmentKey: 'test',
        status: 'waiting-for-approval',
      },
      { at: 5, kind: 'phase', phase: 'one', status: 'active' },
      { at: 100, kind: 'audience', phase: 'two', audience: 'All', environmentKey: 'test', status: 'not-started' },
      { at: 100, kind: 'phase', phase: 'two', status: 'not-started' },
      { at: 100, kind: 'wait', message: 'Sandy has to agree', until: 900 },
    ]);
  });

  it('tells later what is new, and nothing twice', () => {
    const waits = [wait('bake', 'Bakes')];
    const before = look([phase('one', 'active', 'active')], {}, waits);
    expect(changesBetween(before, look([phase('one', 'active', 'active')], {}, waits))).toEqual([]);
    const failure = phase('one', 'paused', 'failed');
    const [audience, ...others] = failure._audiences;
    const failed = { ...failure, _audiences: audience ? [{ ...audience, _failure: 'No segment' }, ...others] : [] };
    expect(changesBetween(before, look([failed], {}, waits))).toEqual([
      expect.objectContaining({ kind: 'audience', status: 'failed', message: 'No segment' }),
      { at: 100, kind: 'phase', phase: 'one', status: 'paused' },
    ]);
  });

  it('tells of a pause, of its end, and of the end of all', () => {
    const running = look([phase('one', 'active', 'active')]);
    const paused = look([phase('one', 'active', 'active')], { _pausedAt: 7 });
    expect(changesBetween(running, paused)).toEqual([{ at: 7, kind: 'release', status: 'paused' }]);
    expect(changesBetween(paused, running)).toEqual([{ at: 100, kind: 'release', status: 'active' }]);
    const done = look([phase('one', 'completed', 'completed', { _completionDate: 9 })], {}, [], 'completed');
    expect(changesBetween(running, done).slice(1)).toEqual([
      { at: 9, kind: 'phase', phase: 'one', status: 'completed' },
      { at: 9, kind: 'release', status: 'completed' },
    ]);
    const canceled = look([phase('one', 'active', 'active')], { _canceledAt: 8, _pausedAt: 7 }, [], 'canceled');
    expect(changesBetween(paused, canceled)).toEqual([{ at: 8, kind: 'release', status: 'canceled' }]);
  });

  it('knows what was taken back from what was canceled', () => {
    expect(statusOf(look([], { _canceledAt: 8, _rolledBackAt: 9 }, [], 'canceled'))).toBe('rolled-back');
  });

  it('follows legacy phases, which are complete or not', () => {
    const before = look([phase('one', undefined, undefined)]);
    const after = look([{ ...phase('one', undefined, undefined), complete: true, _completionDate: 3 }]);
    expect(changesBetween(undefined, before)).toEqual([
      { at: 100, kind: 'phase', phase: 'one', status: 'not-started' },
    ]);
    expect(changesBetween(before, after)).toEqual([{ at: 3, kind: 'phase', phase: 'one', status: 'completed' }]);
  });
});
