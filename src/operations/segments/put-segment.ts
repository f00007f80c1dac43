import type { Actor } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { createSegment } from '../../domain/segment/create-segment.ts';
import { segmentDifferences } from '../../domain/segment/segment-differences.ts';
import { settleSegment } from '../../domain/segment/settle-segment.ts';
import { applyWholeSegment } from '../../domain/segment/whole-segment.ts';
import { findLastVersions } from '../../store/deliveries.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { findLastGeneration, insertSegment, loadSegmentGraph } from '../../store/segments.ts';
import type { PutOutcome } from '../put-flag.ts';
import { type Deps, type Write, write } from '../write.ts';
import { changeSegment, requireSegmentAllowed, scheduleSegmentExpiration } from './change-segment.ts';
import { deliverSegment } from './deliver-segment.ts';
import { loadSegment, type SegmentPlace } from './load-segment.ts';

export interface PutSegment extends SegmentPlace {
  readonly actor: Actor;
  /** The segment as its representation writes it. */
  readonly document: unknown;
  readonly comment?: string | undefined;
  readonly isDryRun?: boolean | undefined;
}

/**
 * Makes a segment what a document says, or makes it first (docs/wire/whole-resources.md). Keys of big segments are not
 * part of it.
 * @throws NotFound for the place, InvalidRequest, and what `changeSegment` throws
 */
export async function putSegment(deps: Deps, request: PutSegment): Promise<PutOutcome> {
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const environment = await getEnvironment(write.tx, project.id, request.environmentKey);
    const graph = await loadSegmentGraph(write.tx, environment.id);
    return graph.has(request.segmentKey) ? replaceSegment(write, request) : addSegment(write, request);
  });
}

async function replaceSegment(write: Write, request: PutSegment): Promise<PutOutcome> {
  const { project, environment, segment: before } = await loadSegment(write, request);
  const after = applyWholeSegment(before, request.document, write);
  const { actor: by, comment, isDryRun } = request;
  const changed = await changeSegment(write, { project, environment, before, after, by, comment, isDryRun });
  return changed === before ? 'unchanged' : 'changed';
}

async function addSegment(write: Write, request: PutSegment): Promise<PutOutcome> {
  const { tx } = write;
  const { actor: by, segmentKey: key, comment } = request;
  const project = await getProject(tx, request.projectKey);
  const environment = await getEnvironment(tx, project.id, request.environmentKey);
  const fresh = createSegment({ name: key, ...(request.document as object), key }, environment.id, write);
  const graph = await loadSegmentGraph(tx, environment.id);
  const lastVersions = await findLastVersions(tx, [environment.id], { kind: 'segment', key });
  const segment = {
    ...settleSegment(applyWholeSegment(fresh, request.document, write), graph),
    version: (lastVersions.get(environment.id) ?? 0) + 1,
    generation: (await findLastGeneration(tx, environment.id, key)) + 1,
  };
  const creation = accessesTo(specifier.segment(project, environment, segment), ['createSegment']);
  authorize(by, creation);
  const differences = segmentDifferences({ ...fresh, salt: segment.salt }, segment);
  const accesses = requireSegmentAllowed({ project, environment, before: segment, by }, differences);
  if (request.isDryRun) return 'created';
  await insertSegment(tx, segment);
  deliverSegment(write, segment);
  scheduleSegmentExpiration(write, segment);
  write.record({
    kind: 'segment',
    name: segment.name,
    projectId: project.id,
    accesses: [...creation, ...accesses],
    titleVerb: 'created the segment',
    description: [`Created the segment ${key} as a whole`],
    comment,
    after: segment,
  });
  return 'created';
}
