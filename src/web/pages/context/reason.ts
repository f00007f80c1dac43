import type { EvaluationRep } from '../../../wire/rest/evaluation.ts';

/** Why a flag gives a context what it gives. */
export function reasonWords({ kind, ruleIndex, prerequisiteKey, errorKind }: EvaluationRep['reason']): string {
  switch (kind) {
    case 'OFF':
      return 'The flag is off';
    case 'FALLTHROUGH':
      return 'No rule matched: the default rule';
    case 'TARGET_MATCH':
      return 'Targeted by key';
    case 'RULE_MATCH':
      return `Rule ${(ruleIndex ?? 0) + 1}`;
    case 'PREREQUISITE_FAILED':
      return `The prerequisite ${prerequisiteKey ?? ''} is not met`;
    case 'ERROR':
      return `The flag is broken: ${errorKind ?? 'unknown'}`;
    default:
      return kind;
  }
}
