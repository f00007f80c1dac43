import { getAccountId } from '../../store/account.ts';
import type { Deps } from '../../operations/write.ts';
import { CallerIdentityRep, RootRep, VersionsRep } from '../../wire/rest/other.ts';
import { LATEST_VERSION, VALID_VERSIONS } from '../api-version.ts';
import type { RestApp } from '../app.ts';
import { apiLink } from '../links.ts';

/** The root, who calls, and which versions there are. */
export function otherRoutes(app: RestApp, { database }: Deps): void {
  const tags = ['Other'];

  app.get('/', { schema: { summary: 'What the API has to offer', tags, response: { 200: RootRep } } }, () => ({
    links: {
      self: { href: '/api/v2', type: 'application/json' },
      projects: apiLink('projects'),
      'caller-identity': apiLink('caller-identity'),
      versions: apiLink('versions'),
      openapi: apiLink('openapi.json'),
    },
  }));

  app.get(
    '/caller-identity',
    { schema: { summary: 'Who calls', tags, response: { 200: CallerIdentityRep } } },
    async ({ actor }) => ({
      accountId: await getAccountId(database.db),
      ...(actor.kind === 'token'
        ? {
            authKind: 'token',
            tokenKind: 'auth',
            tokenId: actor.tokenId,
            tokenName: actor.tokenName,
            serviceToken: actor.isServiceToken,
          }
        : { authKind: 'session' }),
      memberId: actor.member.id,
      scopes: [],
    }),
  );

  app.get(
    '/versions',
    { schema: { summary: 'Versions of the API', tags, response: { 200: VersionsRep } } },
    ({ apiVersion }) => ({
      validVersions: [...VALID_VERSIONS],
      latestVersion: LATEST_VERSION,
      currentVersion: apiVersion.version,
      beta: apiVersion.isBeta,
    }),
  );
}
