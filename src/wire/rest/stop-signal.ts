import { Type } from 'typebox';

export const StopSignalPost = Type.Object(
  {
    reason: Type.Optional(Type.String({ description: 'Why; needed without alerts' })),
    flagKey: Type.Optional(Type.String({ description: 'The flag whose rollouts are meant; all of them when absent' })),
    alerts: Type.Optional(Type.Array(Type.Unknown(), { description: 'As Alertmanager posts them, version 4' })),
  },
  { additionalProperties: true, description: 'Why rollouts are to be taken back' },
);

export const StopSignalRep = Type.Object(
  {
    totalCount: Type.Integer(),
    items: Type.Array(
      Type.Object({
        flagKey: Type.String(),
        rolloutId: Type.String(),
        status: Type.String(),
        reason: Type.String(),
      }),
    ),
  },
  { description: 'The rollouts that were taken back' },
);
