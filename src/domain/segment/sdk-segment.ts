import type { SdkSegment } from '../evaluation/sdk-model.ts';
import { sdkClause } from '../flag/sdk-flag.ts';
import { keysOf, type Segment, type SegmentRule, type SegmentTarget } from './segment.ts';

/** The segment as SDKs receive it. */
export function toSdkSegment(segment: Segment): SdkSegment {
  const { unboundedContextKind } = segment;
  return {
    key: segment.key,
    version: segment.version,
    included: keysOf(segment.included, 'user'),
    excluded: keysOf(segment.excluded, 'user'),
    includedContexts: otherKinds(segment.included),
    excludedContexts: otherKinds(segment.excluded),
    rules: segment.rules.map(sdkRule),
    salt: segment.salt,
    ...(segment.isUnbounded && { unbounded: true, unboundedContextKind: unboundedContextKind ?? 'user' }),
    generation: segment.generation,
    deleted: false,
  };
}

const otherKinds = (targets: readonly SegmentTarget[]) => targets.filter(({ contextKind }) => contextKind !== 'user');

function sdkRule({ id, clauses, weight, rolloutContextKind, bucketBy }: SegmentRule): SdkSegment['rules'][number] {
  return {
    id,
    clauses: clauses.map(sdkClause),
    ...(weight !== undefined && { weight, rolloutContextKind: rolloutContextKind ?? 'user' }),
    ...(bucketBy !== undefined && { bucketBy }),
  };
}
