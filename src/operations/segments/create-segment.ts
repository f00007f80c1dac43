import type { Actor } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { createSegment as makeSegment } from '../../domain/segment/create-segment.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import { findLastVersions } from '../../store/deliveries.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { findLastGeneration, insertSegment } from '../../store/segments.ts';
import { type Deps, write } from '../write.ts';
import { deliverSegment } from './deliver-segment.ts';

export interface CreateSegment {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly environmentKey: string;
  /** As the request has it. */
  readonly segment: unknown;
}

/** Makes a segment without targets and rules. @throws NotFound, InvalidRequest, Forbidden, TakenSegmentKey */
export async function createSegment(deps: Deps, request: CreateSegment): Promise<Segment> {
  return write(deps, request.actor, async (write) => {
    const { tx } = write;
    const project = await getProject(tx, request.projectKey);
    const environment = await getEnvironment(tx, project.id, request.environmentKey);
    const fresh = makeSegment(request.segment, environment.id, write);
    const lastVersions = await findLastVersions(tx, [environment.id], { kind: 'segment', key: fresh.key });
    const segment = {
      ...fresh,
      version: (lastVersions.get(environment.id) ?? 0) + 1,
      generation: (await findLastGeneration(tx, environment.id, fresh.key)) + 1,
    };
    const accesses = accessesTo(specifier.segment(project, environment, segment), ['createSegment']);
    authorize(request.actor, accesses);
    await insertSegment(tx, segment);
    deliverSegment(write, segment);
    write.record({
      kind: 'segment',
      name: segment.name,
      projectId: project.id,
      accesses,
      titleVerb: 'created the segment',
      description: [`Created the segment ${segment.key}`],
      after: segment,
    });
    return segment;
  });
}
