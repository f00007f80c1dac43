import { NotFound } from '../../domain/errors.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import type { Deps } from '../../operations/write.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { findDependents, getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { DependentFlags, DependentFlagsEverywhere, EnvironmentFlagParams } from '../../wire/rest/dependent-flag.ts';
import { FlagParams } from '../../wire/rest/flag.ts';
import type { RestApp } from '../app.ts';
import { apiLink, pageLink } from '../links.ts';

/** Which flags have a flag as prerequisite. Archived ones are left out. */
export function dependentFlagRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };
  const tags = ['Feature flags (beta)'];

  app.get(
    '/flags/:projectKey/:flagKey/dependent-flags',
    {
      config,
      schema: {
        summary: 'List flags that depend on a flag',
        tags,
        params: FlagParams,
        response: { 200: DependentFlagsEverywhere },
      },
    },
    async (request) => {
      const { projectKey, flagKey } = request.params;
      const { environments, dependents } = await load(projectKey, flagKey);
      return {
        _links: {
          self: apiLink('flags', projectKey, flagKey, 'dependent-flags'),
          parent: apiLink('flags', projectKey, flagKey),
        },
        _site: pageLink(projectKey, '~', 'features', flagKey),
        items: dependents.map((dependent) => ({
          key: dependent.key,
          name: dependent.name,
          environments: environments
            .filter(({ key }) => needs(dependent, key, flagKey))
            .map(({ key, name }) => ({
              key,
              name,
              _links: { self: apiLink('projects', projectKey, 'environments', key) },
              _site: pageLink(projectKey, key, 'features', dependent.key),
            })),
        })),
      };
    },
  );

  app.get(
    '/flags/:projectKey/:environmentKey/:flagKey/dependent-flags',
    {
      config,
      schema: {
        summary: 'List flags that depend on a flag in an environment',
        tags,
        params: EnvironmentFlagParams,
        response: { 200: DependentFlags },
      },
    },
    async (request) => {
      const { projectKey, flagKey, environmentKey } = request.params;
      const { environments, dependents } = await load(projectKey, flagKey);
      if (!environments.some(({ key }) => key === environmentKey)) throw new NotFound('environment', environmentKey);
      return {
        _links: {
          self: apiLink('flags', projectKey, environmentKey, flagKey, 'dependent-flags'),
          parent: apiLink('flags', projectKey, flagKey),
        },
        _site: pageLink(projectKey, environmentKey, 'features', flagKey),
        items: dependents
          .filter((dependent) => needs(dependent, environmentKey, flagKey))
          .map(({ key, name }) => ({
            key,
            name,
            _links: { self: apiLink('flags', projectKey, key) },
            _site: pageLink(projectKey, environmentKey, 'features', key),
          })),
      };
    },
  );

  async function load(projectKey: string, flagKey: string) {
    const project = await getProject(db, projectKey);
    const flag = await getFlag(db, project.id, flagKey);
    const dependents = await findDependents(db, project.id, flag.key);
    return {
      environments: await listAllEnvironments(db, [project.id]),
      dependents: dependents.filter(({ archivedAt }) => archivedAt === undefined),
    };
  }
}

function needs(flag: Flag, environmentKey: string, flagKey: string): boolean {
  return flag.environments[environmentKey]?.prerequisites.some((needed) => needed.flagKey === flagKey) ?? false;
}
