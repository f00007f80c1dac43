import { type Static, Type } from 'typebox';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import { forgetInstance } from '../../operations/forget-instance.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { EnvironmentParams } from '../../wire/rest/common.ts';
import {
  ContextAttributeNames,
  ContextAttributeValues,
  ContextCollection,
  ContextInstanceCollection,
  ContextSearchBody,
  ContextSearchQuery,
} from '../../wire/rest/contexts.ts';
import type { RestApp } from '../app.ts';
import { listAttributeNames, listAttributeValues } from '../context-attributes.ts';
import { CONTEXT_FILTERS, contextId, INSTANCE_FILTERS } from '../context-filter.ts';
import { type Found, searchContexts, searchOf } from '../context-search.ts';
import type { FilterFields } from '../filter-expression.ts';
import { apiLink, pageLink } from '../links.ts';

const ContextParams = Type.Object({
  ...EnvironmentParams.properties,
  kind: Type.String({ description: 'The context kind' }),
  key: Type.String({ description: 'The context key' }),
});
const InstanceParams = Type.Object({
  ...EnvironmentParams.properties,
  id: Type.String({ description: 'The id of a context instance, as searches answer it' }),
});
const AttributeParams = Type.Object({
  ...EnvironmentParams.properties,
  attributeName: Type.String({ description: 'An attribute, or a path such as /address/city' }),
});
const AttributeQuery = Type.Object({
  filter: Type.Optional(Type.String({ description: 'kind equals user, name startsWith f; or value startsWith f' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Most items of each kind' })),
});

const BY_APPLICATION: FilterFields = { applicationId: ['equals', 'notEquals', 'anyOf'] };
const NAMES_LIMIT = 100;
const VALUES_LIMIT = 50;

/** Contexts that SDKs have told of: search, read, forget; what attributes and values they have. */
export function contextRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Contexts'];
  const path = '/projects/:projectKey/environments/:environmentKey';
  const environmentOf = async ({ projectKey, environmentKey }: Static<typeof EnvironmentParams>) =>
    getEnvironment(db, (await getProject(db, projectKey)).id, environmentKey);

  app.post(
    `${path}/contexts/search`,
    {
      schema: {
        summary: 'Search contexts',
        tags,
        params: EnvironmentParams,
        querystring: ContextSearchQuery,
        body: Type.Union([ContextSearchBody, Type.Null()]),
        response: { 200: ContextCollection },
      },
    },
    async ({ params, query, body, url }) => {
      const { id: environmentId } = await environmentOf(params);
      const search = { query: searchOf(query, body), fields: CONTEXT_FILTERS, url };
      const { page, found } = await searchContexts(db, { environmentId, scope: 'context', ...search });
      return { ...page, items: found.map((one) => toContextRep(params, one)) };
    },
  );

  app.get(
    `${path}/contexts/:kind/:key`,
    {
      schema: {
        summary: 'Get a context, once for each application',
        tags,
        params: ContextParams,
        querystring: ContextSearchQuery,
        response: { 200: ContextCollection },
      },
    },
    async ({ params, query, url }) => {
      const { id: environmentId } = await environmentOf(params);
      const { kind, key } = params;
      const search = { scope: 'context', kind, key, query, fields: BY_APPLICATION, url } as const;
      const { page, found } = await searchContexts(db, { environmentId, ...search });
      return { ...page, items: found.map((one) => toContextRep(params, one)) };
    },
  );

  app.post(
    `${path}/context-instances/search`,
    {
      schema: {
        summary: 'Search context instances',
        tags,
        params: EnvironmentParams,
        querystring: ContextSearchQuery,
        body: Type.Union([ContextSearchBody, Type.Null()]),
        response: { 200: ContextInstanceCollection },
      },
    },
    async ({ params, query, body, url }) => {
      const { id: environmentId } = await environmentOf(params);
      const search = { query: searchOf(query, body), fields: INSTANCE_FILTERS, url };
      const { page, found } = await searchContexts(db, { environmentId, scope: 'instance', ...search });
      return { ...page, items: found.map((one) => toInstanceRep(params, one)) };
    },
  );

  app.get(
    `${path}/context-instances/:id`,
    {
      schema: {
        summary: 'Get a context instance, once for each application',
        tags,
        params: InstanceParams,
        querystring: ContextSearchQuery,
        response: { 200: ContextInstanceCollection },
      },
    },
    async ({ params, query, url }) => {
      const { id: environmentId } = await environmentOf(params);
      const search = { scope: 'instance', key: readId(params.id), query, fields: BY_APPLICATION, url } as const;
      const { page, found } = await searchContexts(db, { environmentId, ...search });
      return { ...page, items: found.map((one) => toInstanceRep(params, one)) };
    },
  );

  app.delete(
    `${path}/context-instances/:id`,
    { schema: { summary: 'Forget a context instance', tags, params: InstanceParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await forgetInstance(deps, { actor, ...params, canonicalKey: readId(params.id) });
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${path}/context-attributes`,
    {
      schema: {
        summary: 'List the attributes of contexts',
        tags,
        params: EnvironmentParams,
        querystring: AttributeQuery,
        response: { 200: ContextAttributeNames },
      },
    },
    async ({ params, query }) => {
      const { id } = await environmentOf(params);
      const names = await listAttributeNames(db, id, { limit: NAMES_LIMIT, ...query });
      return { items: [...names].map(([kind, ofKind]) => ({ kind, names: [...ofKind] })) };
    },
  );

  app.get(
    `${path}/context-attributes/:attributeName`,
    {
      schema: {
        summary: 'List the values of an attribute of contexts',
        tags,
        params: AttributeParams,
        querystring: AttributeQuery,
        response: { 200: ContextAttributeValues },
      },
    },
    async ({ params, query }) => {
      const { id } = await environmentOf(params);
      const values = await listAttributeValues(db, id, params.attributeName, { limit: VALUES_LIMIT, ...query });
      return { items: [...values].map(([kind, ofKind]) => ({ kind, values: [...ofKind] })) };
    },
  );
}

type Params = Static<typeof EnvironmentParams>;

function toRecord({ seen }: Found) {
  return {
    lastSeen: new Date(seen.lastSeen).toISOString(),
    ...(seen.applicationId !== '' && { applicationId: seen.applicationId }),
    context: JSON.parse(seen.document) as unknown,
  };
}

function toContextRep({ projectKey, environmentKey }: Params, found: Found) {
  const { kind, key } = found.seen;
  return {
    ...toRecord(found),
    _links: {
      parent: apiLink('projects', projectKey, 'environments', environmentKey),
      self: apiLink('projects', projectKey, 'environments', environmentKey, 'contexts', kind, key),
      site: pageLink(projectKey, environmentKey, 'contexts', kind, key),
    },
  };
}

function toInstanceRep({ projectKey, environmentKey }: Params, found: Found) {
  const id = contextId(found.seen.key);
  return {
    id,
    ...toRecord(found),
    _links: {
      parent: apiLink('projects', projectKey, 'environments', environmentKey),
      self: apiLink('projects', projectKey, 'environments', environmentKey, 'context-instances', id),
      site: pageLink(projectKey, environmentKey, 'context-instances', id),
    },
  };
}

/** @throws InvalidRequest for what can be no id, NotFound for one that nothing can have */
function readId(id: string): string {
  const canonical = Buffer.from(id, 'base64url').toString();
  if (contextId(canonical) !== id.replace(/=+$/, '')) {
    throw new InvalidRequest(`id: expected the id of a context instance, got ${show(id)}`);
  }
  if (canonical.includes('\0')) throw new NotFound('context instance', canonical);
  return canonical;
}
