import { type Static, Type } from 'typebox';
import { AccessRep } from './access.ts';

const Keys = Type.Array(Type.String());

const Stages = Type.Array(
  Type.Object({
    allocation: Type.Integer({ description: 'Thousandths of a percent' }),
    durationMillis: Type.Integer(),
  }),
);
const ProgressiveConfig = Type.Object({
  rolloutContextKindKey: Type.Optional(Type.String()),
  stages: Type.Optional(Stages),
});
export const ReleasePolicyRep = Type.Object(
  {
    _id: Type.String(),
    _access: Type.Optional(AccessRep),
    key: Type.String(),
    name: Type.String(),
    rank: Type.Integer({ description: 'From 1, in the order in which policies are tried; the default one is last' }),
    releaseMethod: Type.String({ description: 'guarded-release or progressive-release' }),
    scope: Type.Optional(
      Type.Object({
        environmentKeys: Type.Optional(Keys),
        flagTagKeys: Type.Optional(Keys),
        viewKeys: Type.Optional(Keys),
      }),
    ),
    guardedReleaseConfig: Type.Optional(
      Type.Object({
        ...ProgressiveConfig.properties,
        minSampleSize: Type.Optional(Type.Integer()),
        rollbackOnRegression: Type.Optional(Type.Boolean()),
        metricKeys: Type.Optional(Keys),
        metricGroupKeys: Type.Optional(Keys),
      }),
    ),
    progressiveReleaseConfig: Type.Optional(ProgressiveConfig),
  },
  { description: 'How flags are preferably released' },
);
export type ReleasePolicyRep = Static<typeof ReleasePolicyRep>;

export const ReleasePolicyCollection = Type.Object({ totalCount: Type.Integer(), items: Type.Array(ReleasePolicyRep) });
