import type { Actor } from '../domain/access/actor.ts';
import { semanticSteps, type Step } from '../domain/flag/apply-instructions.ts';
import { concernsOthers, type FlagPatch } from '../domain/flag/concerns-others.ts';
import { documentChange } from '../domain/flag/document/document-patch.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { DELETE_FLAG } from '../domain/flag/instructions/lifecycle.ts';
import { mentionsOf } from '../domain/flag/mentions.ts';
import type { Project } from '../domain/project.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProject, getProjectForUpdate } from '../store/projects.ts';
import { getPipeline } from '../store/release-pipelines.ts';
import { cancelRelease } from './advance-release.ts';
import { changeFlag } from './change-flag.ts';
import { addToPipeline } from './create-release.ts';
import { removeFlag } from './delete-flag.ts';
import { takeFromPipeline } from './delete-release.ts';
import { requireNoConflicts } from './pending-conflicts.ts';
import { loadSurroundings } from './surroundings.ts';
import { type Deps, type Write, write } from './write.ts';

export interface UpdateFlag {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly patch: FlagPatch;
  readonly comment?: string | undefined;
  readonly isDryRun?: boolean;
  /** Whether what others have planned for the flag may become impossible. */
  readonly ignoresConflicts?: boolean | undefined;
}

/**
 * Changes a flag, all of the patch or nothing. Archiving it cancels its release; a patch may also delete the flag, or
 * move it to a release pipeline.
 * @returns the flag as it is now; as it was, if the patch deletes it
 * @throws NotFound, InvalidPatch, PreconditionFailed, and what `changeFlag` throws
 */
export async function updateFlag(deps: Deps, request: UpdateFlag): Promise<Flag> {
  return write(deps, request.actor, async (write) => {
    const read = concernsOthers(request.patch) ? getProjectForUpdate : getProject;
    const project = await read(write.tx, request.projectKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    const { steps, isDeletion, releasePipelineKey } = await readPatch(write, flag, request.patch);
    const after = await changeFlag(write, { ...request, project, environments, flag, steps, by: request.actor });
    if (after !== flag && !request.ignoresConflicts) await requireNoConflicts(write, flag, after);
    if (request.isDryRun) {
      if (typeof releasePipelineKey === 'string') await getPipeline(write.tx, project.id, releasePipelineKey);
      return isDeletion ? flag : after;
    }
    const isArchivedNow = flag.archivedAt === undefined && after.archivedAt !== undefined;
    if (isArchivedNow) await cancelRelease(write, project, after);
    if (isDeletion) await removeFlag(write, { project, environments, flag: after });
    await changePipeline(write, project, after, releasePipelineKey);
    return after;
  });
}

interface ReadPatch {
  readonly steps: readonly Step[];
  /** Whether the flag is to be deleted when the steps are done. */
  readonly isDeletion: boolean;
  readonly releasePipelineKey?: string | null | undefined;
}

async function readPatch(write: Write, flag: Flag, patch: FlagPatch): Promise<ReadPatch> {
  if (patch.format !== 'semantic') {
    const surroundings = await loadSurroundings(write.tx, flag, mentionsOf(flag, []));
    return { ...documentChange(flag, patch, { ...write, surroundings }), isDeletion: false };
  }
  const steps = semanticSteps(patch);
  const isDeletion = (steps.at(-1)?.instruction as { kind?: unknown } | null)?.kind === DELETE_FLAG;
  return { steps: isDeletion ? steps.slice(0, -1) : steps, isDeletion };
}

async function changePipeline(
  write: Write,
  project: Project,
  flag: Flag,
  pipelineKey: string | null | undefined,
): Promise<void> {
  if (pipelineKey === null) await takeFromPipeline(write, project, flag);
  else if (pipelineKey !== undefined) await addToPipeline(write, { project, flag, pipelineKey });
}
