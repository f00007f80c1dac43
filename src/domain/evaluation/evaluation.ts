import type { Json } from '../json.ts';
import type { SdkFlag } from './sdk-model.ts';

/** Why a value is served, as SDKs tell it (docs/wire/sdk.md, "Evaluation"). */
export type Reason =
  | { readonly kind: 'OFF' | 'TARGET_MATCH' }
  | ServeReason
  | { readonly kind: 'PREREQUISITE_FAILED'; readonly prerequisiteKey: string }
  | { readonly kind: 'ERROR'; readonly errorKind: 'MALFORMED_FLAG' };

/** The reasons of what may be served by shares. */
export type ServeReason =
  | { readonly kind: 'FALLTHROUGH'; readonly inExperiment?: true }
  | { readonly kind: 'RULE_MATCH'; readonly ruleIndex: number; readonly ruleId: string; readonly inExperiment?: true };

/** What a flag serves to a context. */
export interface Evaluation {
  /** `null` where callers get their own default. */
  readonly value: Json;
  readonly variationIndex: number | null;
  readonly reason: Reason;
}

/** What a flag serves that is broken. */
export const MALFORMED: Evaluation = {
  value: null,
  variationIndex: null,
  reason: { kind: 'ERROR', errorKind: 'MALFORMED_FLAG' },
};

/** A variation of a flag, served for a reason. */
export function serving({ variations }: SdkFlag, variationIndex: number, reason: Reason): Evaluation {
  const value = variations[variationIndex];
  return value === undefined ? MALFORMED : { value, variationIndex, reason };
}
