import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { createEnvironment as makeEnvironment, type Environment, type NewEnvironment } from '../domain/environment.ts';
import { newConfig } from '../domain/flag/create-flag.ts';
import type { Project } from '../domain/project.ts';
import { insertEnvironment, listAllEnvironments } from '../store/environments.ts';
import { insertConfigs, listAllFlags, lockFlags } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { deliverFlag } from './deliver-flag.ts';
import { type Deps, type Write, write } from './write.ts';

export interface CreateEnvironment {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly environment: NewEnvironment;
}

/**
 * Makes an environment and gives every flag of the project a configuration in it: off, serving its defaults.
 * @throws NotFound, InvalidRequest, Forbidden, Conflict when the key is taken
 */
export async function createEnvironment(deps: Deps, request: CreateEnvironment): Promise<Environment> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const position = (await listAllEnvironments(write.tx, [project.id])).length;
    const environment = await addEnvironment(write, project, request.environment, position);
    await configureFlags(write, project, environment);
    return environment;
  });
}

/** Stores a new environment of a project that no flag knows of yet. */
export async function addEnvironment(
  write: Write,
  project: Project,
  request: NewEnvironment,
  position: number,
): Promise<Environment> {
  const environment = makeEnvironment(project.id, request, write);
  const accesses = accessesTo(specifier.environment(project, environment), ['createEnvironment']);
  authorize(write.actor, accesses);
  await insertEnvironment(write.tx, environment, position);
  write.record({
    kind: 'environment',
    name: environment.name,
    projectId: project.id,
    accesses,
    titleVerb: 'created the environment',
    description: [`Created the environment ${environment.key}`],
    after: withoutSecrets(environment),
  });
  return environment;
}

/** An environment as the audit log may keep it. */
export function withoutSecrets(environment: Environment): Omit<Environment, 'sdkKey' | 'mobileKey'> {
  const { sdkKey: _sdkKey, mobileKey: _mobileKey, ...rest } = environment;
  return rest;
}

async function configureFlags(write: Write, project: Project, environment: Environment): Promise<void> {
  await lockFlags(write.tx, project.id);
  const flags = (await listAllFlags(write.tx, project.id)).map((flag) => ({
    ...flag,
    environments: { [environment.key]: newConfig(environment, flag, write) },
  }));
  await insertConfigs(
    write.tx,
    flags.flatMap((flag) => Object.values(flag.environments).map((config) => ({ flagId: flag.id, config }))),
  );
  for (const flag of flags) deliverFlag(write, undefined, flag, new Map());
}
