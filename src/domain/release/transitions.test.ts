import { describe, expect, it } from 'vitest';
import type { RunStatus } from '../rollout/run.ts';
import type { AudienceStatus, PhaseStatus } from './release.ts';
import {
  type AudienceEvent,
  isOver,
  NEEDS_ATTENTION,
  nextAudienceStatus,
  PHASE_TRANSITIONS,
  type PhaseEvent,
  type PhaseOutcome,
  ROLLOUT_EVENTS,
} from './transitions.ts';

const PHASE_EVENTS: readonly PhaseEvent[] = ['reach', 'start', 'attend', 'clear', 'finish'];
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

/** Cells of a table that is written with a row per line, in the order of the columns. */
function cells<Status extends string, Event extends string>(
  table: Readonly<Record<Status, string>>,
  events: readonly Event[],
): readonly { status: Status; event: Event; next: string }[] {
  return Object.entries<string>(table).flatMap(([status, row]) => {
    const columns = row.trim().split(/\s+/);
    expect(columns).toHaveLength(events.length);
    return events.map((event, column) => ({ status: status as Status, event, next: columns[column] ?? '' }));
  });
}

describe('the table of phases', () => {
  /** SPEC.md, "A phase". */
  const TABLE: Record<PhaseStatus, string> = {
    //                reach          start  attend clear  finish
    'not-started': '  ready-to-start refuse stay   stay   refuse',
    'ready-to-start': 'stay          active stay   stay   completed',
    active: '         stay           stay   paused stay   completed',
    paused: '         stay           active stay   active refuse',
    completed: '      stay           refuse stay   stay   stay',
  };

  it.each(cells(TABLE, PHASE_EVENTS))('$status × $event: $next', ({ status, event, next }) => {
    expect(PHASE_TRANSITIONS[status][event]).toBe(next satisfies string as PhaseOutcome);
  });

  it('has no other cells', () => {
    expect(Object.keys(PHASE_TRANSITIONS)).toEqual(Object.keys(TABLE));
    for (const row of Object.values(PHASE_TRANSITIONS)) expect(Object.keys(row)).toEqual(PHASE_EVENTS);
  });
});

describe('the table of audiences', () => {
  /** SPEC.md, "An audience"; a dot is for what leaves the status as it is. */
  const TABLE: Record<AudienceStatus, string> = {
    //                        reach          ask                  apply  decline           regress   revert      hold   goOn   finish    fail   retry          skip
    'not-started':
      '          ready-to-start .                    .      .                 .         .           .      .      .         .      .              skipped',
    'ready-to-start':
      '       .              waiting-for-approval active .                 .         .           .      .      .         failed .              skipped',
    'waiting-for-approval':
      ' .              .                    active approval-declined .         .           .      .      .         failed .              skipped',
    'approval-declined':
      '    .              .                    .      .                 .         .           .      .      .         .      ready-to-start skipped',
    active:
      '                 .              .                    .      .                 regressed rolled-back paused active completed .      .              skipped',
    regressed:
      '              .              .                    .      .                 regressed rolled-back paused active completed .      ready-to-start skipped',
    'rolled-back':
      '          .              .                    .      .                 .         .           .      .      .         .      ready-to-start skipped',
    paused:
      '                 .              .                    .      .                 regressed rolled-back paused active completed .      ready-to-start skipped',
    failed:
      '                 .              .                    .      .                 .         .           .      .      .         .      ready-to-start skipped',
    completed:
      '              .              .                    .      .                 .         .           .      .      .         .      .              .',
    skipped:
      '                .              .                    .      .                 .         .           .      .      .         .      .              .',
  };

  it.each(cells(TABLE, AUDIENCE_EVENTS))('$status × $event: $next', ({ status, event, next }) => {
    expect(nextAudienceStatus(status, event)).toBe(next === '.' ? status : next);
  });
});

describe('what statuses mean', () => {
  const MEANINGS: Record<AudienceStatus, { isOver: boolean; needsAttention: boolean }> = {
    'not-started': { isOver: false, needsAttention: false },
    'ready-to-start': { isOver: false, needsAttention: false },
    'waiting-for-approval': { isOver: false, needsAttention: false },
    'approval-declined': { isOver: false, needsAttention: true },
    active: { isOver: false, needsAttention: false },
    regressed: { isOver: false, needsAttention: true },
    'rolled-back': { isOver: false, needsAttention: true },
    paused: { isOver: false, needsAttention: true },
    failed: { isOver: false, needsAttention: true },
    completed: { isOver: true, needsAttention: false },
    skipped: { isOver: true, needsAttention: false },
  };

  it.each(Object.entries(MEANINGS))('an audience that is %s: %o', (name, meaning) => {
    const status = name as AudienceStatus;
    expect({ isOver: isOver(status), needsAttention: NEEDS_ATTENTION[status] }).toEqual(meaning);
  });

  const ROLLOUTS: Record<RunStatus, AudienceStatus> = {
    in_progress: 'active',
    waiting: 'active',
    monitoring_regressed: 'regressed',
    monitoring_stopped: 'paused',
    srm_stopped: 'paused',
    archived: 'paused',
    reverted: 'rolled-back',
    manually_reverted: 'rolled-back',
    completed: 'completed',
    manually_completed: 'completed',
  };

  it.each(Object.entries(ROLLOUTS))('an audience whose rollout is %s becomes %s', (rollout, audience) => {
    expect(nextAudienceStatus('active', ROLLOUT_EVENTS[rollout as RunStatus])).toBe(audience);
  });
});
