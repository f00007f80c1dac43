import type { Actor } from '../../domain/access/actor.ts';
import type { DocumentPatch } from '../../domain/document-patch.ts';
import type { Environment } from '../../domain/environment.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import type { SemanticPatch } from '../../domain/flag/apply-instructions.ts';
import { show } from '../../domain/json.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import { patchSegmentDocument } from '../../domain/segment/segment-document.ts';
import { applySegmentInstructions, readSegmentInstructions } from '../../domain/segment/segment-instructions.ts';
import { type Deps, type Write, write } from '../write.ts';
import { BigSegmentChanges } from './big-segment-keys.ts';
import { changeSegment, type SegmentChange } from './change-segment.ts';
import { type LoadedSegment, loadSegment, type SegmentPlace } from './load-segment.ts';

/** A patch of a segment in any of its formats. */
export type SegmentPatch = ({ readonly format: 'semantic' } & SemanticPatch) | DocumentPatch;

export interface UpdateSegment extends SegmentPlace {
  readonly actor: Actor;
  readonly patch: SegmentPatch;
  readonly comment?: string | undefined;
  readonly isDryRun?: boolean | undefined;
}

/** @throws NotFound, InvalidRequest, InvalidPatch, PreconditionFailed, and what `changeSegment` throws */
export async function updateSegment(deps: Deps, request: UpdateSegment): Promise<Segment> {
  return write(deps, request.actor, async (write) => {
    const place = await loadSegment(write, request);
    return patchSegment(write, { ...place, ...request, by: request.actor });
  });
}

/** Applies a patch inside a running write that holds the segment. @throws InvalidRequest, and what `changeSegment` throws */
export async function patchSegment(
  write: Write,
  request: LoadedSegment &
    Pick<UpdateSegment, 'patch' | 'comment' | 'isDryRun'> &
    Pick<SegmentChange, 'by' | 'isApproved'>,
): Promise<Segment> {
  const { project, environment, segment: before, patch, isDryRun } = request;
  const bigChanges = new BigSegmentChanges(before);
  const after = apply(write, environment, before, patch, bigChanges);
  const alongside = await bigChanges.differences(write.tx);
  const { by, comment, isApproved } = request;
  const change = { project, environment, before, after, by, comment, isApproved, isDryRun, alongside };
  const changed = await changeSegment(write, change);
  if (!isDryRun) await bigChanges.store(write.tx);
  return changed;
}

function apply(
  write: Write,
  environment: Environment,
  before: Segment,
  patch: SegmentPatch,
  bigChanges: BigSegmentChanges,
): Segment {
  if (patch.format !== 'semantic') return patchSegmentDocument(before, patch, write.ids);
  const { environmentKey, instructions } = patch;
  if (environmentKey !== undefined && environmentKey !== environment.key) {
    throw new InvalidRequest(
      `environmentKey: expected ${show(environment.key)}, as the path has it, got ${show(environmentKey)}`,
    );
  }
  return applySegmentInstructions(before, readSegmentInstructions(instructions, bigChanges.instructions), write);
}
