import type { Evaluation } from '../../../domain/evaluation/evaluation.ts';
import type { Draft } from './draft.ts';

/** How many contexts go from one variation to another. */
interface Move {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

export interface Impact {
  readonly lookedAt: number;
  readonly changed: number;
  /** The most frequent first. */
  readonly moves: readonly Move[];
}

type Served = Pick<Evaluation, 'variationIndex'>;

/**
 * How many contexts would be served something else.
 * @param pairs what each context is served before and after
 * @param nameOf what is served at a position, in words; null is the default of the code
 */
export function impactOf(
  pairs: readonly { readonly before: Served; readonly after: Served }[],
  nameOf: (position: number | null) => string,
): Impact {
  const changed = pairs.filter(({ before, after }) => before.variationIndex !== after.variationIndex);
  const groups = Map.groupBy(changed, ({ before, after }) => `${before.variationIndex} ${after.variationIndex}`);
  const moves = [...groups.values()].flatMap(([first, ...others]): readonly Move[] =>
    first
      ? [
          {
            from: nameOf(first.before.variationIndex),
            to: nameOf(first.after.variationIndex),
            count: others.length + 1,
          },
        ]
      : [],
  );
  return {
    lookedAt: pairs.length,
    changed: changed.length,
    moves: moves.toSorted((a, b) => b.count - a.count),
  };
}

/**
 * The impact as a sentence.
 * @param seen how many contexts were seen lately in all, looked at or not
 */
export function impactWords({ lookedAt, changed, moves }: Impact, seen: number): string {
  if (lookedAt === 0) return 'No contexts have been seen yet.';
  const whom = `${lookedAt === seen ? 'the' : 'the last'} ${contexts(lookedAt)} seen${lookedAt === seen ? ' lately' : ` of ${number(seen)}`}`;
  if (changed === 0) return `None of ${whom} is served anything else.`;
  const parts = moves.map(({ from, to, count }) => `${number(count)} from ${from} to ${to}`);
  return `${number(changed)} of ${whom} ${changed === 1 ? 'changes' : 'change'}: ${parts.join(', ')}.`;
}

/** Whether more has to be known of a context than itself: the segments it is in, or what other flags serve to it. */
export function needsSurroundings({ prerequisites, rules }: Draft): boolean {
  return prerequisites.length > 0 || rules.some(({ clauses }) => clauses.some(({ op }) => op === 'segmentMatch'));
}

const number = (count: number) => count.toLocaleString('en');
const contexts = (count: number) => (count === 1 ? '1 context' : `${number(count)} contexts`);
