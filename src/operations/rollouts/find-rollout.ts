import type { Environment } from '../../domain/environment.ts';
import { NotFound } from '../../domain/errors.ts';
import type { Project } from '../../domain/project.ts';
import type { RolloutRun, RunMetric } from '../../domain/rollout/run.ts';
import type { Db } from '../../store/database.ts';
import { getEnvironment } from '../../store/environments.ts';
import { findFlagHeads, type FlagHead } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { findRun } from '../../store/rollout-runs.ts';

/** An automated rollout, by keys and its id. */
export interface RolloutPlace {
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly rolloutId: string;
}

export interface FoundRollout {
  readonly project: Project;
  readonly environment: Environment;
  readonly run: RolloutRun;
  readonly flag: FlagHead;
}

/** @throws NotFound, also for a rollout of another environment */
export async function findRollout(db: Db, place: RolloutPlace): Promise<FoundRollout> {
  const project = await getProject(db, place.projectKey);
  const environment = await getEnvironment(db, project.id, place.environmentKey);
  const run = await findRun(db, place.rolloutId);
  const flag = run && (await findFlagHeads(db, [run.flagId])).get(run.flagId);
  if (!flag || run.environmentId !== environment.id) throw new NotFound('automated release', place.rolloutId);
  return { project, environment, run, flag };
}

/** A metric by which a rollout is judged. @throws NotFound */
export function requireMetric({ metrics }: RolloutRun, key: string): RunMetric {
  const metric = metrics.find((candidate) => candidate.key === key);
  if (!metric) throw new NotFound('metric of the automated release', key);
  return metric;
}
