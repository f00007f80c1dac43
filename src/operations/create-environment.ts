import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { createEnvironment as makeEnvironment, type Environment, type NewEnvironment } from '../domain/environment.ts';
import { Conflict, InvalidRequest, PreconditionFailed } from '../domain/errors.ts';
import { cloneConfig } from '../domain/flag/clone-flag.ts';
import { newConfig } from '../domain/flag/create-flag.ts';
import { show } from '../domain/json.ts';
import type { Project } from '../domain/project.ts';
import {
  findEnvironmentById,
  findEnvironmentIdByMobileKey,
  findEnvironmentIdBySdkKey,
  insertEnvironment,
  listAllEnvironments,
} from '../store/environments.ts';
import { insertConfigs, listAllFlags, lockFlags } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { insertSegment, listSegments } from '../store/segments.ts';
import { deliverFlag } from './deliver-flag.ts';
import { deliverSegment } from './segments/deliver-segment.ts';
import { type Deps, type Write, write } from './write.ts';

export interface CreateEnvironment {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly environment: NewEnvironment;
  /** The environment whose flags it begins with, and the version that this must have. */
  readonly source?: { readonly key: string; readonly version?: number | undefined } | undefined;
}

/**
 * Makes an environment and gives every flag of the project a configuration in it: off, serving its defaults; or as it is
 * in another environment, but for what is to come, such as ends of targets.
 * @throws NotFound, InvalidRequest also for an unknown source, Forbidden, Conflict when the key is taken,
 * PreconditionFailed when the source has another version
 */
export async function createEnvironment(deps: Deps, request: CreateEnvironment): Promise<Environment> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const existing = await listAllEnvironments(write.tx, [project.id]);
    const source = findSource(existing, request.source);
    const environment = await addEnvironment(write, project, request.environment, existing.length);
    await configureFlags(write, project, environment, source);
    if (source) await copySegments(write, source, environment);
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
  const accesses = accessesTo(specifier.environment(project, environment), [
    'createEnvironment',
    ...(request.apiKey !== undefined || request._id !== undefined ? ['updateApiKey'] : []),
    ...(request.mobileKey !== undefined ? ['updateMobileKey'] : []),
  ]);
  authorize(write.actor, accesses);
  await requireFreeKeys(write, environment);
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

/** @throws Conflict when another environment is known to SDKs by one of these */
async function requireFreeKeys({ tx, now }: Write, { id, sdkKey, mobileKey }: Environment): Promise<void> {
  const taken = [
    ...((await findEnvironmentById(tx, id)) ? ['_id'] : []),
    ...((await findEnvironmentIdBySdkKey(tx, sdkKey, now)) === undefined ? [] : ['apiKey']),
    ...((await findEnvironmentIdByMobileKey(tx, mobileKey)) === undefined ? [] : ['mobileKey']),
  ];
  if (taken.length > 0) throw new Conflict(`${taken.join(', ')}: belongs to another environment of this service`);
}

/** An environment as the audit log may keep it. */
export function withoutSecrets(environment: Environment): Omit<Environment, 'sdkKey' | 'mobileKey'> {
  const { sdkKey: _sdkKey, mobileKey: _mobileKey, ...rest } = environment;
  return rest;
}

function findSource(
  environments: readonly Environment[],
  wanted: CreateEnvironment['source'],
): Environment | undefined {
  if (!wanted) return undefined;
  const source = environments.find(({ key }) => key === wanted.key);
  if (!source) throw new InvalidRequest(`source.key: ${show(wanted.key)} is not an environment of this project`);
  if (wanted.version !== undefined && wanted.version !== source.version) {
    throw new PreconditionFailed(`source.version: expected ${source.version}, got ${wanted.version}`);
  }
  return source;
}

/** Segments as they are in the source, under fresh ids and salts, without ends of targets; big ones without their keys. */
async function copySegments(write: Write, source: Environment, target: Environment): Promise<void> {
  for (const original of await listSegments(write.tx, source.id)) {
    const segment = {
      ...original,
      id: write.ids.objectId(),
      environmentId: target.id,
      salt: write.ids.salt(),
      expiringTargets: [],
      generation: 1,
      version: 1,
      createdAt: write.now,
      lastModified: write.now,
    };
    await insertSegment(write.tx, segment);
    deliverSegment(write, segment);
  }
}

async function configureFlags(
  write: Write,
  project: Project,
  environment: Environment,
  source: Environment | undefined,
): Promise<void> {
  await lockFlags(write.tx, project.id);
  const all = await listAllFlags(write.tx, project.id);
  const flags = all.map((flag) => {
    const fresh = newConfig(environment, flag, write);
    const original = source && flag.environments[source.key];
    return {
      ...flag,
      environments: { [environment.key]: original ? cloneConfig(original, fresh, new Map(), write) : fresh },
    };
  });
  await insertConfigs(
    write.tx,
    flags.flatMap((flag) => Object.values(flag.environments).map((config) => ({ flagId: flag.id, config }))),
  );
  const byKey = new Map(all.map((flag) => [flag.key, flag]));
  for (const flag of flags) deliverFlag(write, undefined, flag, byKey);
}
