import { type Static, Type } from 'typebox';
import {
  createFlagLink,
  deleteFlagLink,
  type FlagLink,
  flagLinks,
  updateFlagLink,
} from '../../operations/flag-links.ts';
import type { Deps } from '../../operations/write.ts';
import { getFlag } from '../../store/flags.ts';
import { findMembers } from '../../store/members.ts';
import { getProject } from '../../store/projects.ts';
import { Links, UnixMillis } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { parseJsonPatch } from '../patch-body.ts';

const FlagParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
});
const LinkParams = Type.Object({
  ...FlagParams.properties,
  idOrKey: Type.String({ description: 'Id or key of the link' }),
});

const LinkPost = Type.Object(
  {
    key: Type.Optional(Type.String()),
    deepLink: Type.String({ description: 'Address of the page' }),
    title: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    integrationKey: Type.Optional(Type.String()),
    timestamp: Type.Optional(UnixMillis),
    metadata: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { description: 'A page that has to do with the flag' },
);

const LinkRep = Type.Object({
  _links: Links,
  _id: Type.String(),
  _key: Type.String(),
  _deepLink: Type.String(),
  _integrationKey: Type.Optional(Type.String()),
  _timestamp: Type.Object({
    milliseconds: UnixMillis,
    seconds: Type.Integer(),
    rfc3339: Type.String(),
    simple: Type.String(),
  }),
  title: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  _metadata: Type.Optional(Type.Unknown()),
  _createdAt: UnixMillis,
  _member: Type.Optional(
    Type.Object({
      _links: Links,
      _id: Type.String(),
      firstName: Type.Optional(Type.String()),
      lastName: Type.Optional(Type.String()),
    }),
  ),
});
const LinkCollection = Type.Object({ _links: Links, items: Type.Array(LinkRep) });

type Place = Static<typeof FlagParams>;

/** Links of a flag to pages elsewhere: list, create, JSON patch, delete. */
export function flagLinkRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };
  const tags = ['Flag links'];
  const path = '/flag-links/projects/:projectKey/flags/:flagKey';

  app.get(
    path,
    {
      config,
      schema: { summary: 'List the links of a flag', tags, params: FlagParams, response: { 200: LinkCollection } },
    },
    async ({ params }) => {
      const project = await getProject(db, params.projectKey);
      const flag = await getFlag(db, project.id, params.flagKey);
      const links = await flagLinks.list(db, { projectId: project.id, flagId: flag.id });
      return { _links: { self: linkTo(params) }, items: await Promise.all(links.map((link) => toRep(link, params))) };
    },
  );

  app.post(
    path,
    {
      config,
      schema: { summary: 'Create a link', tags, params: FlagParams, body: LinkPost, response: { 201: LinkRep } },
    },
    async ({ actor, params, body }, reply) =>
      reply.code(201).send(await toRep(await createFlagLink(deps, { actor, ...params, body }), params)),
  );

  app.patch(
    `${path}/:idOrKey`,
    {
      config,
      schema: {
        summary: 'Update a link by JSON patch',
        tags,
        params: LinkParams,
        body: Type.Unknown({ description: 'A JSON patch' }),
        response: { 200: LinkRep },
      },
    },
    async ({ actor, params, body }) =>
      toRep(await updateFlagLink(deps, { actor, ...params, patch: parseJsonPatch(body) }), params),
  );

  app.delete(
    `${path}/:idOrKey`,
    { config, schema: { summary: 'Delete a link', tags, params: LinkParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteFlagLink(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );

  async function toRep(link: FlagLink, place: Place): Promise<Static<typeof LinkRep>> {
    const { id, key, deepLink, title, description, integrationKey, metadata, timestamp, memberId } = link;
    const member = (await findMembers(db, [memberId])).get(memberId);
    const date = new Date(timestamp).toISOString();
    return {
      _links: { self: linkTo(place, id), parent: linkTo(place) },
      _id: id,
      _key: key,
      _deepLink: deepLink,
      ...(integrationKey !== undefined && { _integrationKey: integrationKey }),
      _timestamp: {
        milliseconds: timestamp,
        seconds: Math.floor(timestamp / 1_000),
        rfc3339: date,
        simple: date.slice(0, 10),
      },
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      ...(metadata !== undefined && { _metadata: metadata }),
      _createdAt: link.createdAt,
      ...(member && {
        _member: {
          _links: { self: apiLink('members', member.id) },
          _id: member.id,
          ...(member.firstName !== undefined && { firstName: member.firstName }),
          ...(member.lastName !== undefined && { lastName: member.lastName }),
        },
      }),
    };
  }
}

const linkTo = ({ projectKey, flagKey }: Place, ...id: readonly string[]) =>
  apiLink('flag-links', 'projects', projectKey, 'flags', flagKey, ...id);
