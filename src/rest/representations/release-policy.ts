import type { ProgressiveConfig, ReleasePolicy } from '../../domain/release/release-policy.ts';
import type { ReleasePolicyRep } from '../../wire/rest/release-policy.ts';

/** @param rank the policy's place in the order in which those of its project are tried, from 1 */
export function toReleasePolicyRep(policy: ReleasePolicy, rank: number): ReleasePolicyRep {
  const { scope, guardedReleaseConfig: guarded, progressiveReleaseConfig: progressive } = policy;
  return {
    _id: policy.id,
    key: policy.key,
    name: policy.name,
    rank,
    releaseMethod: policy.releaseMethod,
    ...(scope && {
      scope: {
        ...(scope.environmentKeys && { environmentKeys: [...scope.environmentKeys] }),
        ...(scope.flagTagKeys && { flagTagKeys: [...scope.flagTagKeys] }),
        ...(scope.viewKeys && { viewKeys: [...scope.viewKeys] }),
      },
    }),
    ...(guarded && {
      guardedReleaseConfig: {
        ...toProgressiveRep(guarded),
        ...(guarded.minSampleSize !== undefined && { minSampleSize: guarded.minSampleSize }),
        ...(guarded.rollbackOnRegression !== undefined && { rollbackOnRegression: guarded.rollbackOnRegression }),
        ...(guarded.metricKeys && { metricKeys: [...guarded.metricKeys] }),
        ...(guarded.metricGroupKeys && { metricGroupKeys: [...guarded.metricGroupKeys] }),
      },
    }),
    ...(progressive && { progressiveReleaseConfig: toProgressiveRep(progressive) }),
  };
}

function toProgressiveRep({
  rolloutContextKindKey,
  stages,
}: ProgressiveConfig): NonNullable<ReleasePolicyRep['progressiveReleaseConfig']> {
  return {
    ...(rolloutContextKindKey !== undefined && { rolloutContextKindKey }),
    ...(stages && { stages: stages.map((stage) => ({ ...stage })) }),
  };
}
