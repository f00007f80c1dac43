import { Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { canView } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { TEAM_ACTIONS, type TeamWithMembers } from '../../domain/access/team.ts';
import { importTeamMembers, updateTeams } from '../../operations/account/bulk-changes.ts';
import { createTeam, deleteTeam, updateTeam } from '../../operations/account/teams.ts';
import type { Deps } from '../../operations/write.ts';
import { findMembers } from '../../store/members.ts';
import { listProjects } from '../../store/projects.ts';
import { customRoles } from '../../store/roles.ts';
import { getTeam, listTeams } from '../../store/teams.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import {
  TeamCollection,
  TeamImportRep,
  TeamMaintainerCollection,
  TeamPost,
  TeamRep,
  TeamRoleCollection,
  TeamsPatchRep,
} from '../../wire/rest/account.ts';
import { PageQuery } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { contains, parseFilter, toBoolean } from '../filter.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseSemanticPatch } from '../patch-body.ts';
import { readUpload } from '../upload.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { toMemberSummary } from '../representations/member.ts';
import { maintainersOf, rolesOf, toPageRep, toTeamRep, toTeamRole } from '../representations/team.ts';

const TeamParams = Type.Object({ teamKey: Type.String({ description: 'The team key' }) });
const ListQuery = Type.Object({
  ...PageQuery.properties,
  ...ExpandQuery.properties,
  filter: Type.Optional(Type.String({ description: 'query:text, nomembers:true' })),
});
/** Most teams of a page. */
const MAX_LIMIT = 100;

/** Teams: list, create, change many, read, semantic patch, delete, their maintainers and roles, import of members. */
export function teamRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Teams'];

  app.get(
    '/teams',
    { schema: { summary: 'List teams', tags, querystring: ListQuery, response: { 200: TeamCollection } } },
    async ({ actor, query, url }) => {
      const { query: text, nomembers } = parseFilter(query.filter, ['query', 'nomembers']);
      const isEmpty = toBoolean('nomembers', nomembers);
      const matches = (await listTeams(db)).filter(
        ({ key, name, memberIds }) =>
          contains(text, key, name) && (isEmpty === undefined || isEmpty === (memberIds.length === 0)),
      );
      const page = toPage(query, MAX_LIMIT);
      const toRep = await representer(actor, cutPage(matches, page), query.expand);
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: cutPage(matches, page).map(toRep),
      };
    },
  );

  app.post(
    '/teams',
    {
      schema: {
        summary: 'Create a team',
        tags,
        querystring: ExpandQuery,
        body: TeamPost,
        response: { 201: TeamRep },
      },
    },
    async ({ actor, body, query }, reply) => {
      const team = await createTeam(deps, { actor, team: body });
      return reply.code(201).send((await representer(actor, [team], query.expand))(team));
    },
  );

  app.patch(
    '/teams',
    {
      config: { isBeta: true },
      schema: {
        summary: 'Change many teams by semantic patch',
        tags,
        body: Type.Unknown({ description: 'Instructions' }),
        response: { 200: TeamsPatchRep },
      },
    },
    async ({ actor, body }) => {
      const { instructions } = parseSemanticPatch(body).patch;
      const { memberIds, done, errors } = await updateTeams(deps, { actor, instructions });
      return { memberIDs: [...memberIds], teamKeys: [...done], errors: errors.map((error) => ({ ...error })) };
    },
  );

  app.get(
    '/teams/:teamKey',
    {
      schema: {
        summary: 'Get a team',
        tags,
        params: TeamParams,
        querystring: ExpandQuery,
        response: { 200: TeamRep },
      },
    },
    async ({ actor, params, query }) => {
      const team = await getTeam(db, params.teamKey);
      return (await representer(actor, [team], query.expand))(team);
    },
  );

  app.patch(
    '/teams/:teamKey',
    {
      schema: {
        summary: 'Update a team by semantic patch',
        tags,
        params: TeamParams,
        querystring: ExpandQuery,
        body: Type.Unknown({ description: 'Instructions' }),
        response: { 200: TeamRep },
      },
    },
    async ({ actor, params, body, query }) => {
      const { patch, comment } = parseSemanticPatch(body);
      const { instructions } = patch;
      const team = await updateTeam(deps, { actor, teamKey: params.teamKey, instructions, comment });
      return (await representer(actor, [team], query.expand))(team);
    },
  );

  app.delete(
    '/teams/:teamKey',
    { schema: { summary: 'Delete a team', tags, params: TeamParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteTeam(deps, { actor, teamKey: params.teamKey });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/teams/:teamKey/maintainers',
    {
      schema: {
        summary: 'List the maintainers of a team',
        tags,
        params: TeamParams,
        querystring: PageQuery,
        response: { 200: TeamMaintainerCollection },
      },
    },
    async ({ params, query, url }) => {
      const team = await getTeam(db, params.teamKey);
      const { members } = await loadNeighbours([team]);
      return toPageRep(url, maintainersOf(team, members).map(toMemberSummary), toPage(query));
    },
  );

  app.get(
    '/teams/:teamKey/roles',
    {
      schema: {
        summary: 'List the custom roles of a team',
        tags,
        params: TeamParams,
        querystring: PageQuery,
        response: { 200: TeamRoleCollection },
      },
    },
    async ({ params, query, url }) => {
      const team = await getTeam(db, params.teamKey);
      const { roles } = await loadNeighbours([team]);
      return toPageRep(url, rolesOf(team, roles).map(toTeamRole), toPage(query));
    },
  );

  app.post(
    '/teams/:teamKey/members',
    {
      schema: {
        summary: 'Add the members of a CSV file to a team',
        tags,
        params: TeamParams,
        response: { 201: TeamImportRep, 207: TeamImportRep },
      },
    },
    async (request, reply) => {
      const { actor, params } = request;
      const { text: csv } = await readUpload(request);
      const rows = await importTeamMembers(deps, { actor, teamKey: params.teamKey, csv });
      const items = rows.map(({ line, value, fault }) => ({
        status: fault === undefined ? 'success' : 'error',
        value,
        ...(fault !== undefined && { message: `Line ${line}: ${fault}` }),
      }));
      return reply.code(rows.every(({ fault }) => fault === undefined) ? 201 : 207).send({ items });
    },
  );

  async function loadNeighbours(teams: readonly TeamWithMembers[]) {
    const roles = await customRoles.list(db, {});
    const grantees = teams.flatMap(({ permissionGrants }) => permissionGrants.flatMap(({ memberIds }) => memberIds));
    return { roles: new Map(roles.map((role) => [role.id, role])), members: await findMembers(db, grantees) };
  }

  async function representer(actor: Caller, teams: readonly TeamWithMembers[], expand: string | undefined) {
    const neighbours = await loadNeighbours(teams);
    const projects = (await listProjects(db)).filter((project) => canView(actor, project));
    return (team: TeamWithMembers) =>
      toTeamRep(team, {
        ...neighbours,
        projects,
        expand: new Set(expand?.split(',')),
        ...(wantsAccess(expand) && { access: accessTo(actor, team) }),
      });
  }
}

function accessTo(actor: Caller, team: TeamWithMembers) {
  return toAccessRep(actor, specifier.inAccount('team', team), [...Object.values(TEAM_ACTIONS), 'deleteTeam']);
}
