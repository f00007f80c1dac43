import { type Static, Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import type { Member } from '../../domain/access/member.ts';
import { displayName, type MemberFilter, matchesMember, readLastSeen } from '../../domain/access/member-filter.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import { show } from '../../domain/json.ts';
import { updateMembers } from '../../operations/account/bulk-changes.ts';
import { inviteMembers } from '../../operations/account/invite-members.ts';
import { addMemberToTeams, deleteMember, updateMember } from '../../operations/account/members.ts';
import type { Deps } from '../../operations/write.ts';
import { getMember, listMembers } from '../../store/members.ts';
import { customRoles, loadMemberSurroundings } from '../../store/roles.ts';
import { listTeams } from '../../store/teams.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { MemberCollection, MemberPost, MemberRep, MembersPatchRep } from '../../wire/rest/account.ts';
import { PageQuery } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { parseFilter, parseSorts, type Sort, toBoolean } from '../filter.ts';
import { apiLink } from '../links.ts';
import { cutPage, pageLinks, toPageSince } from '../paging.ts';
import { parseJsonPatch, parseSemanticPatch } from '../patch-body.ts';
import { type MemberView, toMemberRep } from '../representations/member.ts';

const MemberParams = Type.Object({ memberId: Type.String({ description: 'Id of the member; me is the caller' }) });

const ListQuery = Type.Object({
  ...PageQuery.properties,
  ...ExpandQuery.properties,
  filter: Type.Optional(
    Type.String({
      description: 'query:text, role:a|b, id:a|b, email:a|b, team:key, noteam:true, lastSeen:{"never":true}',
    }),
  ),
  sort: Type.Optional(Type.String({ description: 'displayName or lastSeen; - before it means descending' })),
});

/** Members of the account: list, invite, change many, read, JSON patch, delete, add to teams. */
export function memberRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Account members'];

  app.get(
    '/members',
    { schema: { summary: 'List members', tags, querystring: ListQuery, response: { 200: MemberCollection } } },
    async ({ apiVersion, query, url }) => {
      const filter = toMemberFilter(query);
      const sorts = parseSorts(query.sort, ['displayName', 'lastSeen']);
      const around = await loadMemberSurroundings(db);
      const matches = (await listMembers(db)).filter((member) => matchesMember(filter, member, around));
      const page = toPageSince(20210729, apiVersion, query);
      const members = cutPage(matches.toSorted(compareBy(sorts)), page);
      const view = await loadView(query.expand);
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: members.map((member) => toMemberRep(member, view)),
      };
    },
  );

  app.post(
    '/members',
    {
      schema: {
        summary: 'Invite members',
        tags,
        body: Type.Array(MemberPost, { description: 'At most 50, all or none' }),
        response: { 201: MemberCollection },
      },
    },
    async ({ actor, body }, reply) => {
      const members = await inviteMembers(deps, { actor, members: body });
      const view = await loadView(undefined);
      return reply.code(201).send({
        _links: { self: apiLink('members') },
        totalCount: members.length,
        items: members.map((member) => toMemberRep(member, view)),
      });
    },
  );

  app.patch(
    '/members',
    {
      schema: {
        summary: 'Change many members by semantic patch',
        tags,
        body: Type.Unknown({ description: 'Instructions' }),
        response: { 200: MembersPatchRep },
      },
    },
    async ({ actor, body }) => {
      const { instructions } = parseSemanticPatch(body).patch;
      const { done, errors } = await updateMembers(deps, { actor, instructions });
      return { members: [...done], errors: errors.map((error) => ({ ...error })) };
    },
  );

  app.get(
    '/members/:memberId',
    {
      schema: {
        summary: 'Get a member',
        tags,
        params: MemberParams,
        querystring: ExpandQuery,
        response: { 200: MemberRep },
      },
    },
    async ({ actor, params, query }) => {
      const member = await getMember(db, toId(actor, params));
      return toMemberRep(member, await loadView(query.expand));
    },
  );

  app.patch(
    '/members/:memberId',
    {
      schema: {
        summary: 'Change the roles of a member by JSON patch',
        tags,
        params: MemberParams,
        body: Type.Unknown({ description: 'A JSON patch of role, customRoles and roleAttributes' }),
        response: { 200: MemberRep },
      },
    },
    async ({ actor, params, body }) => {
      const patch = parseJsonPatch(body);
      const member = await updateMember(deps, { actor, memberId: toId(actor, params), patch });
      return toMemberRep(member, await loadView('roleAttributes'));
    },
  );

  app.delete(
    '/members/:memberId',
    { schema: { summary: 'Delete a member', tags, params: MemberParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteMember(deps, { actor, memberId: toId(actor, params) });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/members/:memberId/teams',
    {
      schema: {
        summary: 'Add a member to teams',
        tags,
        params: MemberParams,
        body: Type.Object({ teamKeys: Type.Array(Type.String()) }),
        response: { 201: MemberRep },
      },
    },
    async ({ actor, params, body }, reply) => {
      const { teamKeys } = body;
      const member = await addMemberToTeams(deps, { actor, memberId: toId(actor, params), teamKeys });
      return reply.code(201).send(toMemberRep(member, await loadView(undefined)));
    },
  );

  async function loadView(expand: string | undefined): Promise<MemberView> {
    const roles = await customRoles.list(db, {});
    return {
      expand: new Set(expand?.split(',')),
      teams: await listTeams(db),
      roles: new Map(roles.map((role) => [role.id, role])),
    };
  }
}

const toId = (actor: Caller, { memberId }: Static<typeof MemberParams>) =>
  memberId === 'me' ? actor.member.id : memberId;

function toMemberFilter({ filter }: Static<typeof ListQuery>): MemberFilter {
  const fields = parseFilter(filter, ['query', 'role', 'id', 'email', 'team', 'noteam', 'lastSeen']);
  const { lastSeen } = fields;
  const hasNoTeam = toBoolean('noteam', fields.noteam);
  return {
    query: fields.query,
    roles: fields.role?.split('|'),
    ids: fields.id?.split('|'),
    emails: fields.email?.split('|'),
    teamKey: fields.team,
    hasTeam: hasNoTeam === undefined ? undefined : !hasNoTeam,
    notSeenSince: lastSeen === undefined ? undefined : readLastSeen(parseObject('lastSeen', lastSeen)),
  };
}

/** A filter's value that is a JSON object. @throws InvalidRequest */
function parseObject(field: string, text: string): Fields {
  try {
    return new Fields(JSON.parse(text), `filter: ${field}.`);
  } catch {
    throw new InvalidRequest(`filter: expected a JSON object for ${field}, got ${show(text)}`);
  }
}

function compareBy(sorts: readonly Sort<'displayName' | 'lastSeen'>[]): (left: Member, right: Member) => number {
  return (left, right) => {
    for (const { by, sign } of sorts) {
      const order =
        by === 'lastSeen'
          ? (left.lastSeenAt ?? 0) - (right.lastSeenAt ?? 0)
          : displayName(left).localeCompare(displayName(right));
      if (order !== 0) return sign * order;
    }
    return left.createdAt - right.createdAt || left.id.localeCompare(right.id);
  };
}
