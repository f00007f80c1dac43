import type { Actor } from '../domain/access/actor.ts';
import { accessesTo, authorize } from '../domain/access/can.ts';
import { specifier } from '../domain/access/resource.ts';
import { DEFAULT_ENVIRONMENTS, type Environment, type NewEnvironment } from '../domain/environment.ts';
import { InvalidRequest } from '../domain/errors.ts';
import { createProject as makeProject, type NewProject, type Project } from '../domain/project.ts';
import { insertProject } from '../store/projects.ts';
import { addEnvironment } from './create-environment.ts';
import { type Deps, type Write, write } from './write.ts';

export interface CreateProject {
  readonly actor: Actor;
  readonly project: NewProject;
  /** The environments to start with; `test` and `production` when absent. */
  readonly environments?: readonly NewEnvironment[] | undefined;
}

/** A project with its environments. */
export interface CreatedProject {
  readonly project: Project;
  readonly environments: readonly Environment[];
}

/** @throws InvalidRequest, Forbidden, Conflict when the key is taken */
export async function createProject(deps: Deps, request: CreateProject): Promise<CreatedProject> {
  return write(deps, request.actor, (write) => addProject(write, request));
}

/** Stores a new project inside a running write. */
export async function addProject(write: Write, request: Omit<CreateProject, 'actor'>): Promise<CreatedProject> {
  const project = makeProject(request.project, write);
  const accesses = accessesTo(specifier.project(project), ['createProject']);
  authorize(write.actor, accesses);
  await insertProject(write.tx, project);
  write.record({
    kind: 'project',
    name: project.name,
    projectId: project.id,
    accesses,
    titleVerb: 'created the project',
    description: [`Created the project ${project.key}`],
    after: project,
  });
  const requested = request.environments ?? DEFAULT_ENVIRONMENTS;
  if (requested.length === 0) throw new InvalidRequest('environments: expected at least one environment, got none');
  const environments: Environment[] = [];
  for (const [position, environment] of requested.entries()) {
    environments.push(await addEnvironment(write, project, environment, position));
  }
  return { project, environments };
}
