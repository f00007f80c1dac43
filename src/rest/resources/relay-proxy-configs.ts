import { Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { specifier } from '../../domain/access/resource.ts';
import { RELAY_PROXY_ACTIONS, type RelayProxyConfig } from '../../domain/relay-proxy-config.ts';
import {
  createRelayProxyConfig,
  deleteRelayProxyConfig,
  relayProxyConfigs,
  resetRelayProxyConfig,
  updateRelayProxyConfig,
} from '../../operations/relay-proxy-configs.ts';
import type { Deps } from '../../operations/write.ts';
import { findMembers } from '../../store/members.ts';
import { type AccessRep, ExpandQuery, PolicyPost } from '../../wire/rest/access.ts';
import { RelayProxyConfigRep } from '../../wire/rest/relay-proxy-config.ts';
import type { RestApp } from '../app.ts';
import { parseDocumentPatch } from '../patch-body.ts';
import { toAccessRep, toStatementRep, wantsAccess } from '../representations/access.ts';
import { toMemberSummary } from '../representations/member.ts';

const ConfigParams = Type.Object({ id: Type.String({ description: 'Id of the Relay Proxy configuration' }) });
const ResetQuery = Type.Object({
  expiry: Type.Optional(Type.Integer({ description: 'Until when the former key works, in Unix milliseconds' })),
});

const ConfigPost = Type.Object(
  { name: Type.String({ description: 'What people call it' }), policy: PolicyPost },
  { additionalProperties: true, description: 'A new Relay Proxy configuration' },
);

const ConfigCollection = Type.Object({ items: Type.Array(RelayProxyConfigRep) });

/** Relay Proxy configurations: list, create, read, patch, reset, delete. */
export function relayProxyConfigRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Relay Proxy configurations'];

  app.get(
    '/account/relay-auto-configs',
    {
      schema: {
        summary: 'List Relay Proxy configurations',
        tags,
        querystring: ExpandQuery,
        response: { 200: ConfigCollection },
      },
    },
    async ({ actor, query }) => ({ items: await toReps(await relayProxyConfigs.list(db, {}), actor, query.expand) }),
  );

  app.post(
    '/account/relay-auto-configs',
    {
      schema: {
        summary: 'Create a Relay Proxy configuration',
        tags,
        body: ConfigPost,
        response: { 201: RelayProxyConfigRep },
      },
    },
    async ({ actor, body }, reply) => {
      const { config, secret } = await createRelayProxyConfig(deps, { actor, config: body });
      return reply.code(201).send({ ...(await toRep(config)), fullKey: secret });
    },
  );

  app.get(
    '/account/relay-auto-configs/:id',
    {
      schema: {
        summary: 'Get a Relay Proxy configuration',
        tags,
        params: ConfigParams,
        querystring: ExpandQuery,
        response: { 200: RelayProxyConfigRep },
      },
    },
    async ({ actor, params, query }) => ({
      ...(await toRep(await relayProxyConfigs.get(db, {}, params.id))),
      ...accessOf(params.id, actor, query.expand),
    }),
  );

  app.patch(
    '/account/relay-auto-configs/:id',
    {
      schema: {
        summary: 'Update a Relay Proxy configuration by JSON patch or merge patch',
        tags,
        params: ConfigParams,
        body: Type.Unknown({ description: 'A patch' }),
        response: { 200: RelayProxyConfigRep },
      },
    },
    async ({ actor, params, headers, body }) => {
      const patch = parseDocumentPatch(headers['content-type'], body);
      return toRep(await updateRelayProxyConfig(deps, { actor, ...params, ...patch }));
    },
  );

  app.delete(
    '/account/relay-auto-configs/:id',
    {
      schema: {
        summary: 'Delete a Relay Proxy configuration',
        tags,
        params: ConfigParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params }, reply) => {
      await deleteRelayProxyConfig(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/account/relay-auto-configs/:id/reset',
    {
      schema: {
        summary: 'Give a Relay Proxy configuration another key',
        tags,
        params: ConfigParams,
        querystring: ResetQuery,
        response: { 200: RelayProxyConfigRep },
      },
    },
    async ({ actor, params, query }) => {
      const { config, secret } = await resetRelayProxyConfig(deps, { actor, ...params, expiry: query.expiry });
      return { ...(await toRep(config)), fullKey: secret };
    },
  );

  async function toRep(config: RelayProxyConfig): Promise<RelayProxyConfigRep> {
    return toConfigRep(config, await findMembers(db, [config.creatorId]));
  }

  async function toReps(configs: readonly RelayProxyConfig[], actor: Caller, expand: string | undefined) {
    const creatorIds = configs.map(({ creatorId }) => creatorId);
    const members = await findMembers(db, creatorIds);
    return configs.map((config) => ({ ...toConfigRep(config, members), ...accessOf(config.id, actor, expand) }));
  }
}

function accessOf(id: string, actor: Caller, expand: string | undefined): { _access?: AccessRep } {
  if (!wantsAccess(expand)) return {};
  const actions = [
    ...Object.values(RELAY_PROXY_ACTIONS),
    'resetRelayAutoConfiguration',
    'deleteRelayAutoConfiguration',
  ];
  return { _access: toAccessRep(actor, specifier.inAccount('relay-proxy-config', { key: id }), actions) };
}

function toConfigRep(config: RelayProxyConfig, members: Awaited<ReturnType<typeof findMembers>>): RelayProxyConfigRep {
  const creator = members.get(config.creatorId);
  return {
    _id: config.id,
    ...(creator && { _creator: toMemberSummary(creator) }),
    name: config.name,
    policy: config.policy.map(toStatementRep),
    fullKey: '',
    displayKey: config.secret.ending,
    creationDate: config.createdAt,
    lastModified: config.lastModified,
  };
}
