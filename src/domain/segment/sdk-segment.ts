import type { SdkClause, SdkSegment } from '../evaluation/sdk-model.ts';
import { portableReference } from '../flag/attribute-name.ts';
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

/**
 * Some SDKs take contexts without the kind into a share. A condition of our own, that the kind is there, stands before
 * the others and keeps these out everywhere (docs/wire/sdk.md, "Where SDKs disagree").
 */
function sdkRule({ id, clauses, weight, rolloutContextKind, bucketBy }: SegmentRule): SdkSegment['rules'][number] {
  const kind = rolloutContextKind ?? 'user';
  const own = clauses.map(sdkClause);
  return {
    id,
    clauses: weight === undefined ? own : [isOfKind(kind), ...own],
    ...(weight !== undefined && { weight, rolloutContextKind: kind }),
    ...(bucketBy !== undefined && { bucketBy: portableReference(bucketBy) }),
  };
}

const isOfKind = (kind: string): SdkClause => ({
  contextKind: kind,
  attribute: 'kind',
  op: 'in',
  values: [kind],
  negate: false,
});
