import type { Actor } from '../domain/access/actor.ts';
import { specifier } from '../domain/access/resource.ts';
import {
  ENVIRONMENT_ACTIONS,
  type Environment,
  type EnvironmentSettings,
  patchSettings,
} from '../domain/environment.ts';
import { getEnvironment, saveEnvironment } from '../store/environments.ts';
import { getProject } from '../store/projects.ts';
import { changeSettings } from './change-settings.ts';
import { withoutSecrets } from './create-environment.ts';
import { type Deps, write } from './write.ts';

export interface UpdateEnvironment {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly environmentKey: string;
  /** A JSON patch. */
  readonly patch: unknown;
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden, PreconditionFailed */
export async function updateEnvironment(deps: Deps, request: UpdateEnvironment): Promise<Environment> {
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const before = await getEnvironment(write.tx, project.id, request.environmentKey);
    const settings = patchSettings(settingsOf(before), request.patch);
    return changeSettings<Environment>(write, {
      kind: 'environment',
      name: settings.name,
      projectId: project.id,
      resource: specifier.environment(project, before),
      before,
      after: { ...before, ...settings },
      actions: ENVIRONMENT_ACTIONS,
      titleVerb: 'updated the environment',
      save: saveEnvironment,
      forAudit: withoutSecrets,
    });
  });
}

function settingsOf(environment: Environment): EnvironmentSettings {
  const names = Object.keys(ENVIRONMENT_ACTIONS) as (keyof EnvironmentSettings)[];
  return Object.fromEntries(names.map((name) => [name, environment[name]])) as unknown as EnvironmentSettings;
}
