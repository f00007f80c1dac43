import { type Static, Type } from 'typebox';
import { Links } from './common.ts';

export const UsageQuery = Type.Object({
  from: Type.Optional(Type.String({ description: 'Unix milliseconds; 30 days ago when absent' })),
  to: Type.Optional(Type.String({ description: 'Unix milliseconds; now when absent' })),
  tz: Type.Optional(
    Type.String({ description: 'Time zone in which days begin, such as Europe/Berlin; UTC when absent' }),
  ),
});
export type UsageQuery = Static<typeof UsageQuery>;

export const EvaluationUsage = Type.Object(
  {
    _links: Links,
    metadata: Type.Array(
      Type.Object({
        variation: Type.Optional(
          Type.Integer({ description: 'Index of the variation; absent for the default of code' }),
        ),
        name: Type.Optional(Type.String()),
        value: Type.Optional(Type.Unknown()),
      }),
      { description: 'What the members 0, 1 and so on of each slice count' },
    ),
    series: Type.Array(Type.Record(Type.String(), Type.Integer()), {
      description: 'Slices of time by when they begin, `time`, with how often each variation was served',
    }),
  },
  { description: 'How often a flag was evaluated' },
);
export type EvaluationUsage = Static<typeof EvaluationUsage>;
