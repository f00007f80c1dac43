import { Type } from 'typebox';
import {
  createAccessToken,
  deleteAccessToken,
  getVisibleToken,
  resetAccessToken,
  updateAccessToken,
  visibleTokens,
} from '../../operations/account/access-tokens.ts';
import type { AccessToken } from '../../domain/access/token.ts';
import type { Deps } from '../../operations/write.ts';
import { getAccountId } from '../../store/account.ts';
import { findMembers } from '../../store/members.ts';
import { AccessTokenCollection, AccessTokenPost, AccessTokenRep } from '../../wire/rest/account.ts';
import { PageQuery } from '../../wire/rest/common.ts';
import { VALID_VERSIONS } from '../api-version.ts';
import type { RestApp } from '../app.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { toAccessTokenRep } from '../representations/access-token.ts';

const TokenParams = Type.Object({ tokenId: Type.String({ description: 'Id of the token' }) });
const ListQuery = Type.Object({
  ...PageQuery.properties,
  showAll: Type.Optional(Type.Boolean({ description: "For admins: everybody's personal tokens too" })),
});
const ResetQuery = Type.Object({
  expiry: Type.Optional(Type.Integer({ description: 'Until when the former secret works, in Unix milliseconds' })),
});
const DEFAULT_LIMIT = 25;

/** Access tokens: list, create, read, JSON patch, delete, reset. */
export function accessTokenRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Access tokens'];
  const validVersions = VALID_VERSIONS;

  app.get(
    '/tokens',
    {
      schema: { summary: 'List access tokens', tags, querystring: ListQuery, response: { 200: AccessTokenCollection } },
    },
    async ({ actor, query, url }) => {
      const tokens = await visibleTokens(db, actor, query.showAll ?? false);
      const page = toPage({ ...query, limit: query.limit || DEFAULT_LIMIT });
      const shown = cutPage(tokens, page);
      const view = await loadView(shown);
      return {
        _links: pageLinks(url, page, tokens.length),
        totalCount: tokens.length,
        items: shown.map((token) => toAccessTokenRep(token, view)),
      };
    },
  );

  app.post(
    '/tokens',
    { schema: { summary: 'Create an access token', tags, body: AccessTokenPost, response: { 201: AccessTokenRep } } },
    async ({ actor, body }, reply) => {
      const { token, secret } = await createAccessToken(deps, { actor, token: body, validVersions });
      return reply.code(201).send(toAccessTokenRep(token, { ...(await loadView([token])), secret }));
    },
  );

  app.get(
    '/tokens/:tokenId',
    { schema: { summary: 'Get an access token', tags, params: TokenParams, response: { 200: AccessTokenRep } } },
    async ({ actor, params }) => {
      const token = await getVisibleToken(db, actor, params.tokenId);
      return toAccessTokenRep(token, await loadView([token]));
    },
  );

  app.patch(
    '/tokens/:tokenId',
    {
      schema: {
        summary: 'Update an access token by JSON patch',
        tags,
        params: TokenParams,
        body: Type.Unknown({ description: 'A JSON patch' }),
        response: { 200: AccessTokenRep },
      },
    },
    async ({ actor, params, body }) => {
      const patch = parseJsonPatch(body);
      const token = await updateAccessToken(deps, { actor, id: params.tokenId, patch, validVersions });
      return toAccessTokenRep(token, await loadView([token]));
    },
  );

  app.delete(
    '/tokens/:tokenId',
    { schema: { summary: 'Delete an access token', tags, params: TokenParams, response: { 204: Type.Null() } } },
    async ({ actor, params }, reply) => {
      await deleteAccessToken(deps, { actor, id: params.tokenId });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/tokens/:tokenId/reset',
    {
      schema: {
        summary: 'Give an access token another secret',
        tags,
        params: TokenParams,
        querystring: ResetQuery,
        response: { 200: AccessTokenRep },
      },
    },
    async ({ actor, params, query }) => {
      const { token, secret } = await resetAccessToken(deps, { actor, id: params.tokenId, expiry: query.expiry });
      return toAccessTokenRep(token, { ...(await loadView([token])), secret });
    },
  );

  async function loadView(tokens: readonly AccessToken[]) {
    const members = await findMembers(
      db,
      tokens.map(({ memberId }) => memberId),
    );
    return { accountId: await getAccountId(db), members };
  }
}
