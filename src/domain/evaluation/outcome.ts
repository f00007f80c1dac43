/** Whether something matches; `malformed` when data is broken in a way that ends the whole evaluation. */
export type Outcome = 'match' | 'no-match' | 'malformed';

/** Whether all items match: the first one that does not decides. Of nothing, all match. */
export function matchesAll<T>(items: readonly T[], test: (item: T) => Outcome): Outcome {
  for (const item of items) {
    const outcome = test(item);
    if (outcome !== 'match') return outcome;
  }
  return 'match';
}

export function outcome(isMatch: boolean): Outcome {
  return isMatch ? 'match' : 'no-match';
}
