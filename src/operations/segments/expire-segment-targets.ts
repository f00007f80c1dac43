import type { Actor } from '../../domain/access/actor.ts';
import { SYSTEM } from '../../domain/access/actor.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import { show } from '../../domain/json.ts';
import { expireDueTargets } from '../../domain/segment/expiring-segment-targets.ts';
import type { ExpiringSegmentTarget } from '../../domain/segment/segment.ts';
import { applySegmentInstructions, readSegmentInstructions } from '../../domain/segment/segment-instructions.ts';
import { findEnvironmentById } from '../../store/environments.ts';
import { findProjectById } from '../../store/projects.ts';
import { findSegmentForUpdate } from '../../store/segments.ts';
import { type Deps, type Write, write } from '../write.ts';
import { changeSegment, scheduleSegmentExpiration } from './change-segment.ts';
import { loadSegment, type SegmentPlace } from './load-segment.ts';

/**
 * Takes out the individual targets of a segment whose time has come, as a change by Slipway itself: what the timer
 * `expire-segment-targets` does. A segment that is gone needs nothing.
 */
export async function expireSegmentTargets(write: Write, segmentId: string): Promise<void> {
  const before = await findSegmentForUpdate(write.tx, segmentId);
  const environment = before && (await findEnvironmentById(write.tx, before.environmentId));
  const project = environment && (await findProjectById(write.tx, environment.projectId));
  if (!before || !environment || !project) return;
  const after = expireDueTargets(before, write.now);
  const comment = 'The time of individual targets has come';
  const changed = await changeSegment(write, { project, environment, before, after, by: SYSTEM, comment });
  scheduleSegmentExpiration(write, changed);
}

export interface PatchExpiringSegmentTargets extends SegmentPlace {
  readonly actor: Actor;
  readonly instructions: readonly unknown[];
  /** The kinds of instructions that the caller may use here. */
  readonly kinds: readonly string[];
  readonly comment?: string | undefined;
}

/** How the instructions went: each on its own, unlike those of other patches. */
export interface PatchedExpiringSegmentTargets {
  readonly targets: readonly ExpiringSegmentTarget[];
  readonly failures: readonly { readonly instructionIndex: number; readonly message: string }[];
}

/**
 * Adds, moves and removes the ends of individual targets of a segment. Instructions that cannot be applied are passed
 * over and told.
 * @throws NotFound, InvalidRequest for instructions that cannot be read, and what `changeSegment` throws
 */
export async function patchExpiringSegmentTargets(
  deps: Deps,
  request: PatchExpiringSegmentTargets,
): Promise<PatchedExpiringSegmentTargets> {
  return write(deps, request.actor, async (write) => {
    const { project, environment, segment: before } = await loadSegment(write, request);
    const instructions = readSegmentInstructions(request.instructions);
    for (const [index, { kind }] of instructions.entries()) requireKind(index, kind, request.kinds);
    const failures: { instructionIndex: number; message: string }[] = [];
    const named = new Set<string>();
    let after = before;
    for (const [instructionIndex, instruction] of instructions.entries()) {
      try {
        after = applySegmentInstructions(after, [instruction], write);
        named.add(nameOf(request.instructions[instructionIndex]));
      } catch (error) {
        if (!(error instanceof InvalidRequest)) throw error;
        failures.push({ instructionIndex, message: error.message });
      }
    }
    const { actor: by, comment } = request;
    const { expiringTargets } = await changeSegment(write, { project, environment, before, after, by, comment });
    return { targets: expiringTargets.filter((target) => named.has(nameOf(target))), failures };
  });
}

function requireKind(index: number, kind: string, kinds: readonly string[]): void {
  if (kinds.includes(kind)) return;
  throw new InvalidRequest(
    `instructions[${index}].kind: ${show(kind)} is not possible here; expected one of ${kinds.join(', ')}`,
  );
}

/** What tells targets apart, of a target or of an instruction about one. */
function nameOf(of: unknown): string {
  const fields = new Fields(of, '');
  const text = (name: string) => fields.optional(name, fields.string);
  return [text('targetType'), text('contextKind') || 'user', text('contextKey') ?? text('userKey')].join(' ');
}
