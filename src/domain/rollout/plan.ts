/** A share of the traffic, and how long it lasts. */
export interface RolloutStage {
  /** Thousandths of a percent that are served the target variation. */
  readonly allocation: number;
  readonly durationMillis: number;
}

/** What becomes of a guarded rollout that has seen too little when its time and the extension are over. */
export const UNDECIDED_POLICIES = ['revert', 'hold', 'proceed'] as const;
export type WhenUndecided = (typeof UNDECIDED_POLICIES)[number];

/** A metric by which a rollout is judged. */
export interface PlannedMetric {
  readonly key: string;
  /** Whether a regression takes the rollout back by itself. */
  readonly rollsBack: boolean;
  /** Judged and shown, and never acted upon. */
  readonly isObserved?: true | undefined;
  /** The metric group that it was asked for with. */
  readonly groupKey?: string | undefined;
}

/**
 * What an automated rollout is to do: lead the traffic of a rule, or of the default rule, from one variation to another in
 * stages. It never changes; how far it has come is in the flag (what is served) and in the rollout (what was seen).
 */
export interface RolloutPlan {
  readonly id: string;
  /** `guarded` is watched by metrics, `progressive` goes by time alone. */
  readonly kind: 'guarded' | 'progressive';
  readonly originalVariationId: string;
  readonly targetVariationId: string;
  /** Deals contexts; another one for every rollout, so that a second attempt meets other contexts. */
  readonly seed: number;
  readonly stages: readonly RolloutStage[];
  /** How much longer the last stage may take when too few contexts have come. */
  readonly extensionMillis: number;
  readonly whenUndecided: WhenUndecided;
  readonly metrics: readonly PlannedMetric[];
  /** Least contexts on each side before a metric is judged. */
  readonly minSampleSize: number;
}

const FULL_WEIGHT = 100_000;

/** Most that a guarded rollout gives to the target while it watches: the comparison needs as many on the other side. */
export const MAX_GUARDED_ALLOCATION = 50_000;

/** Part of the traffic: a variation, its share in thousandths of a percent, and whether it is left out of measuring. */
export interface Share {
  readonly variationId: string;
  readonly weightThousandths: number;
  readonly isUntracked?: true;
}

/**
 * How traffic is dealt at an allocation (docs/wire/guarded-rollouts.md, "Traffic"). The target has the end of the scale:
 * as it grows nobody goes from the target back, and nobody who is measured changes sides. The original has the beginning,
 * so that contexts without the kind that is dealt by, which SDKs put there, are served what they were served before.
 */
export function dealTraffic(plan: RolloutPlan, allocation: number): readonly Share[] {
  const { originalVariationId, targetVariationId } = plan;
  const target = { variationId: targetVariationId, weightThousandths: allocation };
  if (plan.kind === 'progressive') {
    return [{ variationId: originalVariationId, weightThousandths: FULL_WEIGHT - allocation }, target];
  }
  return [
    { variationId: originalVariationId, weightThousandths: allocation },
    { variationId: originalVariationId, weightThousandths: FULL_WEIGHT - 2 * allocation, isUntracked: true },
    target,
  ];
}

/** The time that all stages take together, milliseconds. */
export function totalDuration({ stages }: Pick<RolloutPlan, 'stages'>): number {
  return stages.reduce((total, { durationMillis }) => total + durationMillis, 0);
}
