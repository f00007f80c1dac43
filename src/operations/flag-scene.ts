import type { Environment } from '../domain/environment.ts';
import { NotFound } from '../domain/errors.ts';
import type { Flag } from '../domain/flag/flag.ts';
import type { Project } from '../domain/project.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findFlagForUpdate, getFlagForUpdate } from '../store/flags.ts';
import { findProjectById, getProjectForUpdate } from '../store/projects.ts';
import type { Place } from '../store/resources.ts';
import type { Write } from './write.ts';

/** A flag in an environment, by their keys. */
export interface FlagPlace {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly environmentKey: string;
}

/** The same as the transaction holds it. */
export interface FlagScene {
  readonly project: Project;
  readonly environments: readonly Environment[];
  readonly environment: Environment;
  readonly flag: Flag;
}

/** @throws NotFound */
export async function loadScene({ tx }: Write, { projectKey, flagKey, environmentKey }: FlagPlace): Promise<FlagScene> {
  const project = await getProjectForUpdate(tx, projectKey);
  const environments = await listAllEnvironments(tx, [project.id]);
  const environment = environments.find(({ key }) => key === environmentKey);
  if (!environment) throw new NotFound('environment', environmentKey);
  return { project, environments, environment, flag: await getFlagForUpdate(tx, project.id, flagKey) };
}

/** The scene of a small resource, by ids; undefined when any part of it is gone. */
export async function findScene(write: Write, place: Place): Promise<FlagScene | undefined> {
  const project = await findProjectById(write.tx, place.projectId ?? '');
  if (!project) return undefined;
  await getProjectForUpdate(write.tx, project.key);
  return findFlagScene(write, place);
}

/** The same for changes that concern nothing but the flag: the project is not held, so that others go on meanwhile. */
export async function findFlagScene({ tx }: Write, place: Place): Promise<FlagScene | undefined> {
  const project = await findProjectById(tx, place.projectId ?? '');
  if (!project) return undefined;
  const environments = await listAllEnvironments(tx, [project.id]);
  const environment = environments.find(({ id }) => id === place.environmentId);
  const flag = await findFlagForUpdate(tx, place.flagId ?? '');
  return environment && flag && { project, environments, environment, flag };
}

/** Where small resources of a flag in an environment are kept. */
export function placeOf({ project, flag, environment }: FlagScene) {
  return { projectId: project.id, flagId: flag.id, environmentId: environment.id };
}
