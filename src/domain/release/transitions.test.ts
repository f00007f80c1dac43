import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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

const SPEC = readFileSync(new URL('SPEC.md', import.meta.url), 'utf8');

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

/** The table of the specification whose first column has this name: its cells by row and column. */
function tableOf(name: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const lines = SPEC.split('\n');
  const first = lines.findIndex((line) => line.startsWith(`| ${name} |`));
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  const [header = [], _rule, ...rows] = lines.slice(first, first + length).map(cellsOf);
  return new Map(
    rows.map(([row = '', ...cells]) => [row, new Map(cells.map((cell, at) => [header[at + 1] ?? '', cell]))]),
  );
}

const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));

describe('the table of phases', () => {
  const table = tableOf('phase');
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
  const table = tableOf('audience');

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
  const table = tableOf('rollout');

  it.each(RUN_STATUSES)('%s is as specified', (status) => {
    expect(ROLLOUT_EVENTS[status]).toBe(table.get(status)?.get('audience event'));
  });

  it('has no other cells', () => {
    expect([...table.keys()].toSorted()).toEqual(RUN_STATUSES.toSorted());
  });
});
