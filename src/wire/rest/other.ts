import { Type } from 'typebox';
import { Link } from './common.ts';

/** What the API has to offer. This one resource spells `links` without an underscore. */
export const RootRep = Type.Object({ links: Type.Record(Type.String(), Link) });

export const CallerIdentityRep = Type.Object(
  {
    accountId: Type.String(),
    authKind: Type.String({ description: 'token or session' }),
    tokenKind: Type.Optional(Type.String({ description: 'auth' })),
    tokenId: Type.Optional(Type.String()),
    tokenName: Type.Optional(Type.String()),
    memberId: Type.String({ description: 'Owner of a personal token, creator of a service token' }),
    serviceToken: Type.Optional(Type.Boolean()),
    scopes: Type.Array(Type.String()),
  },
  { description: 'Who calls' },
);

export const VersionsRep = Type.Object({
  validVersions: Type.Array(Type.Integer()),
  latestVersion: Type.Integer(),
  currentVersion: Type.Integer({ description: 'The version of this request' }),
  beta: Type.Boolean({ description: 'Whether this request may use beta resources' }),
});
