import type { Actor } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { Conflict } from '../../domain/errors.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import type { Db } from '../../store/database.ts';
import { deleteSegment as removeSegment, findFlagsOfSegment, loadSegmentGraph } from '../../store/segments.ts';
import { supersedeApprovals } from '../approvals/supersede-approvals.ts';
import { requireUnreleasedSegment } from '../release-guards.ts';
import { type Deps, write } from '../write.ts';
import { loadSegment, type SegmentPlace } from './load-segment.ts';

/** @throws NotFound, Forbidden, Conflict while live flags, other segments or active releases need it */
export async function deleteSegment(deps: Deps, request: SegmentPlace & { readonly actor: Actor }): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const { project, environment, segment } = await loadSegment(write, request);
    const accesses = accessesTo(specifier.segment(project, environment, segment), ['deleteSegment']);
    authorize(request.actor, accesses);
    await requireUnused(write.tx, segment);
    await requireUnreleasedSegment(write.tx, project.id, segment);
    await supersedeApprovals(write, segment.id);
    await removeSegment(write.tx, segment.id);
    const { key, version } = segment;
    write.deliver(environment.id, { kind: 'segment', key, version: version + 1, document: null });
    write.record({
      kind: 'segment',
      name: segment.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted the segment',
      description: [`Deleted the segment ${segment.key}`],
      before: segment,
    });
  });
}

async function requireUnused(db: Db, { environmentId, key }: Segment): Promise<void> {
  const flags = (await findFlagsOfSegment(db, environmentId, key)).filter(({ isArchived }) => !isArchived);
  const graph = await loadSegmentGraph(db, environmentId);
  const segments = [...graph].filter(([, targets]) => targets.includes(key)).map(([other]) => other);
  const users = [...flags.map((flag) => `flag '${flag.key}'`), ...segments.map((other) => `segment '${other}'`)];
  if (users.length > 0) {
    throw new Conflict(
      `Segment '${key}' is in use by ${users.slice(0, 5).join(', ')}; take it out of their rules first`,
    );
  }
}
