import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { NotFound } from '../domain/errors.ts';
import { getEnvironment } from '../store/environments.ts';
import { getProject } from '../store/projects.ts';
import { deleteInstance } from '../store/seen-contexts.ts';
import { type Deps, write } from './write.ts';

export interface ForgetInstance {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly canonicalKey: string;
}

/** Forgets a context instance, until it is seen again. @throws NotFound, Forbidden */
export async function forgetInstance(deps: Deps, request: ForgetInstance): Promise<void> {
  const { actor, projectKey, environmentKey, canonicalKey } = request;
  await write(deps, actor, async (write) => {
    const project = await getProject(write.tx, projectKey);
    const environment = await getEnvironment(write.tx, project.id, environmentKey);
    const accesses = accessesTo(specifier.environment(project, environment), ['deleteContextInstance']);
    authorize(actor, accesses);
    if (!(await deleteInstance(write.tx, environment.id, canonicalKey))) {
      throw new NotFound('context instance', canonicalKey);
    }
    write.record({
      kind: 'environment',
      name: environment.name,
      projectId: project.id,
      accesses,
      titleVerb: 'deleted a context instance of the environment',
      description: [`Deleted the context instance ${canonicalKey}`],
    });
  });
}
