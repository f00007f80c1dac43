import { type Static, Type } from 'typebox';
import { Links, UnixMillis } from './common.ts';

const search = {
  filter: Type.Optional(Type.String({ description: '*.name startsWith "Jo", kind anyOf ["user"] …' })),
  sort: Type.Optional(Type.String({ description: 'ts or -ts, the last one seen first; -ts when absent' })),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Most items to return, 50 at the most; 20 when absent' }),
  ),
  continuationToken: Type.Optional(Type.String({ description: 'Where an earlier page ended' })),
};

export const ContextSearchBody = Type.Object(search, {
  additionalProperties: false,
  description: 'What to search for',
});
export const ContextSearchQuery = Type.Object({
  ...search,
  includeTotalCount: Type.Optional(Type.Boolean({ description: 'Whether to count all; true when absent' })),
});
export type ContextSearch = Static<typeof ContextSearchQuery>;

const collection = {
  _links: Links,
  _environmentId: Type.String(),
  totalCount: Type.Optional(Type.Integer()),
  continuationToken: Type.Optional(Type.String()),
};
const record = {
  lastSeen: Type.String({ description: 'RFC 3339' }),
  applicationId: Type.Optional(Type.String()),
  context: Type.Unknown({ description: 'As the SDK wrote it' }),
  _links: Links,
};

export const ContextCollection = Type.Object({ ...collection, items: Type.Array(Type.Object(record)) });

export const ContextInstanceCollection = Type.Object({
  ...collection,
  items: Type.Array(Type.Object({ id: Type.String(), ...record })),
});

export const ContextAttributeNames = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Type.String(),
      names: Type.Array(
        Type.Object({
          name: Type.String({ description: 'A reference, such as /address/city' }),
          weight: Type.Integer({ description: 'How many contexts have it' }),
          redacted: Type.Boolean({ description: 'Whether SDKs have kept values of it back' }),
        }),
      ),
    }),
  ),
});

export const ContextAttributeValues = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Type.String(),
      values: Type.Array(
        Type.Object({ name: Type.Unknown(), weight: Type.Integer({ description: 'How many contexts have it' }) }),
      ),
    }),
  ),
});

export const ContextKindRep = Type.Object({
  _links: Links,
  key: Type.String(),
  name: Type.String(),
  description: Type.String(),
  version: Type.Integer(),
  creationDate: UnixMillis,
  lastModified: UnixMillis,
  lastSeen: Type.Optional(UnixMillis),
  createdFrom: Type.String({ description: 'default, auto-add or manual' }),
  archived: Type.Boolean(),
  hideInTargeting: Type.Boolean({ description: 'The same as archived' }),
});
export type ContextKindRep = Static<typeof ContextKindRep>;

export const ContextKindCollection = Type.Object({ _links: Links, items: Type.Array(ContextKindRep) });

export const ContextKindPut = Type.Object(
  { name: Type.String() },
  { additionalProperties: true, description: 'name, description, archived, version' },
);
export const UpsertRep = Type.Object({ status: Type.String(), _links: Links });

export const SettingPut = Type.Object(
  {
    setting: Type.Optional(Type.Unknown({ description: 'The value of a variation; null or absent for none' })),
    comment: Type.Optional(Type.String()),
  },
  { description: 'What a context is to be served' },
);
