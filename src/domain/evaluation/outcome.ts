/** Whether something matches; `malformed` when data is broken in a way that ends the whole evaluation. */
export type Outcome = 'match' | 'no-match' | 'malformed';

export function outcome(isMatch: boolean): Outcome {
  return isMatch ? 'match' : 'no-match';
}
