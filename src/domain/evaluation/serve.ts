import { compileBucket, FULL_WEIGHT } from './bucket.ts';
import type { Context } from './context.ts';
import { type Evaluation, MALFORMED, type ServeReason, serving } from './evaluation.ts';
import type { SdkFlag, SdkRollout, SdkServe } from './sdk-model.ts';

/** What a rule, or the rest of a flag, serves to a context. */
export type Serve = (context: Context) => Evaluation;

/** A share of a rollout. */
interface Share {
  /** Where it ends, from 0 to 1. */
  readonly end: number;
  /** For contexts whose place is known. */
  readonly placed: Evaluation;
  /** For contexts that have none: they are no part of an experiment. */
  readonly unplaced: Evaluation;
}

/** Works out, once, all that can be served for a reason: a variation, or one of those of a rollout. */
export function compileServe(flag: SdkFlag, { variation, rollout }: SdkServe, reason: ServeReason): Serve {
  if (variation !== undefined) {
    const always = serving(flag, variation, reason);
    return () => always;
  }
  return rollout ? compileRollout(flag, rollout, reason) : () => MALFORMED;
}

/**
 * Contexts of which nothing can be told fall into the first share, and what is beyond all shares belongs to the last
 * (docs/wire/sdk.md, "Rollouts").
 */
function compileRollout(flag: SdkFlag, rollout: SdkRollout, reason: ServeReason): Serve {
  const { kind, contextKind, bucketBy, seed } = rollout;
  const bucketOf = compileBucket({
    contextKind,
    bucketBy: kind === 'experiment' ? undefined : bucketBy,
    prefix: seed === undefined ? `${flag.key}.${flag.salt}` : String(seed),
  });
  const shares = compileShares(flag, rollout, reason);
  return (context) => {
    const bucket = bucketOf(context);
    if (bucket === 'malformed') return MALFORMED;
    if (bucket === 'missing') return shareAt(shares, 0)?.unplaced ?? MALFORMED;
    return shareAt(shares, bucket)?.placed ?? MALFORMED;
  };
}

function compileShares(flag: SdkFlag, { kind, variations }: SdkRollout, reason: ServeReason): readonly Share[] {
  let end = 0;
  return variations.map(({ variation, weight, untracked }) => {
    end += weight / FULL_WEIGHT;
    const unplaced = serving(flag, variation, reason);
    const isInExperiment = kind === 'experiment' && untracked !== true;
    const placed = isInExperiment ? serving(flag, variation, { ...reason, inExperiment: true }) : unplaced;
    return { end, placed, unplaced };
  });
}

function shareAt(shares: readonly Share[], place: number): Share | undefined {
  for (const share of shares) if (place < share.end) return share;
  return shares.at(-1);
}
