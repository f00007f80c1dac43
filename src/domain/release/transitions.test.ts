import { describe, expect, it } from 'vitest';
import { specTable } from '../../../tests/support/spec-table.ts';
import { RUN_STATUSES } from '../rollout/run.ts';
import type { AudienceStatus, PhaseStatus } from './release.ts';
import {
  type AudienceEvent,
  isOver,
  NEEDS_ATTENTION,
  nextAudienceStatus,
  PHASE_TRANSITIONS,
  type PhaseEvent,
  ROLLOUT_EVENTS,
} from './transitions.ts';

const SPEC = 'src/domain/release/SPEC.md';

const PHASES: readonly PhaseStatus[] = ['not-started', 'ready-to-start', 'active', 'paused', 'completed'];
const PHASE_EVENTS: readonly PhaseEvent[] = ['reach', 'start', 'attend', 'clear', 'finish'];
const AUDIENCES: readonly AudienceStatus[] = [
  'not-started',
  'ready-to-start',
  'waiting-for-approval',
  'approval-declined',
  'active',
  'regressed',
  'rolled-back',
  'paused',
  'failed',
  'completed',
  'skipped',
];
const AUDIENCE_EVENTS: readonly AudienceEvent[] = [
  'reach',
  'ask',
  'apply',
  'decline',
  'regress',
  'revert',
  'hold',
  'goOn',
  'finish',
  'fail',
  'retry',
  'skip',
];

describe('the table of phases', () => {
  const table = specTable(SPEC, 'phase');
  const words = { stay: 'stays', refuse: 'refused' } as Readonly<Record<string, string>>;

  it.each(PHASES.flatMap((status) => PHASE_EVENTS.map((event) => ({ status, event }))))(
    '$status × $event is as specified',
    ({ status, event }) => {
      const outcome = PHASE_TRANSITIONS[status][event];
      expect(words[outcome] ?? outcome).toBe(table.get(status)?.get(event));
    },
  );

  it('has no other cells', () => {
    expect([...table.keys()]).toEqual(PHASES);
    expect(Object.keys(PHASE_TRANSITIONS)).toEqual(PHASES);
    for (const row of table.values()) expect([...row.keys()]).toEqual(PHASE_EVENTS);
  });
});

describe('the table of audiences', () => {
  const table = specTable(SPEC, 'audience');

  it.each(AUDIENCES.flatMap((status) => AUDIENCE_EVENTS.map((event) => ({ status, event }))))(
    '$status × $event is as specified',
    ({ status, event }) => {
      const cell = table.get(status)?.get(event);
      expect(nextAudienceStatus(status, event)).toBe(cell === '–' ? status : cell);
    },
  );

  it('has no other cells', () => {
    expect([...table.keys()]).toEqual(AUDIENCES);
    expect(Object.keys(NEEDS_ATTENTION)).toEqual(AUDIENCES);
    for (const row of table.values()) expect([...row.keys()]).toEqual(AUDIENCE_EVENTS);
  });

  it('says which audiences are over and which need a person', () => {
    expect(AUDIENCES.filter(isOver)).toEqual(['completed', 'skipped']);
    expect(AUDIENCES.filter((status) => NEEDS_ATTENTION[status])).toEqual([
      'approval-declined',
      'regressed',
      'rolled-back',
      'paused',
      'failed',
    ]);
  });
});

describe('the table of rollouts', () => {
  const table = specTable(SPEC, 'rollout');

  it.each(RUN_STATUSES)('%s is as specified', (status) => {
    expect(ROLLOUT_EVENTS[status]).toBe(table.get(status)?.get('audience event'));
  });

  it('has no other cells', () => {
    expect([...table.keys()].toSorted()).toEqual(RUN_STATUSES.toSorted());
  });
});
