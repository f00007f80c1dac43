import { isOpenRun, isWatched, type RolloutRun } from '../../domain/rollout/run.ts';
import { insertLook, lastLookAt, saveRun } from '../../store/rollout-runs.ts';
import { deleteGateChecksOf } from '../../store/gate-checks.ts';
import { deleteReadings } from '../../store/guard-readings.ts';
import { deleteTimer } from '../../store/timers.ts';
import { deleteWatch } from '../../store/watches.ts';
import type { Write } from '../write.ts';

/** At most so many looks are kept of the time that a stage takes. */
const LOOKS_KEPT_OF_A_STAGE = 100;

/**
 * Stores what has become of a run, keeps what was seen, and tells the release that began it. When nobody watches it any
 * more, measuring ends.
 * @returns the run as it is stored
 */
export async function storeRun(write: Write, before: RolloutRun, after: RolloutRun): Promise<RolloutRun> {
  const stored = { ...after, version: before.version + 1 };
  await saveRun(write.tx, stored);
  await keepLook(write, before, stored);
  if (!isWatched(stored)) {
    await deleteTimer(write.tx, 'look-at-rollout', stored.id);
    await deleteGateChecksOf(write.tx, stored.id);
    await deleteReadings(write.tx, stored.id);
  }
  if (!isOpenRun(stored)) await deleteWatch(write.tx, stored.id);
  if (stored.releaseId !== undefined && stored.status !== before.status) {
    write.schedule({ kind: 'advance-release', subject: stored.releaseId, dueAtMs: write.now });
  }
  return stored;
}

/** Curves need not know of every look: those are kept that are a hundredth of a stage apart, and all that decide. */
async function keepLook(write: Write, before: RolloutRun, after: RolloutRun): Promise<void> {
  if (after.plan.kind === 'progressive') return;
  const isDecisive = after.events.length !== before.events.length;
  const duration = after.plan.stages[after.stageIndex]?.durationMillis ?? 0;
  const lastAt = await lastLookAt(write.tx, after.id);
  const isDue = lastAt === undefined || write.now - lastAt >= duration / LOOKS_KEPT_OF_A_STAGE;
  if (isDecisive || isDue) await insertLook(write.tx, after, write.now);
}
