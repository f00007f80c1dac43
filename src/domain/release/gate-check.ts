import type { Gate } from './pipeline.ts';

/** How often a gate that may ask for a rollback is asked. */
const ROLLBACK_INTERVAL_MS = 10_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** Whoever has not been heard for so long is down. */
export const SILENCE_MS = 2 * 60_000;

/** Where and when gates of a kind are asked. */
export interface GateOccasion {
  readonly releaseId: string;
  readonly phaseId: string;
  /** The rollout whose traffic it is about; absent for the beginning and the end of phases. */
  readonly runId?: string | undefined;
  readonly kind: Gate['kind'];
  /** The stage that is to end; 0 where there are no stages. */
  readonly step: number;
  /** When the wait began: a phase that is started again waits anew. */
  readonly openedAt: number;
}

/** One gate that is asked until it agrees, and what it said last (docs/guards.md). */
export interface GateCheck extends GateOccasion {
  readonly id: string;
  /** Which of the gates of the phase. */
  readonly position: number;
  readonly url: string;
  readonly timeoutMs: number;
  readonly state: 'waiting' | 'agreed';
  /** When to ask next. */
  readonly dueAt: number;
  /** How often it was asked. */
  readonly asked: number;
  readonly lastStatus?: number | undefined;
  readonly lastError?: string | undefined;
  readonly answeredAt?: number | undefined;
}

/** What came of asking: an HTTP status, or why there is none. */
export interface GateAnswer {
  readonly status?: number;
  readonly error?: string;
}

/** The checks of an occasion, to be asked now: one for each gate of its kind. */
export function checksAt(
  gates: readonly Gate[] | undefined,
  occasion: GateOccasion,
  now: number,
): readonly GateCheck[] {
  const { runId, releaseId, phaseId, kind, step } = occasion;
  return (gates ?? []).flatMap((gate, position) =>
    gate.kind !== kind
      ? []
      : {
          ...occasion,
          id: [runId ?? releaseId, phaseId, kind, position, step].join(' '),
          position,
          url: gate.url,
          timeoutMs: gate.timeoutMs,
          state: 'waiting',
          dueAt: now,
          asked: 0,
        },
  );
}

/** Whether all gates of an occasion have agreed, by the checks that there are. */
export function haveAgreed(wanted: readonly GateCheck[], stored: readonly GateCheck[]): boolean {
  return wanted.every(({ id, openedAt }) =>
    stored.some((check) => check.id === id && check.openedAt === openedAt && check.state === 'agreed'),
  );
}

/** A 2xx agrees; after anything else, and after silence, the gate is asked again later. */
export function afterAnswer(check: GateCheck, { status, error }: GateAnswer, now: number): GateCheck {
  const asked = check.asked + 1;
  const answered = { ...check, asked, lastStatus: status, lastError: error, answeredAt: now };
  if (status !== undefined && status >= 200 && status < 300) return { ...answered, state: 'agreed' };
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (asked - 1), LONGEST_PAUSE_MS);
  return { ...answered, dueAt: now + (check.kind === 'rollback' ? ROLLBACK_INTERVAL_MS : pause) };
}

/** Whether somebody is there who would say so if a rollback were wanted: an error of the server is no answer. */
export function isHeard({ lastStatus, answeredAt }: GateCheck, now: number): boolean {
  return lastStatus !== undefined && lastStatus < 500 && answeredAt !== undefined && now - answeredAt <= SILENCE_MS;
}
