import { Type } from 'typebox';
import type { Project } from '../../domain/project.ts';
import { flagDefaultsOf, updateFlagDefaults } from '../../operations/update-flag-defaults.ts';
import type { Deps } from '../../operations/write.ts';
import { getProject } from '../../store/projects.ts';
import { ProjectParams } from '../../wire/rest/common.ts';
import { FlagDefaultsRep } from '../../wire/rest/project.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { parseDocumentPatch } from '../patch-body.ts';

/** Flag defaults of a project: read, replace, patch. */
export function flagDefaultsRoutes(app: RestApp, deps: Deps): void {
  const path = '/projects/:projectKey/flag-defaults';
  const common = { tags: ['Projects'], params: ProjectParams, response: { 200: FlagDefaultsRep } };

  app.get(path, { schema: { summary: 'Get flag defaults', ...common } }, async ({ params }) =>
    toRep(await getProject(deps.database.db, params.projectKey)),
  );

  app.put(
    path,
    { schema: { summary: 'Replace flag defaults', ...common, body: Type.Unknown({ description: 'All of them' }) } },
    async ({ actor, params, body }) =>
      toRep(await updateFlagDefaults(deps, { actor, ...params, change: { whole: body } })),
  );

  app.patch(
    path,
    {
      schema: {
        summary: 'Update flag defaults by JSON patch or merge patch',
        ...common,
        body: Type.Unknown({ description: 'A patch' }),
      },
    },
    async ({ actor, params, headers, body }) => {
      const { patch: change, comment } = parseDocumentPatch(headers['content-type'], body);
      return toRep(await updateFlagDefaults(deps, { actor, ...params, change, comment }));
    },
  );
}

function toRep(project: Project): FlagDefaultsRep {
  const { tags, ...defaults } = flagDefaultsOf(project);
  return {
    _links: { self: apiLink('projects', project.key, 'flag-defaults'), parent: apiLink('projects', project.key) },
    key: project.key,
    tags: [...tags],
    ...defaults,
  };
}
