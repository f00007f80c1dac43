import { InvalidRequest } from '../errors.ts';
import { Fields, oneOf } from '../fields.ts';
import { show } from '../json.ts';
import type { Release, ReleasePhase, Starter } from './release.ts';

/** @throws InvalidRequest for a legacy release: its phases are ticked off, not started */
export function requireAutomated(release: Release): void {
  if (!release.isLegacy) return;
  throw new InvalidRequest(
    `Release pipeline ${show(release.pipelineKey)} is a legacy one: mark its phases complete by PATCH of the release`,
  );
}

/**
 * Ticks phases of a legacy release off, or takes that back, by a JSON patch of `/phases/{index}/complete`, which may
 * also be written `/phase/{index}/complete` (docs/wire/releases.md, "Legacy releases").
 * @returns the same object when nothing changes
 * @throws InvalidRequest for automated and canceled releases, and for other operations
 */
export function tickPhases(release: Release, patch: unknown, by: Starter, now: number): Release {
  if (!release.isLegacy) {
    throw new InvalidRequest(
      `Release pipeline ${show(release.pipelineKey)} is automated: start its phases instead of marking them complete`,
    );
  }
  if (release.canceledAt !== undefined) {
    throw new InvalidRequest('This release was canceled; create a new release of the flag to mark its phases');
  }
  if (!Array.isArray(patch)) {
    throw new InvalidRequest(`body: expected a JSON patch, an array of operations, got ${show(patch)}`);
  }
  const phases = patch.reduce<readonly ReleasePhase[]>(
    (ticked, operation, index) => applyOperation(ticked, new Fields(operation, `patch[${index}].`), by, now),
    release.phases,
  );
  const isChanged = phases.some(({ completedAt }, index) => completedAt !== release.phases[index]?.completedAt);
  return isChanged ? { ...release, phases, version: release.version + 1 } : release;
}

const COMPLETE = /^\/phases?\/(0|[1-9]\d*)\/complete$/;

function applyOperation(
  phases: readonly ReleasePhase[],
  fields: Fields,
  by: Starter,
  now: number,
): readonly ReleasePhase[] {
  const op = oneOf(['add', 'replace', 'test'] as const).call(fields, 'op');
  const [, position] = COMPLETE.exec(fields.string('path')) ?? [];
  const phase = position === undefined ? undefined : phases[Number(position)];
  if (!phase) fields.fail('path', `/phases/0/complete to /phases/${phases.length - 1}/complete`);
  const isWanted = fields.boolean('value');
  if (isWanted === (phase.status === 'completed')) return phases;
  if (op === 'test') fields.fail('value', `${String(!isWanted)}, which the phase is`);
  return phases.map((one) => (one === phase ? mark(phase, isWanted ? { at: now, by } : undefined) : one));
}

function mark(phase: ReleasePhase, completion: { at: number; by: Starter } | undefined): ReleasePhase {
  const { completedAt: _at, completedBy: _by, ...open } = phase;
  if (!completion) return { ...open, status: 'not-started' };
  return { ...open, status: 'completed', completedAt: completion.at, completedBy: completion.by };
}
