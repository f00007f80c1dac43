import { type Static, Type } from 'typebox';
import { Links, UnixMillis } from './common.ts';

const entry = {
  _links: Links,
  _id: Type.String(),
  _accountId: Type.String(),
  date: UnixMillis,
  accesses: Type.Array(Type.Object({ action: Type.String(), resource: Type.String() })),
  kind: Type.String({ description: 'Type of the resource' }),
  name: Type.String({ description: 'Name of the resource at that time' }),
  description: Type.String({ description: 'What changed, as a list in Markdown' }),
  shortDescription: Type.String(),
  comment: Type.Optional(Type.String()),
  subject: Type.Optional(Type.Object({ _links: Links, name: Type.String(), avatarUrl: Type.String() })),
  member: Type.Optional(
    Type.Object({
      _links: Links,
      _id: Type.String(),
      email: Type.String(),
      firstName: Type.Optional(Type.String()),
      lastName: Type.Optional(Type.String()),
    }),
  ),
  token: Type.Optional(
    Type.Object({
      _links: Links,
      _id: Type.String(),
      name: Type.String(),
      ending: Type.String(),
      serviceToken: Type.Boolean(),
    }),
  ),
  titleVerb: Type.String(),
  title: Type.String({ description: 'Who did what, in Markdown' }),
  target: Type.Object({ _links: Links, name: Type.String(), resources: Type.Array(Type.String()) }),
  parent: Type.Optional(Type.Object({ _links: Links, name: Type.String(), resource: Type.String() })),
};

/** An entry as lists show it. */
export const AuditEntrySummary = Type.Object(entry, { description: 'A change' });
export type AuditEntrySummary = Static<typeof AuditEntrySummary>;

export const AuditEntryRep = Type.Object(
  {
    ...entry,
    delta: Type.Optional(Type.Unknown({ description: 'The JSON patch from one state to the other' })),
    previousVersion: Type.Optional(Type.Unknown({ description: 'The resource before' })),
    currentVersion: Type.Optional(Type.Unknown({ description: 'The resource after' })),
    subentries: Type.Array(AuditEntrySummary),
  },
  { description: 'A change with the states before and after' },
);
export type AuditEntryRep = Static<typeof AuditEntryRep>;

export const AuditLogCollection = Type.Object({ _links: Links, items: Type.Array(AuditEntrySummary) });

export const AuditLogCounts = Type.Object({
  buckets: Type.Array(Type.Object({ timestamp: UnixMillis, count: Type.Integer() })),
  totalCount: Type.Integer(),
  bucketIntervalMs: Type.Integer(),
});
