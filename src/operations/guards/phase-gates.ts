import { gateKey } from '../../domain/release/settle.ts';
import { checksAt, type GateCheck, haveAgreed } from '../../domain/release/gate-check.ts';
import type { PhaseGate, Release, ReleasePhase } from '../../domain/release/release.ts';
import { listGateChecks, openGateChecks } from '../../store/gate-checks.ts';
import type { Write } from '../write.ts';

/** Has the gates of a phase asked, unless they are being asked already. */
export async function askPhaseGates(write: Write, release: Release, phaseId: string): Promise<void> {
  const phase = release.phases.find(({ id }) => id === phaseId);
  if (phase) await openGateChecks(write.tx, checksOf(release, phase, write.now));
}

/** The gates at which everybody agrees to what the release waits for. */
export async function observePhaseGates(write: Write, release: Release): Promise<ReadonlySet<string>> {
  const waiting = release.phases.flatMap((phase) => (phase.gate ? [{ phase, kind: phase.gate.kind }] : []));
  if (waiting.length === 0) return new Set();
  const stored = await listGateChecks(write.tx, release.id);
  const isOpen = ({ phase }: { phase: ReleasePhase; kind: PhaseGate }) =>
    haveAgreed(checksOf(release, phase, write.now), stored);
  return new Set(waiting.filter(isOpen).map(({ phase, kind }) => gateKey(phase.id, kind)));
}

function checksOf(release: Release, { id: phaseId, gates, gate }: ReleasePhase, now: number): readonly GateCheck[] {
  if (!gate) return [];
  return checksAt(gates, { releaseId: release.id, phaseId, kind: gate.kind, step: 0, openedAt: gate.since }, now);
}
