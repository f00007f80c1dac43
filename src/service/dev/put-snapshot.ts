import { SYSTEM } from '../../domain/access/actor.ts';
import { createProject } from '../../operations/create-project.ts';
import { deleteFlag } from '../../operations/delete-flag.ts';
import { deleteProject } from '../../operations/delete-project.ts';
import { putFlag } from '../../operations/put-flag.ts';
import { deleteSegment } from '../../operations/segments/delete-segment.ts';
import { putSegment } from '../../operations/segments/put-segment.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment } from '../../store/environments.ts';
import { listAllFlags } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { listSegments } from '../../store/segments.ts';
import { type FlagDocument, flagsByNeed, type SegmentDocument, segmentsByNeed, type Snapshot } from './snapshot.ts';

/** The project that a new store brings with it. */
const FIRST_PROJECT = 'default';

/** Makes the project with its one environment, in place of the one that is there from the start. */
export async function makePlace(deps: Deps, { project, environment }: Snapshot): Promise<void> {
  const { key, name, color, secureMode, defaultTtl, defaultTrackEvents, _id, apiKey, mobileKey } = environment;
  const ours = { key, name, color, secureMode, defaultTtl, defaultTrackEvents, _id, apiKey, mobileKey };
  const actor = SYSTEM;
  const interim = `before-${project.key}`;
  await createProject(deps, { actor, project: { key: interim, name: interim } });
  await deleteProject(deps, { actor, projectKey: FIRST_PROJECT });
  await createProject(deps, { actor, project: { key: project.key, name: project.name }, environments: [ours] });
  await deleteProject(deps, { actor, projectKey: interim });
}

/** Makes flags and segments of the place what the snapshot has, and deletes others. What is the same stays untouched. */
export async function putContents(deps: Deps, { project, environment, flags, segments }: Snapshot): Promise<void> {
  const place = { actor: SYSTEM, projectKey: project.key, environmentKey: environment.key };
  for (const segment of segmentsByNeed(segments)) {
    await putSegment(deps, { ...place, segmentKey: segment.key, document: segment });
  }
  for (const flag of flagsByNeed(flags, environment.key)) {
    await putOneFlag(deps, { project, environment }, flag);
  }
  await deleteOthers(deps, { project, environment, flags, segments });
}

/** Makes one flag what the document says, without those who look after it, who are not known here. */
export async function putOneFlag(
  deps: Deps,
  { project, environment }: Pick<Snapshot, 'project' | 'environment'>,
  flag: FlagDocument,
): Promise<void> {
  const { maintainerId: _member, maintainerTeamKey: _team, ...others } = flag as FlagDocument & Record<string, unknown>;
  const config = flag.environments[environment.key];
  const environments = config ? { [environment.key]: { offVariation: null, ...config } } : {};
  const document = { ...others, environments };
  await putFlag(deps, { actor: SYSTEM, projectKey: project.key, flagKey: flag.key, document });
}

async function deleteOthers(deps: Deps, { project, environment, flags, segments }: Snapshot): Promise<void> {
  const { db } = deps.database;
  const place = { actor: SYSTEM, projectKey: project.key, environmentKey: environment.key };
  const { id: projectId } = await getProject(db, project.key);
  const { id: environmentId } = await getEnvironment(db, projectId, environment.key);
  const goneFlags = othersThan(flags, await listAllFlags(db, projectId));
  for (const flag of goneFlags) {
    // Until then, one of those that go may need another one.
    const withoutNeeds = { ...flag, environments: { [environment.key]: { prerequisites: [] } } };
    const document = { key: flag.key, environments: withoutNeeds.environments };
    await putFlag(deps, { ...place, flagKey: flag.key, document });
  }
  for (const { key } of goneFlags) await deleteFlag(deps, { ...place, flagKey: key });
  for (const { key } of othersThan(segments, await listSegments(db, environmentId)).toReversed()) {
    await deleteSegment(deps, { ...place, segmentKey: key });
  }
}

function othersThan<Item extends { readonly key: string }>(
  wanted: readonly (FlagDocument | SegmentDocument)[],
  there: readonly Item[],
): readonly Item[] {
  const keys = new Set(wanted.map(({ key }) => key));
  return there.filter(({ key }) => !keys.has(key));
}
