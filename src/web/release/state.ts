import type { ExplanationRep } from '../../wire/rest/release-steering.ts';
import type { ReleaseRep } from '../../wire/rest/release.ts';

/** How a state is coloured: nothing yet, on its way, somebody has to do something, harm, done. */
export type Tone = 'neutral' | 'going' | 'waiting' | 'bad' | 'done';

/** A state in one or two words. */
export interface Look {
  readonly label: string;
  readonly tone: Tone;
}

export type Wait = ExplanationRep['waits'][number];

const WAIT_LOOKS: Readonly<Record<string, Look>> = {
  resume: { label: 'Paused', tone: 'bad' },
  decision: { label: 'Regressed', tone: 'bad' },
  retry: { label: 'Stopped', tone: 'bad' },
  approval: { label: 'Waiting for approval', tone: 'waiting' },
  start: { label: 'Ready to start', tone: 'waiting' },
  gate: { label: 'Asking a gate', tone: 'going' },
  rollout: { label: 'Rolling out', tone: 'going' },
  bake: { label: 'Baking', tone: 'going' },
  engine: { label: 'Going on', tone: 'going' },
};
const KINDS = Object.keys(WAIT_LOOKS);

/** Which of several waits people should see first: what needs them most. */
export function mostUrgent(waits: readonly Wait[]): Wait | undefined {
  return waits.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))[0];
}

/** A release in one or two words, by what it waits for. */
export function releaseLook({ state, waits }: Pick<ExplanationRep, 'state' | 'waits'>): Look {
  if (state === 'completed') return { label: 'Completed', tone: 'done' };
  if (state === 'canceled') return { label: 'Canceled', tone: 'neutral' };
  const wait = mostUrgent(waits);
  if (!wait) return { label: 'On its way', tone: 'going' };
  if (wait.action === 'updateReleasePhaseCompleted') return { label: 'To be ticked off', tone: 'waiting' };
  const look = WAIT_LOOKS[wait.kind] ?? { label: wait.kind, tone: 'neutral' };
  if (wait.allocation === undefined) return look;
  return { ...look, label: `${look.label} ${wait.allocation / 1000} %` };
}

/** Whether a release is over, and how, in one word. */
export function releaseState({ phases, _canceledAt }: ReleaseRep): 'active' | 'completed' | 'canceled' {
  if (_canceledAt !== undefined) return 'canceled';
  return phases.every(({ complete }) => complete) ? 'completed' : 'active';
}

const STATUS_LOOKS: Readonly<Record<string, Look>> = {
  'not-started': { label: 'Not started', tone: 'neutral' },
  'ready-to-start': { label: 'Ready to start', tone: 'waiting' },
  'waiting-for-approval': { label: 'Waiting for approval', tone: 'waiting' },
  'approval-declined': { label: 'Approval declined', tone: 'bad' },
  active: { label: 'Active', tone: 'going' },
  regressed: { label: 'Regressed', tone: 'bad' },
  'rolled-back': { label: 'Rolled back', tone: 'bad' },
  paused: { label: 'Paused', tone: 'bad' },
  failed: { label: 'Failed', tone: 'bad' },
  completed: { label: 'Completed', tone: 'done' },
  skipped: { label: 'Skipped', tone: 'neutral' },
};

/** The status of a phase or an audience in words. */
export function statusLook(status: string): Look {
  return STATUS_LOOKS[status] ?? { label: status, tone: 'neutral' };
}

const STRATEGY_WORDS: Readonly<Record<string, string>> = {
  'monitored-release': 'Guarded, in stages',
  'progressive-release': 'In stages, by time',
};

/** How an audience gets the variation. */
export function strategyWords(strategy: string): string {
  return STRATEGY_WORDS[strategy] ?? 'At once';
}
