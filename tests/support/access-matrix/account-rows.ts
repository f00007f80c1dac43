import { BETA } from '../headers.ts';
import { deletersOf, OF_ADMINS, ROLES } from './roles.ts';
import { type Fixture, json, type Row, semantic, upload } from './row.ts';

/** Nobody listens there, so that a test of it ends at once. */
const WEBHOOK = { url: 'http://127.0.0.1:9/', sign: false, on: false };
const addWebhook = async ({ send }: Fixture): Promise<string> =>
  (await send({ method: 'POST', path: 'webhooks', body: WEBHOOK }))._id;

/** Operations on roles, teams, members, tokens, webhooks and the audit log. */
export const ACCOUNT_ROWS: readonly Row[] = [
  {
    name: 'create a role',
    may: OF_ADMINS,
    request: ({ spare }) => ({ method: 'POST', path: 'roles', body: { key: `new-${spare}`, name: 'New', policy: [] } }),
  },
  {
    name: 'change a role',
    may: OF_ADMINS,
    request: ({ spare }) => ({ method: 'PATCH', path: `roles/${spare}`, body: { name: 'Other' } }),
  },
  {
    name: 'delete a role',
    may: deletersOf(OF_ADMINS),
    request: ({ spare }) => ({ method: 'DELETE', path: `roles/${spare}` }),
  },
  {
    name: 'create a team',
    may: OF_ADMINS,
    request: ({ spare }) => ({ method: 'POST', path: 'teams', body: { key: `new-${spare}`, name: 'New' } }),
  },
  {
    name: 'rename a team',
    may: OF_ADMINS,
    request: ({ spare }) => ({ ...semantic('', { kind: 'updateName', value: 'Other' }), path: `teams/${spare}` }),
  },
  {
    name: 'delete a team',
    may: deletersOf(OF_ADMINS),
    request: ({ spare }) => ({ method: 'DELETE', path: `teams/${spare}` }),
  },
  {
    name: 'invite a member',
    may: ['admin', 'keeper', 'careful'],
    request: ({ spare }) => ({
      method: 'POST',
      path: 'members',
      body: [{ email: `new-${spare}@x.org`, role: 'reader' }],
    }),
  },
  {
    name: 'change the role of a member',
    may: OF_ADMINS,
    request: ({ memberId }) => ({ ...json('/role', 'writer'), path: `members/${memberId}` }),
  },
  {
    name: 'delete a member',
    may: deletersOf(OF_ADMINS),
    request: ({ memberId }) => ({ method: 'DELETE', path: `members/${memberId}` }),
  },
  {
    name: 'create a service token',
    may: OF_ADMINS,
    request: () => ({ method: 'POST', path: 'tokens', body: { role: 'reader', serviceToken: true } }),
  },
  {
    name: 'rename a service token',
    may: OF_ADMINS,
    request: ({ tokenId }) => ({ ...json('/name', 'Other'), path: `tokens/${tokenId}` }),
  },
  {
    name: 'reset a service token',
    may: OF_ADMINS,
    request: ({ tokenId }) => ({ method: 'POST', path: `tokens/${tokenId}/reset` }),
  },
  {
    name: 'delete a service token',
    may: deletersOf(OF_ADMINS),
    request: ({ tokenId }) => ({ method: 'DELETE', path: `tokens/${tokenId}` }),
  },
  {
    name: 'change the roles of many members',
    may: OF_ADMINS,
    isBulk: true,
    request: ({ memberId }) => ({
      method: 'PATCH',
      path: 'members',
      body: { instructions: [{ kind: 'replaceMembersRoles', value: 'writer', memberIDs: [memberId] }] },
    }),
  },
  {
    name: 'add a member to a team',
    may: OF_ADMINS,
    request: ({ memberId, spare }) => ({
      method: 'POST',
      path: `members/${memberId}/teams`,
      body: { teamKeys: [spare] },
    }),
  },
  {
    name: 'add many members to many teams',
    may: OF_ADMINS,
    isBulk: true,
    request: ({ memberId, spare }) => ({
      method: 'PATCH',
      path: 'teams',
      headers: BETA,
      body: { instructions: [{ kind: 'addMembersToTeams', memberIDs: [memberId], teamKeys: [spare] }] },
    }),
  },
  {
    name: 'import the members of a team',
    may: OF_ADMINS,
    request: ({ spare }) => ({ method: 'POST', path: `teams/${spare}/members`, ...upload(`${spare}@x.org`) }),
  },
  {
    name: 'create a webhook',
    may: OF_ADMINS,
    request: () => ({ method: 'POST', path: 'webhooks', body: WEBHOOK }),
  },
  {
    name: 'rename a webhook',
    may: OF_ADMINS,
    given: addWebhook,
    request: (_fixture, id) => ({ ...json('/name', 'Other'), path: `webhooks/${id}` }),
  },
  {
    name: 'test a webhook',
    may: OF_ADMINS,
    leavesNoEntry: true,
    given: addWebhook,
    request: (_fixture, id) => ({ method: 'POST', path: `webhooks/${id}/test` }),
  },
  {
    name: 'delete a webhook',
    may: deletersOf(OF_ADMINS),
    given: addWebhook,
    request: (_fixture, id) => ({ method: 'DELETE', path: `webhooks/${id}` }),
  },
  ...['auditlog', 'auditlog/counts?after=0'].map(
    (path): Row => ({
      name: `search by POST ${path}`,
      may: ROLES,
      leavesNoEntry: true,
      request: () => ({ method: 'POST', path, body: [] }),
    }),
  ),
];
