import { Type } from 'typebox';
import { Links, UnixMillis } from './common.ts';

export const ScheduledChangePost = Type.Object(
  {
    executionDate: UnixMillis,
    instructions: Type.Array(Type.Unknown(), { description: 'Of a semantic patch of the flag' }),
    comment: Type.Optional(Type.String()),
  },
  { description: 'A change for a time to come' },
);

export const ScheduledChangeRep = Type.Object(
  {
    _links: Links,
    _id: Type.String(),
    _creationDate: UnixMillis,
    _maintainerId: Type.String(),
    _version: Type.Integer(),
    executionDate: UnixMillis,
    instructions: Type.Array(Type.Unknown()),
    conflicts: Type.Optional(Type.Array(Type.Object({ instruction: Type.Unknown(), reason: Type.String() }))),
  },
  { description: 'A planned change of a flag' },
);

export const ScheduledChangeCollection = Type.Object({ _links: Links, items: Type.Array(ScheduledChangeRep) });
