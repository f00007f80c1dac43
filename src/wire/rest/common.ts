import { type Static, Type } from 'typebox';

export const Link = Type.Object(
  {
    href: Type.String({ description: 'Path of the resource on this host' }),
    type: Type.String({ description: 'Media type: application/json, or text/html for pages' }),
  },
  { description: 'Where a related resource is' },
);
export type Link = Static<typeof Link>;

export const Links = Type.Record(Type.String(), Link, { description: 'Related resources by their role' });
export type Links = Static<typeof Links>;

export const UnixMillis = Type.Integer({ description: 'Unix time in milliseconds' });

/** Every error; `access` and `reason` are there when a role denied the request. */
export const ErrorBody = Type.Object(
  {
    code: Type.String({ description: 'Stable name of the kind of error' }),
    message: Type.String({ description: 'What is wrong, naming the field' }),
    id: Type.Optional(Type.String({ description: 'Id of the request, also in our log' })),
  },
  { additionalProperties: true, description: 'What went wrong' },
);
export type ErrorBody = Static<typeof ErrorBody>;

/** Counts that numbers and both engines can hold. */
const COUNT = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

/** `limit` and `offset` of lists. */
export const PageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ ...COUNT, description: 'Most items to return; 20 when absent or 0' })),
  offset: Type.Optional(Type.Integer({ ...COUNT, description: 'Items to pass over; 0 when absent' })),
});
export type PageQuery = Static<typeof PageQuery>;

export const MemberSummary = Type.Object(
  {
    _links: Links,
    _id: Type.String(),
    role: Type.String({ description: 'Base role' }),
    email: Type.String(),
    firstName: Type.Optional(Type.String()),
    lastName: Type.Optional(Type.String()),
  },
  { description: 'A member as other resources show it' },
);
export type MemberSummary = Static<typeof MemberSummary>;

export const TeamSummary = Type.Object(
  { key: Type.String(), name: Type.String(), _links: Links },
  { description: 'A team as other resources show it' },
);

export const ClientSideAvailability = Type.Object(
  {
    usingEnvironmentId: Type.Boolean({ description: 'Available to browser SDKs, by client-side ID' }),
    usingMobileKey: Type.Boolean({ description: 'Available to mobile SDKs, by mobile key' }),
  },
  { description: 'Which client-side SDKs receive a flag' },
);

export const ProjectParams = Type.Object({ projectKey: Type.String({ description: 'The project key' }) });

/** A path of `parameters` below a project. */
export const EnvironmentParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
});
