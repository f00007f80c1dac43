import { type Static, Type } from 'typebox';
import { follow, followers, unfollow } from '../../operations/followers.ts';
import type { Deps } from '../../operations/write.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getFlag, listFlagsIn } from '../../store/flags.ts';
import { findMembers } from '../../store/members.ts';
import { getProject } from '../../store/projects.ts';
import { EnvironmentParams, Links, MemberSummary } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';
import { toMemberSummary } from '../representations/member.ts';

const PlaceParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
});
const FollowerParams = Type.Object({
  ...PlaceParams.properties,
  memberId: Type.String({ description: 'Id of the member' }),
});
const FollowerList = Type.Object({ _links: Links, items: Type.Array(MemberSummary) });
const FollowersByFlag = Type.Object({
  _links: Links,
  items: Type.Array(Type.Object({ flagKey: Type.String(), followers: Type.Array(MemberSummary) })),
});

/** Who follows flags: of a flag, of all flags of an environment; follow, unfollow. */
export function followerRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Follow flags'];
  const path = '/projects/:projectKey/flags/:flagKey/environments/:environmentKey/followers';

  app.get(
    path,
    { schema: { summary: 'List who follows a flag', tags, params: PlaceParams, response: { 200: FollowerList } } },
    async ({ params, url }) => {
      const { project, environment } = await load(params);
      const flag = await getFlag(db, project.id, params.flagKey);
      const place = { projectId: project.id, flagId: flag.id, environmentId: environment.id };
      const ids = (await followers.list(db, place)).map(({ key }) => key);
      const members = await findMembers(db, ids);
      return {
        _links: { self: { href: url, type: 'application/json' } },
        items: ids.flatMap((id) => members.get(id) ?? []).map(toMemberSummary),
      };
    },
  );

  app.get(
    '/projects/:projectKey/environments/:environmentKey/followers',
    {
      schema: {
        summary: 'List who follows the flags of an environment',
        tags,
        params: EnvironmentParams,
        response: { 200: FollowersByFlag },
      },
    },
    async ({ params }) => {
      const { environment } = await load(params);
      const all = await followers.listIn(db, { environmentId: environment.id });
      const byFlag = Map.groupBy(all, ({ place }) => place.flagId);
      const members = await findMembers(
        db,
        all.map(({ resource }) => resource.key),
      );
      const flags = (await listFlagsIn(db, environment)).filter(({ id }) => byFlag.has(id));
      return {
        _links: { self: apiLink('projects', params.projectKey, 'environments', params.environmentKey, 'followers') },
        items: flags.map(({ id, key }) => ({
          flagKey: key,
          followers: (byFlag.get(id) ?? [])
            .flatMap(({ resource }) => members.get(resource.key) ?? [])
            .map(toMemberSummary),
        })),
      };
    },
  );

  for (const [method, summary, change] of [
    ['PUT', 'Let a member follow a flag', follow],
    ['DELETE', 'Let a member follow a flag no longer', unfollow],
  ] as const) {
    app.route({
      method,
      url: `${path}/:memberId`,
      schema: { summary, tags, params: FollowerParams, response: { 204: Type.Null() } },
      handler: async ({ actor, params }, reply) => {
        await change(deps, { actor, ...params });
        return reply.code(204).send(null);
      },
    });
  }

  async function load({ projectKey, environmentKey }: Static<typeof EnvironmentParams>) {
    const project = await getProject(db, projectKey);
    return { project, environment: await getEnvironment(db, project.id, environmentKey) };
  }
}
