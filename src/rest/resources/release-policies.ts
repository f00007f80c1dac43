import { Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { specifier } from '../../domain/access/resource.ts';
import type { Project } from '../../domain/project.ts';
import { isDefaultPolicy, type ReleasePolicy } from '../../domain/release/release-policy.ts';
import {
  createReleasePolicy,
  deleteReleasePolicy,
  listReleasePolicies,
  releasePolicies,
  reorderReleasePolicies,
  replaceReleasePolicy,
} from '../../operations/release-policies.ts';
import type { Deps } from '../../operations/write.ts';
import { getProject } from '../../store/projects.ts';
import { type AccessRep, ExpandQuery } from '../../wire/rest/access.ts';
import { ProjectParams } from '../../wire/rest/common.ts';
import { ReleasePolicyCollection, ReleasePolicyRep } from '../../wire/rest/release-policy.ts';
import type { RestApp } from '../app.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { toReleasePolicyRep } from '../representations/release-policy.ts';

const PolicyParams = Type.Object({
  ...ProjectParams.properties,
  policyKey: Type.String({ description: 'The key of the release policy' }),
});
const ListQuery = Type.Object({
  ...ExpandQuery.properties,
  excludeDefault: Type.Optional(Type.Boolean({ description: 'Whether to leave out the default policy' })),
});
const PolicyBody = Type.Unknown({ description: 'Name, release method, scope, and how to release' });
const RIGHTS = ['updateReleasePolicy', 'updateReleasePolicyRank', 'deleteReleasePolicy'];

/** Release policies: list, create, order, read, replace, delete. */
export function releasePolicyRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };
  const tags = ['Release policies (beta)'];

  app.get(
    '/projects/:projectKey/release-policies',
    {
      config,
      schema: {
        summary: 'List release policies',
        tags,
        params: ProjectParams,
        querystring: ListQuery,
        response: { 200: ReleasePolicyCollection },
      },
    },
    async ({ actor, params, query }) => {
      const project = await getProject(db, params.projectKey);
      const all = await listReleasePolicies(db, project.id);
      const shown = query.excludeDefault ? all.filter((policy) => !isDefaultPolicy(policy)) : all;
      return {
        totalCount: shown.length,
        items: shown.map((policy, index) => ({
          ...toReleasePolicyRep(policy, index + 1),
          ...accessOf(actor, project, policy, query.expand),
        })),
      };
    },
  );

  app.post(
    '/projects/:projectKey/release-policies',
    {
      config,
      schema: {
        summary: 'Create a release policy',
        tags,
        params: ProjectParams,
        body: PolicyBody,
        response: { 201: ReleasePolicyRep },
      },
    },
    async ({ actor, params, body }, reply) => {
      const policy = await createReleasePolicy(deps, { actor, ...params, policy: body });
      return reply.code(201).send(await toRep(params.projectKey, policy));
    },
  );

  app.post(
    '/projects/:projectKey/release-policies/order',
    {
      config,
      schema: {
        summary: 'Set the order of release policies',
        tags,
        params: ProjectParams,
        body: Type.Array(Type.String(), { description: 'The keys of all policies with a scope' }),
        response: { 200: Type.Array(ReleasePolicyRep) },
      },
    },
    async ({ actor, params, body }) => {
      const ordered = await reorderReleasePolicies(deps, { actor, ...params, keys: body });
      return ordered.map((policy, index) => toReleasePolicyRep(policy, index + 1));
    },
  );

  app.get(
    '/projects/:projectKey/release-policies/:policyKey',
    {
      config,
      schema: {
        summary: 'Get a release policy',
        tags,
        params: PolicyParams,
        querystring: ExpandQuery,
        response: { 200: ReleasePolicyRep },
      },
    },
    async ({ actor, params, query }) => {
      const project = await getProject(db, params.projectKey);
      const policy = await releasePolicies.get(db, { projectId: project.id }, params.policyKey);
      return {
        ...(await toRep(project.key, policy)),
        ...accessOf(actor, project, policy, query.expand),
      };
    },
  );

  app.put(
    '/projects/:projectKey/release-policies/:policyKey',
    {
      config,
      schema: {
        summary: 'Replace a release policy',
        tags,
        params: PolicyParams,
        body: PolicyBody,
        response: { 200: ReleasePolicyRep },
      },
    },
    async ({ actor, params, body }) =>
      toRep(params.projectKey, await replaceReleasePolicy(deps, { actor, ...params, policy: body })),
  );

  app.delete(
    '/projects/:projectKey/release-policies/:policyKey',
    {
      config,
      schema: { summary: 'Delete a release policy', tags, params: PolicyParams, response: { 204: Type.Null() } },
    },
    async ({ actor, params }, reply) => {
      await deleteReleasePolicy(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  /** A policy with its place among those of its project. */
  async function toRep(projectKey: string, policy: ReleasePolicy): Promise<ReleasePolicyRep> {
    const { id } = await getProject(db, projectKey);
    const all = await listReleasePolicies(db, id);
    return toReleasePolicyRep(policy, all.findIndex(({ key }) => key === policy.key) + 1);
  }
}

function accessOf(
  actor: Caller,
  project: Project,
  policy: ReleasePolicy,
  expand: string | undefined,
): { _access?: AccessRep } {
  if (!wantsAccess(expand)) return {};
  return { _access: toAccessRep(actor, specifier.inProject(project, 'release-policy', policy), RIGHTS) };
}
