import { type Static, Type } from 'typebox';
import { Links, UnixMillis } from './common.ts';

export const ExpiringTargetParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
});

/** One shape for both flavours of the resource; what only one of them has is optional. */
export const ExpiringTargetRep = Type.Object(
  {
    _id: Type.String(),
    _version: Type.Integer(),
    expirationDate: UnixMillis,
    contextKind: Type.Optional(Type.String({ description: 'Not among expiring user targets' })),
    contextKey: Type.Optional(Type.String({ description: 'Not among expiring user targets' })),
    userKey: Type.Optional(Type.String({ description: 'Among expiring user targets' })),
    variationId: Type.String({ description: 'The variation that the context is targeted to' }),
    _resourceId: Type.Object(
      {
        kind: Type.String({ description: 'flag' }),
        projectKey: Type.String(),
        environmentKey: Type.String(),
        key: Type.String({ description: 'The flag key' }),
        flagKey: Type.String({ description: 'Older name of key' }),
      },
      { description: 'Where the target is' },
    ),
  },
  { description: 'When an individual target ends' },
);
export type ExpiringTargetRep = Static<typeof ExpiringTargetRep>;

export const ExpiringTargetList = Type.Object({ _links: Links, items: Type.Array(ExpiringTargetRep) });

export const ExpiringTargetResults = Type.Object({
  ...ExpiringTargetList.properties,
  totalInstructions: Type.Integer(),
  successfulInstructions: Type.Integer(),
  failedInstructions: Type.Integer(),
  errors: Type.Array(Type.Object({ instructionIndex: Type.Integer(), message: Type.String() })),
});
