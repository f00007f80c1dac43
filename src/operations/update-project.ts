import type { Actor } from '../domain/access/actor.ts';
import { specifier } from '../domain/access/resource.ts';
import { InvalidRequest, NotFound } from '../domain/errors.ts';
import { show } from '../domain/json.ts';
import { PROJECT_ACTIONS, patchProjectSettings, type Project } from '../domain/project.ts';
import { getProject, saveProject } from '../store/projects.ts';
import { getPipeline } from '../store/release-pipelines.ts';
import { changeSettings } from './change-settings.ts';
import { type Deps, type Write, write } from './write.ts';

export interface UpdateProject {
  readonly actor: Actor;
  readonly projectKey: string;
  /** A JSON patch. */
  readonly patch: unknown;
}

/** @throws NotFound, InvalidPatch, InvalidRequest, Forbidden, PreconditionFailed */
export async function updateProject(deps: Deps, request: UpdateProject): Promise<Project> {
  return write(deps, request.actor, async (write) => {
    const before = await getProject(write.tx, request.projectKey);
    const after = { ...before, ...patchProjectSettings(before, before.key, request.patch) };
    return storeProject(write, before, after);
  });
}

/** Stores a project whose settings have changed, if they have. */
export async function storeProject(write: Write, before: Project, after: Project, comment?: string): Promise<Project> {
  return changeSettings<Project>(write, {
    kind: 'project',
    name: after.name,
    projectId: after.id,
    resource: specifier.project(before),
    before,
    after,
    actions: PROJECT_ACTIONS,
    titleVerb: 'updated the project',
    comment,
    check: () => requireDefaultPipeline(write, before, after),
    save: saveProject,
  });
}

async function requireDefaultPipeline(write: Write, before: Project, after: Project): Promise<void> {
  const key = after.defaultReleasePipelineKey;
  if (key === before.defaultReleasePipelineKey) return;
  if (key === undefined) {
    throw new InvalidRequest('defaultReleasePipelineKey: expected the key of a release pipeline, got nothing');
  }
  try {
    await getPipeline(write.tx, before.id, key);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    throw new InvalidRequest(`defaultReleasePipelineKey: ${show(key)} is not a release pipeline of this project`);
  }
}
