import type { Json } from '../json.ts';
import type { Evaluation, Reason } from './evaluation.ts';
import type { SdkFlag } from './sdk-model.ts';

/** An evaluated flag in the words of OpenFeature's remote evaluation protocol (docs/wire/ofrep.md). */
export interface OfrepEvaluation {
  readonly key: string;
  /** Absent where code gets its own default. */
  readonly value?: Json;
  readonly reason: 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED';
  /** The position of the variation. */
  readonly variant?: string;
  readonly metadata: { readonly flagVersion: number };
}

/** Why a flag could not be evaluated. */
export interface OfrepFailure {
  readonly key: string;
  readonly errorCode: 'PARSE_ERROR' | 'FLAG_NOT_FOUND';
  readonly errorDetails: string;
}

/** An evaluated flag as OFREP has it. */
export function toOfrep(flag: SdkFlag, { value, variationIndex, reason }: Evaluation): OfrepEvaluation | OfrepFailure {
  const { key, version } = flag;
  if (reason.kind === 'ERROR') return { key, errorCode: 'PARSE_ERROR', errorDetails: 'The flag is malformed' };
  return {
    key,
    ...(variationIndex !== null && { value, variant: String(variationIndex) }),
    reason: toReason(flag, reason),
    metadata: { flagVersion: version },
  };
}

function toReason(flag: SdkFlag, reason: Exclude<Reason, { readonly kind: 'ERROR' }>): OfrepEvaluation['reason'] {
  switch (reason.kind) {
    case 'OFF':
    case 'PREREQUISITE_FAILED':
      return 'DISABLED';
    case 'TARGET_MATCH':
      return 'TARGETING_MATCH';
    case 'RULE_MATCH':
      return flag.rules[reason.ruleIndex]?.rollout ? 'SPLIT' : 'TARGETING_MATCH';
    case 'FALLTHROUGH':
      return flag.fallthrough.rollout ? 'SPLIT' : 'STATIC';
  }
}
