import { condenseEvaluationCounts, deleteEvaluationCountsBefore } from '../store/evaluation-counts.ts';
import { deleteEvaluationSourcesBefore } from '../store/evaluations.ts';
import type { Tx } from '../store/database.ts';
import { saveTimerIfNone, type Timer } from '../store/timers.ts';
import type { Write } from './write.ts';

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How long counts are told by the minute (docs/wire/sdk.md, "Counts of evaluations"). */
const BY_MINUTE_MS = 120 * MINUTE_MS;
const INTERVAL_MS = 10 * MINUTE_MS;
/** How soon the next day is deleted while there is more that is too old. */
const PAUSE_MS = 1_000;

const alarm = (dueAtMs: number): Timer => ({ kind: 'condense-evaluations', subject: '', dueAtMs });

/** Sets the alarm that keeps counts of evaluations few, now that there are some. */
export async function startCondensing(tx: Tx, now: number): Promise<void> {
  await saveTimerIfNone(tx, alarm(now + INTERVAL_MS));
}

/**
 * Adds minutes up to hours once they are two hours old, and deletes what is older than it is to be kept, of whom and what
 * evaluated flags, too: what the timer
 * `condense-evaluations` does, every ten minutes.
 */
export async function condenseEvaluations(write: Write): Promise<void> {
  const { tx, now, limits } = write;
  await condenseEvaluationCounts(tx, now - (now % MINUTE_MS) - BY_MINUTE_MS);
  const oldest = now - limits.evaluationDays * DAY_MS;
  if (limits.evaluationDays > 0) await deleteEvaluationSourcesBefore(tx, oldest);
  const hasMore = limits.evaluationDays > 0 && (await deleteEvaluationCountsBefore(tx, oldest));
  write.schedule(alarm(now + (hasMore ? PAUSE_MS : INTERVAL_MS)));
}
