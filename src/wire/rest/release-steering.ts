import { type Static, Type } from 'typebox';
import { Links, UnixMillis } from './common.ts';

export const PausePost = Type.Object({
  reason: Type.Optional(Type.String({ maxLength: 1000, description: 'For people to read' })),
});

export const PauseAllPost = Type.Object({
  environmentKey: Type.Optional(Type.String({ description: 'Only releases that have something to do there' })),
  ...PausePost.properties,
});

export const PausedCollection = Type.Object({
  items: Type.Array(Type.Object({ flagKey: Type.String(), releasePipelineKey: Type.String(), _links: Links })),
  totalCount: Type.Integer(),
});

const Wait = Type.Object({
  kind: Type.String({ description: 'start, retry, approval, decision, rollout, bake, gate, resume or engine' }),
  phaseId: Type.Optional(Type.String()),
  audienceId: Type.Optional(Type.String()),
  message: Type.String(),
  environmentKeys: Type.Array(Type.String()),
  action: Type.Optional(Type.String({ description: 'The right that whoever ends the wait needs' })),
  memberIds: Type.Array(Type.String(), { description: 'People who were asked by name' }),
  teamKeys: Type.Array(Type.String()),
  until: Type.Optional(UnixMillis),
  allocation: Type.Optional(Type.Integer({ description: 'Of a rollout, in thousandths of a percent' })),
});

export const ExplanationRep = Type.Object({
  _links: Links,
  state: Type.String({ description: 'active, completed or canceled' }),
  waits: Type.Array(Wait, { description: 'What an active release waits for; never empty then' }),
});
export type ExplanationRep = Static<typeof ExplanationRep>;

export const SimulationPost = Type.Object({
  releasePipelineKey: Type.String(),
  releaseVariationId: Type.Optional(Type.String()),
});

export const SimulationRep = Type.Object({
  steps: Type.Array(
    Type.Object({
      at: UnixMillis,
      kind: Type.String(),
      phaseId: Type.Optional(Type.String()),
      audienceId: Type.Optional(Type.String()),
      environmentKey: Type.Optional(Type.String()),
      needsPerson: Type.Boolean(),
      words: Type.Array(Type.String()),
    }),
  ),
  conflicts: Type.Array(
    Type.Object({ phaseId: Type.String(), audienceId: Type.Optional(Type.String()), message: Type.String() }),
  ),
  completesAt: Type.Optional(UnixMillis),
});
