import type { Environment } from '../../domain/environment.ts';
import type { Project } from '../../domain/project.ts';
import type { Segment } from '../../domain/segment/segment.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { getSegmentForUpdate } from '../../store/segments.ts';
import type { Write } from '../write.ts';

/** Where a segment is. */
export interface SegmentPlace {
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly segmentKey: string;
}

/** A segment that the transaction holds, with what it is in. */
export interface LoadedSegment {
  readonly project: Project;
  readonly environment: Environment;
  readonly segment: Segment;
}

/** @throws NotFound */
export async function loadSegment({ tx }: Write, place: SegmentPlace): Promise<LoadedSegment> {
  const project = await getProject(tx, place.projectKey);
  const environment = await getEnvironment(tx, project.id, place.environmentKey);
  return { project, environment, segment: await getSegmentForUpdate(tx, environment.id, place.segmentKey) };
}
