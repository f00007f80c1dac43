import type { RunStatus } from '../rollout/run.ts';
import type { AudienceStatus, PhaseStatus } from './release.ts';

/**
 * What can happen to a phase: its turn has come, somebody starts it (again), an audience needs a person, none does any
 * more, it has nothing left to do.
 */
export type PhaseEvent = 'reach' | 'start' | 'attend' | 'clear' | 'finish';

/** The next status; `stay` when the event asks for what already is; `refuse` when it must not happen. */
export type PhaseOutcome = PhaseStatus | 'stay' | 'refuse';

/**
 * Every phase status against every event. The drawing is in SPEC.md; a missing cell does not compile.
 * `ready-to-start` finishes without a start only when all its audiences have been skipped; `paused` is cleared first.
 */
export const PHASE_TRANSITIONS: Readonly<Record<PhaseStatus, Readonly<Record<PhaseEvent, PhaseOutcome>>>> = {
  'not-started': { reach: 'ready-to-start', start: 'refuse', attend: 'stay', clear: 'stay', finish: 'refuse' },
  'ready-to-start': { reach: 'stay', start: 'active', attend: 'stay', clear: 'stay', finish: 'completed' },
  active: { reach: 'stay', start: 'stay', attend: 'paused', clear: 'stay', finish: 'completed' },
  paused: { reach: 'stay', start: 'active', attend: 'stay', clear: 'active', finish: 'refuse' },
  completed: { reach: 'stay', start: 'refuse', attend: 'stay', clear: 'stay', finish: 'stay' },
};

/**
 * What can happen to an audience: its turn has come, an approval is asked for it, the flag is changed for it, the approval
 * is refused, its rollout regresses, is taken back, stops half-way, goes on or comes to its end, it cannot be carried out,
 * it is tried again, its environment goes.
 */
export type AudienceEvent =
  | 'reach'
  | 'ask'
  | 'apply'
  | 'decline'
  | 'regress'
  | 'revert'
  | 'hold'
  | 'goOn'
  | 'finish'
  | 'fail'
  | 'retry'
  | 'skip';

type AudienceRow = Readonly<Partial<Record<AudienceEvent, AudienceStatus>>>;

const ROLLING: AudienceRow = {
  goOn: 'active',
  finish: 'completed',
  regress: 'regressed',
  revert: 'rolled-back',
  hold: 'paused',
  skip: 'skipped',
};
const STUCK: AudienceRow = { retry: 'ready-to-start', skip: 'skipped' };

/** What each status turns into; what is not named here leaves it as it is. */
const AUDIENCE_TRANSITIONS: Readonly<Record<AudienceStatus, AudienceRow>> = {
  'not-started': { reach: 'ready-to-start', skip: 'skipped' },
  'ready-to-start': { ask: 'waiting-for-approval', apply: 'active', fail: 'failed', skip: 'skipped' },
  'waiting-for-approval': { apply: 'active', decline: 'approval-declined', fail: 'failed', skip: 'skipped' },
  'approval-declined': { ...STUCK, apply: 'active' },
  active: ROLLING,
  regressed: { ...ROLLING, ...STUCK },
  'rolled-back': STUCK,
  paused: { ...ROLLING, ...STUCK },
  failed: STUCK,
  completed: {},
  skipped: {},
};

/** The status of an audience after an event; a total function. */
export function nextAudienceStatus(status: AudienceStatus, event: AudienceEvent): AudienceStatus {
  return AUDIENCE_TRANSITIONS[status][event] ?? status;
}

/** Whether a person has to do something before an audience goes on. */
export const NEEDS_ATTENTION: Readonly<Record<AudienceStatus, boolean>> = {
  'not-started': false,
  'ready-to-start': false,
  'waiting-for-approval': false,
  'approval-declined': true,
  active: false,
  regressed: true,
  'rolled-back': true,
  paused: true,
  failed: true,
  completed: false,
  skipped: false,
};

/** Whether an audience has nothing left to do. */
export function isOver(status: AudienceStatus): boolean {
  return status === 'completed' || status === 'skipped';
}

/** What the state of a rollout means for its audience. */
export const ROLLOUT_EVENTS: Readonly<Record<RunStatus, AudienceEvent>> = {
  in_progress: 'goOn',
  waiting: 'goOn',
  monitoring_regressed: 'regress',
  monitoring_stopped: 'hold',
  srm_stopped: 'hold',
  archived: 'hold',
  reverted: 'revert',
  manually_reverted: 'revert',
  completed: 'finish',
  manually_completed: 'finish',
};
