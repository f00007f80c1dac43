import { type Static, Type } from 'typebox';
import type { Json } from '../../domain/json.ts';
import { createTrigger, deleteTrigger, patchTrigger, type Trigger, triggers } from '../../operations/triggers.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { findMembers } from '../../store/members.ts';
import { getProject } from '../../store/projects.ts';
import { Links, MemberSummary, UnixMillis } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { parseSemanticPatch } from '../patch-body.ts';
import { toMemberSummary } from '../representations/member.ts';

const PlaceParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
});
const TriggerParams = Type.Object({ ...PlaceParams.properties, id: Type.String({ description: 'Id of the trigger' }) });

const TriggerPost = Type.Object(
  {
    integrationKey: Type.String({ description: 'generic-trigger, or the name of a tool' }),
    instructions: Type.Array(Type.Unknown(), { description: 'One of turnFlagOn and turnFlagOff' }),
    comment: Type.Optional(Type.String()),
  },
  { description: 'A new trigger' },
);

const TriggerRep = Type.Object(
  {
    _links: Links,
    _id: Type.String(),
    _version: Type.Integer(),
    _creationDate: UnixMillis,
    _maintainerId: Type.String(),
    _maintainer: Type.Optional(MemberSummary),
    enabled: Type.Boolean(),
    _integrationKey: Type.String(),
    instructions: Type.Array(Type.Object({ kind: Type.String() })),
    _lastTriggeredAt: Type.Optional(UnixMillis),
    _recentTriggerBodies: Type.Array(Type.Object({ timestamp: UnixMillis, jsonBody: Type.Unknown() })),
    _triggerCount: Type.Integer(),
    triggerURL: Type.Optional(Type.String({ description: 'Only when it has just been made' })),
  },
  { description: 'A secret address that turns a flag on or off' },
);
const TriggerCollection = Type.Object({ _links: Links, items: Type.Array(TriggerRep) });

type Place = Static<typeof PlaceParams>;

/** Flag triggers: list, create, read, semantic patch, delete. */
export function flagTriggerRoutes(app: RestApp, deps: Deps & { readonly baseUrl: string | undefined }): void {
  const { db } = deps.database;
  const tags = ['Flag triggers'];
  const path = '/flags/:projectKey/:flagKey/triggers/:environmentKey';

  app.get(
    path,
    {
      schema: {
        summary: 'List the triggers of a flag',
        tags,
        params: PlaceParams,
        response: { 200: TriggerCollection },
      },
    },
    async ({ params }) => {
      const items = await triggers.list(db, await placeOf(params));
      return { _links: { self: linkTo(params) }, items: await Promise.all(items.map((one) => toRep(one, params))) };
    },
  );

  app.post(
    path,
    {
      schema: {
        summary: 'Create a trigger',
        tags,
        params: PlaceParams,
        body: TriggerPost,
        response: { 201: TriggerRep },
      },
    },
    async ({ actor, params, body, host, protocol }, reply) => {
      const { trigger, secret } = await createTrigger(deps, { actor, ...params, body });
      return reply.code(201).send(await toRep(trigger, params, { secret, origin: `${protocol}://${host}` }));
    },
  );

  app.get(
    `${path}/:id`,
    { schema: { summary: 'Get a trigger', tags, params: TriggerParams, response: { 200: TriggerRep } } },
    async ({ params }) => toRep(await triggers.get(db, await placeOf(params), params.id), params),
  );

  app.patch(
    `${path}/:id`,
    {
      schema: {
        summary: 'Update a trigger by semantic patch',
        tags,
        params: TriggerParams,
        body: Type.Unknown({ description: 'Instructions' }),
        response: { 200: TriggerRep },
      },
    },
    async ({ actor, params, body, host, protocol }) => {
      const { instructions } = parseSemanticPatch(body).patch;
      const { trigger, secret } = await patchTrigger(deps, { actor, ...params, instructions });
      return toRep(trigger, params, { secret, origin: `${protocol}://${host}` });
    },
  );

  app.delete(
    `${path}/:id`,
    { schema: { summary: 'Delete a trigger', tags, params: TriggerParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteTrigger(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  async function placeOf({ projectKey, flagKey, environmentKey }: Place) {
    const project = await getProject(db, projectKey);
    const environment = await getEnvironment(db, project.id, environmentKey);
    const flag = await getFlag(db, project.id, flagKey);
    return { projectId: project.id, flagId: flag.id, environmentId: environment.id };
  }

  async function toRep(
    trigger: Trigger,
    place: Place,
    { secret, origin = '' }: { readonly secret?: string | undefined; readonly origin?: string } = {},
  ): Promise<Static<typeof TriggerRep>> {
    const { id, maintainerId, lastTriggeredAt } = trigger;
    const maintainer = (await findMembers(db, [maintainerId])).get(maintainerId);
    const base = (deps.baseUrl ?? origin).replace(/\/$/, '');
    return {
      _links: { self: linkTo(place, id), parent: linkTo(place) },
      _id: id,
      _version: trigger.version,
      _creationDate: trigger.createdAt,
      _maintainerId: maintainerId,
      ...(maintainer && { _maintainer: toMemberSummary(maintainer) }),
      enabled: trigger.isEnabled,
      _integrationKey: trigger.integrationKey,
      instructions: [{ kind: trigger.action }],
      ...(lastTriggeredAt !== undefined && { _lastTriggeredAt: lastTriggeredAt }),
      _recentTriggerBodies: trigger.recentBodies.map(({ at, body }: { at: number; body: Json }) => ({
        timestamp: at,
        jsonBody: body,
      })),
      _triggerCount: trigger.triggerCount,
      ...(secret !== undefined && { triggerURL: `${base}/webhook/triggers/${id}/${secret}` }),
    };
  }
}

const linkTo = ({ projectKey, flagKey, environmentKey }: Place, ...id: readonly string[]) =>
  apiLink('flags', projectKey, flagKey, 'triggers', environmentKey, ...id);
