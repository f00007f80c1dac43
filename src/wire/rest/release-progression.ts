import { type Static, Type } from 'typebox';
import { Links, UnixMillis } from './common.ts';

const Progression = Type.Object({
  _createdAt: UnixMillis,
  _completedAt: Type.Optional(UnixMillis),
  flagKey: Type.String(),
  activePhaseId: Type.Optional(Type.String({ description: 'The first phase that is not complete' })),
  _links: Links,
});

export const ProgressionCollection = Type.Object(
  {
    activeCount: Type.Integer({ description: 'Of the whole pipeline, as the other counts' }),
    completedCount: Type.Integer(),
    totalCount: Type.Integer({ description: 'Active and completed releases' }),
    items: Type.Array(Progression),
    phases: Type.Array(
      Type.Object({
        _id: Type.String(),
        name: Type.String(),
        releaseCount: Type.Integer({ description: 'Active releases in this phase' }),
      }),
    ),
    _links: Links,
  },
  { description: 'How far the releases of a pipeline have come' },
);
export type ProgressionCollection = Static<typeof ProgressionCollection>;
