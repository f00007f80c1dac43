const SERIES_IS_EXACT_FROM = 20;

/** The logarithm of the gamma function of a number above 0: Stirling's series, exact to about 15 digits. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < SERIES_IS_EXACT_FROM; at += 1) shift += Math.log(at);
  const square = at * at;
  const correction = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + correction - shift;
}
