import type { PhaseStatus } from './release.ts';

/** What can happen to a phase: its turn has come, somebody starts it, it has nothing left to do. */
export type PhaseEvent = 'reach' | 'start' | 'finish';

/** The next status; `stay` when the event asks for what already is; `refuse` when it must not happen. */
export type PhaseOutcome = PhaseStatus | 'stay' | 'refuse';

/**
 * Every phase status against every event. The drawing is in SPEC.md; a missing cell does not compile.
 * `ready-to-start` finishes without a start only when all its audiences have been skipped.
 */
export const PHASE_TRANSITIONS: Readonly<Record<PhaseStatus, Readonly<Record<PhaseEvent, PhaseOutcome>>>> = {
  'not-started': { reach: 'ready-to-start', start: 'refuse', finish: 'refuse' },
  'ready-to-start': { reach: 'stay', start: 'active', finish: 'completed' },
  active: { reach: 'stay', start: 'stay', finish: 'completed' },
  completed: { reach: 'stay', start: 'refuse', finish: 'stay' },
};
