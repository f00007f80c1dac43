import type { Json } from '../json.ts';
import { parseReference } from './attribute-reference.ts';
import { type Context, findAttribute } from './context.ts';
import { OPERATORS, type ValueTest } from './operators.ts';
import { type Outcome, outcome } from './outcome.ts';
import type { SdkClause } from './sdk-model.ts';

/** Whether a context is in the segment of that key; segments that are not there have nobody. */
export type SegmentTest = (segmentKey: string) => Outcome;

/** Whether a context satisfies a clause; asks for the segments that it names. */
export type ClauseTest = (context: Context, isInSegment: SegmentTest) => Outcome;

/** Makes the test of a clause of a rule, whose values and attribute are read here, once (docs/wire/sdk.md, "Clauses"). */
export function compileClause(clause: SdkClause): ClauseTest {
  if (clause.op === 'segmentMatch') return (_context, isInSegment) => matchSegments(clause, isInSegment);
  const path = parseReference(clause.attribute);
  if (!path) return () => 'malformed';
  const { contextKind, negate } = clause;
  const matchesAny = valueTest(clause);
  if (path.length === 1 && path[0] === 'kind') {
    return (context) => outcome([...context.keys()].some(matchesAny) !== negate);
  }
  return (context) => {
    const single = context.get(contextKind);
    const value = single && findAttribute(single, path);
    // Of whom nothing is known, nothing is said: this is not turned round by `negate`.
    if (value === undefined) return 'no-match';
    const isMatch = Array.isArray(value) ? (value as readonly Json[]).some(matchesAny) : matchesAny(value);
    return outcome(isMatch !== negate);
  };
}

/** Whether a context satisfies all clauses: the first one that it does not decides. Of none, it satisfies all. */
export function matchesAll(clauses: readonly ClauseTest[], context: Context, isInSegment: SegmentTest): Outcome {
  for (const test of clauses) {
    const found = test(context, isInSegment);
    if (found !== 'match') return found;
  }
  return 'match';
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
function valueTest({ op, values }: SdkClause): ValueTest {
  const operator = Object.hasOwn(OPERATORS, op) ? OPERATORS[op] : undefined;
  return operator ? operator(values) : () => false;
}

const negated = ({ negate }: SdkClause, isMatch: boolean) => outcome(isMatch !== negate);
