import { type Actor, isCaller } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { type Flag, variationLabel } from '../domain/flag/flag.ts';
import { show } from '../domain/json.ts';
import type { Project } from '../domain/project.ts';
import type { Pipeline } from '../domain/release/pipeline.ts';
import {
  createRelease as makeRelease,
  isUnderWay,
  type Release,
  releaseState,
  requireReleaseVariation,
} from '../domain/release/release.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { getPipeline } from '../store/release-pipelines.ts';
import { findLatestRelease, saveRelease } from '../store/releases.ts';
import { beginRelease, cancelRelease } from './advance-release.ts';
import { everywhere } from './change-flag.ts';
import { starterOf } from './starter-of.ts';
import { type Deps, type Write, write } from './write.ts';

export interface CreateRelease {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly pipelineKey: string;
  /** The variation to release; the one that is `true` when absent. */
  readonly variationId?: string | undefined;
}

/**
 * Adds a flag to a pipeline. Asking again for the pipeline that the flag is on its way through gives that release;
 * asking for another one cancels it (docs/wire/releases.md, "Create a release").
 * @throws NotFound, InvalidRequest, Forbidden
 */
export async function createRelease(deps: Deps, request: CreateRelease): Promise<Release> {
  const { pipelineKey, variationId } = request;
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    return addToPipeline(write, { project, flag, pipelineKey, variationId });
  });
}

/** A flag's way into a pipeline. */
interface Entry {
  readonly project: Project;
  readonly flag: Flag;
  readonly pipelineKey: string;
  readonly variationId?: string | undefined;
}

/** The same inside a running write that holds the project and the flag. */
export async function addToPipeline(write: Write, entry: Entry): Promise<Release> {
  const { project, flag, variationId } = entry;
  const pipeline = await getPipeline(write.tx, project.id, entry.pipelineKey);
  const current = await findLatestRelease(write.tx, flag.id);
  const isActive = current !== undefined && releaseState(current) === 'active';
  if (isActive && current.pipelineKey === pipeline.key) return keepRelease(write, current, entry, pipeline);
  return addRelease(write, { project, flag, pipeline, variationId, isReplacement: isActive });
}

/** The release that is there already; while nothing has started it can still change its variation. */
async function keepRelease(
  write: Write,
  release: Release,
  { project, flag, variationId }: Entry,
  { isLegacy }: Pipeline,
): Promise<Release> {
  if (variationId === undefined || variationId === release.variationId) return release;
  if (isUnderWay(release)) {
    throw new InvalidRequest(
      `releaseVariationId: expected ${show(release.variationId)}, which this release is rolling out already, got ${show(variationId)}`,
    );
  }
  const environments = await listAllEnvironments(write.tx, [project.id]);
  const accesses = everywhere(project, environments, flag, 'addReleasePipeline');
  authorize(write.actor, accesses);
  const rules = { isLegacy, releaseFlagKinds: project.releaseFlagKinds };
  const after = {
    ...release,
    variationId: requireReleaseVariation(flag, variationId, rules),
    version: release.version + 1,
  };
  await saveRelease(write.tx, after);
  recordRelease(write, {
    project,
    flag,
    accesses,
    titleVerb: 'changed the variation of the release',
    before: release,
    after,
  });
  return after;
}

async function addRelease(
  write: Write,
  add: {
    project: Project;
    flag: Flag;
    pipeline: Pipeline;
    variationId: string | undefined;
    isReplacement: boolean;
  },
): Promise<Release> {
  const { project, flag, pipeline } = add;
  const environments = await listAllEnvironments(write.tx, [project.id]);
  const action = add.isReplacement ? 'replaceReleasePipeline' : 'addReleasePipeline';
  const accesses = everywhere(project, environments, flag, action);
  authorize(write.actor, accesses);
  const made = makeRelease(
    { flag, pipeline, variationId: add.variationId, releaseFlagKinds: project.releaseFlagKinds },
    new Set(environments.map(({ id }) => id)),
    write,
  );
  const created = isCaller(write.actor) ? { ...made, createdBy: starterOf(write.actor) } : made;
  if (add.isReplacement) await cancelRelease(write, project, flag);
  recordRelease(write, {
    project,
    flag,
    accesses,
    titleVerb: 'added the flag to the release pipeline',
    after: created,
  });
  return beginRelease(write, project, created, pipeline.id);
}

function recordRelease(
  write: Write,
  entry: {
    project: Project;
    flag: Flag;
    accesses: ReturnType<typeof everywhere>;
    titleVerb: string;
    before?: Release;
    after: Release;
  },
): void {
  const { project, flag, after, ...rest } = entry;
  write.record({
    kind: 'release',
    name: after.pipelineName,
    projectId: project.id,
    description: [
      after.variationId === ''
        ? `Goes through pipeline ${after.pipelineKey}`
        : `Releases variation ${variationLabel(flag, after.variationId)} through pipeline ${after.pipelineKey}`,
    ],
    after,
    ...rest,
  });
}
