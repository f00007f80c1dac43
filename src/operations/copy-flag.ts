import type { Actor } from '../domain/access/actor.ts';
import { InvalidRequest, PreconditionFailed } from '../domain/errors.ts';
import { type CopiedActions, copySteps } from '../domain/flag/copy-config.ts';
import type { Flag, FlagConfig } from '../domain/flag/flag.ts';
import { show } from '../domain/json.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { getFlagForUpdate } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { accessIn, changeFlag } from './change-flag.ts';
import { type Deps, write } from './write.ts';

/** An environment of a flag, and the version that the caller believes it has there. */
export interface CopyPlace {
  readonly key: string;
  readonly currentVersion?: number | undefined;
}

export interface CopyFlag extends CopiedActions {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly source: CopyPlace;
  readonly target: CopyPlace;
  readonly comment?: string | undefined;
}

/**
 * Copies a flag's configuration, or parts of it, from one environment to another.
 * @throws NotFound, InvalidRequest, PreconditionFailed when a version is not the believed one, and what `changeFlag`
 * throws
 */
export async function copyFlag(deps: Deps, request: CopyFlag): Promise<Flag> {
  const { source, target } = request;
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
    if (source.key === target.key) {
      throw new InvalidRequest(`target.key: expected another environment than the source, got ${show(target.key)}`);
    }
    const config = requirePlace('source', flag, source);
    requirePlace('target', flag, target);
    const access = (action: string, environmentKey: string) =>
      accessIn(project, environments, flag, environmentKey, action);
    return changeFlag(write, {
      project,
      environments,
      flag,
      steps: copySteps(config, target.key, request),
      by: request.actor,
      comment: request.comment,
      asWhole: {
        accesses: [...access('copyFlagConfigFrom', source.key), ...access('copyFlagConfigTo', target.key)],
        titleVerb: `copied the configuration of the flag from ${source.key} to ${target.key}`,
      },
    });
  });
}

function requirePlace(name: string, flag: Flag, { key, currentVersion }: CopyPlace): FlagConfig {
  const config = Object.hasOwn(flag.environments, key) ? flag.environments[key] : undefined;
  if (!config) {
    const known = Object.keys(flag.environments).join(', ');
    throw new InvalidRequest(
      `${name}.key: ${show(key)} is not an environment of this project; expected one of ${known}`,
    );
  }
  if (currentVersion !== undefined && currentVersion !== config.version) {
    throw new PreconditionFailed(
      `${name}.currentVersion: expected ${config.version}, the version of the flag in ${key}, got ${currentVersion}`,
    );
  }
  return config;
}
