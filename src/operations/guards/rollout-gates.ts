import { checksAt, type GateCheck, haveAgreed, isHeard } from '../../domain/release/gate-check.ts';
import type { Gate } from '../../domain/release/pipeline.ts';
import type { Release } from '../../domain/release/release.ts';
import type { RolloutRun } from '../../domain/rollout/run.ts';
import { findReleaseById } from '../../store/releases.ts';
import { listGateChecks, openGateChecks } from '../../store/gate-checks.ts';
import type { Write } from '../write.ts';

/** What the gates of a rollout say. */
interface GatesSaying {
  readonly mayGrow: boolean;
  /** Why the original is wanted back. */
  readonly stopSignal?: string;
}

/**
 * Looks at the gates of the phase that a rollout belongs to, and has those asked that may want the original back. While one
 * of these is not heard, nothing grows. Rollouts without a release have no gates.
 */
export async function observeRolloutGates(
  write: Write,
  run: RolloutRun,
  release: Release | undefined,
): Promise<GatesSaying> {
  if (!release) return { mayGrow: true };
  const growth = checksOf(release, run, 'confirm-traffic-increase', write.now);
  const rollbacks = checksOf(release, run, 'rollback', write.now);
  if (growth.length === 0 && rollbacks.length === 0) return { mayGrow: true };
  await openGateChecks(write.tx, rollbacks);
  const stored = await listGateChecks(write.tx, release.id);
  const asked = rollbacks.map(({ id }) => stored.find((check) => check.id === id));
  const stop = asked.find((check) => check?.state === 'agreed');
  return {
    mayGrow: haveAgreed(growth, stored) && asked.every((check) => check !== undefined && isHeard(check, write.now)),
    ...(stop && { stopSignal: `The gate ${hostOf(stop)} asked for a rollback` }),
  };
}

/** Has those asked who have a say before traffic grows, unless they are being asked already. */
export async function askForGrowth(write: Write, run: RolloutRun): Promise<void> {
  const release = run.releaseId === undefined ? undefined : await findReleaseById(write.tx, run.releaseId);
  if (release) await openGateChecks(write.tx, checksOf(release, run, 'confirm-traffic-increase', write.now));
}

function checksOf(release: Release, run: RolloutRun, kind: Gate['kind'], now: number): readonly GateCheck[] {
  const phase = release.phases.find(({ audiences }) => audiences.some(({ rolloutId }) => rolloutId === run.id));
  if (!phase) return [];
  const step = kind === 'confirm-traffic-increase' ? run.stageIndex : 0;
  return checksAt(
    phase.gates,
    { releaseId: release.id, phaseId: phase.id, runId: run.id, kind, step, openedAt: run.createdAt },
    now,
  );
}

/** Addresses may have secrets in their paths. */
const hostOf = ({ url }: GateCheck) => new URL(url).host;
