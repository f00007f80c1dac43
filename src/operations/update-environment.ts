import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import {
  ENVIRONMENT_ACTIONS,
  type Environment,
  type EnvironmentSettings,
  patchSettings,
} from '../domain/environment.ts';
import { settingDifferences } from '../domain/settings-difference.ts';
import { getEnvironment, saveEnvironment } from '../store/environments.ts';
import { getProject } from '../store/projects.ts';
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
    const differences = settingDifferences<EnvironmentSettings>(before, settings, ENVIRONMENT_ACTIONS);
    if (differences.length === 0) return before;
    const resource = specifier.environment(project, before);
    const accesses = accessesTo(
      resource,
      differences.map(({ action }) => action),
    );
    authorize(request.actor, accesses);
    const after = { ...before, ...settings, version: before.version + 1 };
    await saveEnvironment(write.tx, after);
    write.record({
      kind: 'environment',
      name: after.name,
      projectId: project.id,
      accesses,
      titleVerb: 'updated the environment',
      description: differences.map(({ words }) => words),
      before: withoutSecrets(before),
      after: withoutSecrets(after),
    });
    return after;
  });
}

function settingsOf(environment: Environment): EnvironmentSettings {
  const names = Object.keys(ENVIRONMENT_ACTIONS) as (keyof EnvironmentSettings)[];
  return Object.fromEntries(names.map((name) => [name, environment[name]])) as unknown as EnvironmentSettings;
}
