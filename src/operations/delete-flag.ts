import type { Actor } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { deleteEvaluationCounts } from '../store/evaluation-counts.ts';
import { deleteFlag as removeRow, getFlagForUpdate } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { listRuns } from '../store/rollout-runs.ts';
import { deleteWatch } from '../store/watches.ts';
import { supersedeApprovals } from './approvals/supersede-approvals.ts';
import { dropPrerequisite, everywhere, type FlagChange } from './change-flag.ts';
import { prerequisiteRemovals, requireNoDependents } from './dependents.ts';
import { type Deps, type Write, write } from './write.ts';

export interface DeleteFlag {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
}

/**
 * Deletes a flag in all environments, with its releases. The key is free again; its versions go on from here.
 * @throws NotFound, Forbidden, Conflict when live flags need it
 */
export async function deleteFlag(deps: Deps, request: DeleteFlag): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    await removeFlag(write, { project, environments, flag });
  });
}

/** The same inside a running write that holds the flag. */
export async function removeFlag(
  write: Write,
  { project, environments, flag }: Pick<FlagChange, 'project' | 'environments' | 'flag'>,
): Promise<void> {
  const accesses = everywhere(project, environments, flag, 'deleteFlag');
  authorize(write.actor, accesses);
  const variationIds = new Set(flag.variations.map(({ id }) => id));
  for (const { key } of await requireNoDependents(write.tx, flag)) {
    const dependent: Flag = await getFlagForUpdate(write.tx, project.id, key);
    const steps = prerequisiteRemovals(dependent, flag.key, variationIds);
    await dropPrerequisite(write, { project, environments, flag: dependent, steps });
  }
  await supersedeApprovals(write, flag.id);
  for (const run of await listRuns(write.tx, project.id, { flagId: flag.id, isOpen: true })) {
    await deleteWatch(write.tx, run.id);
  }
  await removeRow(write.tx, flag);
  await deleteEvaluationCounts(write.tx, project.id, flag.key);
  for (const { environmentId, version } of Object.values(flag.environments)) {
    write.deliver(environmentId, { kind: 'flag', key: flag.key, version: version + 1, document: null });
  }
  write.record({
    kind: 'flag',
    name: flag.name,
    projectId: project.id,
    accesses,
    titleVerb: 'deleted the flag',
    description: [`Deleted the flag ${flag.key}`],
    before: flag,
  });
}
