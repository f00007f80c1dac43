import { type Static, Type } from 'typebox';
import { Links, PageQuery, UnixMillis } from './common.ts';

export const ConnectedSdksQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Optional(
    Type.String({ description: 'kind:server, kind:mobile or kind:browser; application:key; commas mean and' }),
  ),
});

export const ConnectedGroup = Type.Object(
  {
    kind: Type.Union([Type.Literal('server'), Type.Literal('mobile'), Type.Literal('browser')]),
    sdk: Type.Optional(Type.Object({ name: Type.String(), version: Type.String() })),
    application: Type.Optional(Type.Object({ key: Type.String(), version: Type.Optional(Type.String()) })),
    payloadVersion: Type.Integer({ description: 'The newest state that they have been sent whole; 0 for none yet' }),
    streams: Type.Integer(),
    instances: Type.Integer({ description: 'Instances of SDKs that the streams belong to' }),
    behindSince: Type.Optional(UnixMillis),
  },
  { description: 'Streams of SDKs that are alike and have been sent the same' },
);
export type ConnectedGroup = Static<typeof ConnectedGroup>;

/** Milliseconds as the upper end of a class; null beyond the last one, and where nothing was delivered. */
const Latency = Type.Union([Type.Integer(), Type.Null()]);

export const ConnectedChange = Type.Object(
  {
    payloadVersion: Type.Integer(),
    heardAt: UnixMillis,
    delivered: Type.Integer({ description: 'Streams that were open and got it' }),
    p50Ms: Latency,
    p99Ms: Latency,
    streams: Type.Integer({ description: 'Streams that are open and have it' }),
    behind: Type.Integer({ description: 'Streams that are open and have it not' }),
  },
  { description: 'How long a change took to get to SDKs, and how many have it' },
);
export type ConnectedChange = Static<typeof ConnectedChange>;

export const ConnectedSdksRep = Type.Object(
  {
    _links: Links,
    payloadVersion: Type.Integer({ description: 'The newest state of the environment' }),
    reportedAt: Type.Optional(UnixMillis),
    totals: Type.Object({
      streams: Type.Integer(),
      instances: Type.Integer(),
      behind: Type.Integer({ description: 'Streams that have not been sent the newest state whole' }),
      byKind: Type.Object({ server: Type.Integer(), mobile: Type.Integer(), browser: Type.Integer() }),
    }),
    totalCount: Type.Integer({ description: 'Groups that match the filter' }),
    items: Type.Array(ConnectedGroup),
    behind: Type.Array(ConnectedGroup, { description: 'Those that lack a change, the longest first' }),
    changes: Type.Array(ConnectedChange, { description: 'The newest first' }),
  },
  { description: 'Which SDKs are connected to an environment, and what they have been sent' },
);
