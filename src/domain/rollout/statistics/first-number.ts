/**
 * The first whole number, from one to another, for which something holds that holds from there on; undefined when it
 * does not hold for the last one either.
 */
export function firstNumber(from: number, to: number, holds: (candidate: number) => boolean): number | undefined {
  if (!holds(to)) return undefined;
  let below = from - 1;
  let above = to;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}
