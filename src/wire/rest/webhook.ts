import { type Static, Type } from 'typebox';
import { AccessRep, PolicyPost, StatementRep } from './access.ts';
import { Links, UnixMillis } from './common.ts';

export const WebhookPost = Type.Object(
  {
    url: Type.String(),
    sign: Type.Boolean({ description: 'Whether to sign; a secret is made up if there is none' }),
    on: Type.Boolean(),
    name: Type.Optional(Type.String()),
    secret: Type.Optional(Type.String()),
    statements: Type.Optional(PolicyPost),
    tags: Type.Optional(Type.Array(Type.String())),
  },
  { description: 'An address to tell of changes' },
);

export const WebhookRep = Type.Object(
  {
    _links: Links,
    _id: Type.String(),
    url: Type.String(),
    on: Type.Boolean(),
    tags: Type.Array(Type.String()),
    name: Type.Optional(Type.String()),
    secret: Type.Optional(Type.String()),
    statements: Type.Optional(Type.Array(StatementRep)),
    _access: Type.Optional(AccessRep),
  },
  { description: 'An address that is told of changes' },
);

export type WebhookRep = Static<typeof WebhookRep>;

export const DeliveryRep = Type.Object({
  _links: Links,
  _id: Type.String(),
  creationDate: UnixMillis,
  state: Type.String({ description: 'waiting, delivered or failed' }),
  nextAttempt: Type.Optional(UnixMillis),
  attempts: Type.Array(
    Type.Object({
      date: UnixMillis,
      status: Type.Optional(Type.Integer()),
      error: Type.Optional(Type.String()),
      durationMs: Type.Integer(),
    }),
  ),
});

export type DeliveryRep = Static<typeof DeliveryRep>;

export const DeliveryCollection = Type.Object({
  _links: Links,
  totalCount: Type.Integer(),
  items: Type.Array(DeliveryRep),
});
export const TestRep = Type.Object({ status: Type.Optional(Type.Integer()), error: Type.Optional(Type.String()) });
