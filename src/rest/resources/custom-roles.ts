import { Type } from 'typebox';
import { type CustomRole, ROLE_ACTIONS } from '../../domain/access/custom-role.ts';
import { specifier } from '../../domain/access/resource.ts';
import { createCustomRole, deleteCustomRole, updateCustomRole } from '../../operations/account/custom-roles.ts';
import type { Deps } from '../../operations/write.ts';
import { listMembers } from '../../store/members.ts';
import { customRoles, getCustomRole } from '../../store/roles.ts';
import { listTeams } from '../../store/teams.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { CustomRoleCollection, CustomRolePost, CustomRoleRep } from '../../wire/rest/account.ts';
import { PageQuery } from '../../wire/rest/common.ts';
import type { RestApp } from '../app.ts';
import { cutPage, pageLinks, toPageSince } from '../paging.ts';
import { parseDocumentPatch } from '../patch-body.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { type RoleView, toCustomRoleRep } from '../representations/custom-role.ts';

const RoleParams = Type.Object({ roleKey: Type.String({ description: 'Key or id of the role' }) });
const ListQuery = Type.Object({ ...PageQuery.properties, ...ExpandQuery.properties });

/** Custom roles: list, create, read, patch, delete. */
export function customRoleRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Custom roles'];

  app.get(
    '/roles',
    { schema: { summary: 'List custom roles', tags, querystring: ListQuery, response: { 200: CustomRoleCollection } } },
    async ({ actor, apiVersion, query, url }) => {
      const roles = await customRoles.list(db, {});
      const page = toPageSince(20240415, apiVersion, query);
      const count = await countBearers();
      return {
        _links: pageLinks(url, page, roles.length),
        totalCount: roles.length,
        items: cutPage(roles, page).map((role) =>
          toCustomRoleRep(role, {
            ...count(role),
            ...(wantsAccess(query.expand) && { access: accessTo(actor, role) }),
          }),
        ),
      };
    },
  );

  app.post(
    '/roles',
    { schema: { summary: 'Create a custom role', tags, body: CustomRolePost, response: { 201: CustomRoleRep } } },
    async ({ actor, body }, reply) => {
      const role = await createCustomRole(deps, { actor, role: body });
      return reply.code(201).send(toCustomRoleRep(role, { membersCount: 0, teamsCount: 0 }));
    },
  );

  app.get(
    '/roles/:roleKey',
    {
      schema: {
        summary: 'Get a custom role',
        tags,
        params: RoleParams,
        querystring: ExpandQuery,
        response: { 200: CustomRoleRep },
      },
    },
    async ({ actor, params, query }) => {
      const role = await getCustomRole(db, params.roleKey);
      const access = wantsAccess(query.expand) ? { access: accessTo(actor, role) } : {};
      return toCustomRoleRep(role, { ...(await countBearers())(role), ...access });
    },
  );

  app.patch(
    '/roles/:roleKey',
    {
      schema: {
        summary: 'Update a custom role by JSON patch or merge patch',
        tags,
        params: RoleParams,
        body: Type.Unknown({ description: 'A patch' }),
        response: { 200: CustomRoleRep },
      },
    },
    async ({ actor, params, headers, body }) => {
      const patch = parseDocumentPatch(headers['content-type'], body);
      const role = await updateCustomRole(deps, { actor, keyOrId: params.roleKey, ...patch });
      return toCustomRoleRep(role, (await countBearers())(role));
    },
  );

  app.delete(
    '/roles/:roleKey',
    { schema: { summary: 'Delete a custom role', tags, params: RoleParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteCustomRole(deps, { actor, keyOrId: params.roleKey });
      return reply.code(204).send(null);
    },
  );

  /** Tells of any role how many bear it. */
  async function countBearers(): Promise<(role: CustomRole) => RoleView> {
    const [members, teams] = [await listMembers(db), await listTeams(db)];
    return ({ id }) => {
      const bears = ({ customRoleIds }: { readonly customRoleIds: readonly string[] }) => customRoleIds.includes(id);
      return { membersCount: members.filter(bears).length, teamsCount: teams.filter(bears).length };
    };
  }
}

function accessTo(actor: Parameters<typeof toAccessRep>[0], role: CustomRole) {
  return toAccessRep(actor, specifier.inAccount('role', role), [...Object.values(ROLE_ACTIONS), 'deleteRole']);
}
