import type { Json } from '../json.ts';
import { parseReference } from './attribute-reference.ts';
import { type Context, findAttribute } from './context.ts';
import { OPERATORS } from './operators.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { SdkClause } from './sdk-model.ts';

/** Whether a context is in the segment of that key; segments that are not there have nobody. */
export type SegmentTest = (segmentKey: string) => Outcome;

/**
 * Whether a context satisfies a clause of a rule (docs/wire/sdk.md, "Clauses").
 * @param isInSegment asked for clauses that name segments
 */
export function matchClause(clause: SdkClause, context: Context, isInSegment: SegmentTest): Outcome {
  if (clause.op === 'segmentMatch') return matchSegments(clause, isInSegment);
  const path = parseReference(clause.attribute);
  if (!path) return 'malformed';
  if (path.length === 1 && path[0] === 'kind') {
    return negated(
      clause,
      [...context.keys()].some((kind) => matchesAny(clause, kind)),
    );
  }
  const single = context.get(clause.contextKind);
  const value = single && findAttribute(single, path);
  // Of whom nothing is known, nothing is said: this is not turned round by `negate`.
  if (value === undefined) return 'no-match';
  const values: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return negated(
    clause,
    values.some((element) => matchesAny(clause, element)),
  );
}

function matchSegments(clause: SdkClause, isInSegment: SegmentTest): Outcome {
  for (const segmentKey of clause.values) {
    const membership = typeof segmentKey === 'string' ? isInSegment(segmentKey) : 'no-match';
    if (membership === 'malformed') return 'malformed';
    if (membership === 'match') return negated(clause, true);
  }
  return negated(clause, false);
}

/** Whether the operator holds for a value and any value of the clause. An operator that we do not know never does. */
function matchesAny({ op, values }: SdkClause, value: Json): boolean {
  const operator = Object.hasOwn(OPERATORS, op) ? OPERATORS[op] : undefined;
  return operator !== undefined && values.some((clauseValue) => operator(value, clauseValue));
}

const negated = ({ negate }: SdkClause, isMatch: boolean) => outcome(isMatch !== negate);
