import { Type } from 'typebox';
import { InvalidRequest } from '../../domain/errors.ts';
import type { Environment } from '../../domain/environment.ts';
import { show } from '../../domain/json.ts';
import { updateEnvironment } from '../../operations/update-environment.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment, listAllEnvironments } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { type ApprovalSettingsRep, ApprovalSettingsRep as SettingsRep } from '../../wire/rest/approval.ts';
import { ProjectParams } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { toApprovalSettingsRep } from '../representations/environment.ts';

const Query = Type.Object({
  environmentKey: Type.Optional(Type.String({ description: 'Only this environment' })),
  resourceKind: Type.Optional(Type.String({ description: 'Only flag or segment' })),
});
const Body = Type.Object(
  { environmentKey: Type.String(), resourceKind: Type.String({ description: 'flag or segment' }) },
  { additionalProperties: true, description: 'The settings that change' },
);

/** The members of an environment that hold the settings of each kind of resource. */
const PATHS: Readonly<Record<string, string>> = {
  flag: '/approvalSettings',
  segment: '/resourceApprovalSettings/segment',
};

/** Who must agree to changes, by kind of resource and environment of a project: read, patch. */
export function approvalSettingsRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const path = '/approval-requests/projects/:projectKey/settings';
  const common = { tags: ['Approvals'], params: ProjectParams, response: { 200: SettingsRep } };

  app.get(
    path,
    { config: { isBeta: true }, schema: { summary: 'Get approval settings', ...common, querystring: Query } },
    async ({ params, query }) => {
      if (query.resourceKind !== undefined) requireKind(query.resourceKind);
      const project = await getProject(db, params.projectKey);
      const environments =
        query.environmentKey === undefined
          ? await listAllEnvironments(db, [project.id])
          : [await getEnvironment(db, project.id, query.environmentKey)];
      return toRep(environments, query.resourceKind);
    },
  );

  app.patch(
    path,
    { config: { isBeta: true }, schema: { summary: 'Update approval settings', ...common, body: Body } },
    async ({ actor, params, body }) => {
      const { environmentKey, resourceKind, ...settings } = body;
      const member = requireKind(resourceKind);
      const patch = Object.entries(settings).map(([name, value]) => ({
        op: 'replace',
        path: `${member}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
        value,
      }));
      const environment = await updateEnvironment(deps, { actor, ...params, environmentKey, patch });
      return toRep([environment], resourceKind);
    },
  );
}

/** @throws InvalidRequest */
function requireKind(kind: string): string {
  const path = Object.hasOwn(PATHS, kind) ? PATHS[kind] : undefined;
  if (path === undefined) {
    throw new InvalidRequest(`resourceKind: expected one of ${Object.keys(PATHS).join(', ')}, got ${show(kind)}`);
  }
  return path;
}

function toRep(environments: readonly Environment[], kind: string | undefined): ApprovalSettingsRep {
  const of = (read: (environment: Environment) => Environment['approvalSettings']) => ({
    environments: Object.fromEntries(
      environments.map((environment) => [environment.key, toApprovalSettingsRep(read(environment))]),
    ),
  });
  return {
    ...(kind !== 'segment' && { flag: of(({ approvalSettings }) => approvalSettings) }),
    ...(kind !== 'flag' && { segment: of(({ resourceApprovalSettings }) => resourceApprovalSettings.segment) }),
  };
}
