import type { ReactNode } from 'react';
import type { ChartPoint } from './arms.ts';
import classes from './release.module.css';

const WIDTH = 320;
const HEIGHT = 96;
const LEFT = 46;
const PAD = 6;

/** A curve with its band; what it is of gives its colour. */
export interface Curve {
  readonly of: 'difference' | 'target' | 'control';
  readonly points: readonly ChartPoint[];
}

interface Props {
  readonly curves: readonly Curve[];
  /** Whether there is a line where the value is 0, which then is always shown. */
  readonly hasZero: boolean;
  /** How a value is written beside the curves. */
  readonly format: (value: number) => string;
  /** The same in words. */
  readonly words: string;
  readonly isBad: boolean;
}

/** How values and their bands have moved over time. */
export function Chart({ curves, hasZero, format, words, isBad }: Props): ReactNode {
  const all = curves.flatMap(({ points }) => points);
  const [first, last] = [Math.min(...all.map(({ at }) => at)), Math.max(...all.map(({ at }) => at))];
  if (all.length === 0) return null;
  // Early bands are very wide: what is shown is about the later half of them.
  const settled = curves.flatMap(({ points }) => points.slice(Math.floor(points.length / 2)));
  const zero = hasZero ? [0] : [];
  const estimates = all.map(({ estimate }) => estimate);
  const low = Math.min(...zero, ...estimates, ...settled.map(({ lower }) => lower));
  const high = Math.max(...zero, ...estimates, ...settled.map(({ upper }) => upper));
  const range = high - low || 1;
  const x = (at: number) => LEFT + ((at - first) / (last - first || 1)) * (WIDTH - LEFT - PAD);
  const y = (value: number) =>
    Math.round((PAD + ((high - Math.min(high, Math.max(low, value))) / range) * (HEIGHT - 2 * PAD)) * 10) / 10;
  const line = (points: readonly ChartPoint[], value: (point: ChartPoint) => number) =>
    points.map((point) => `${x(point.at).toFixed(1)},${y(value(point))}`).join(' ');
  const band = (points: readonly ChartPoint[]) =>
    `${line(points, ({ upper }) => upper)} ${line(points.toReversed(), ({ lower }) => lower)}`;
  return (
    <svg className={classes['chart']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words} data-bad={isBad}>
      {curves.map(({ of, points }) => (
        <polygon key={of} data-of={of} points={band(points)} />
      ))}
      {hasZero && <line x1={LEFT} x2={WIDTH - PAD} y1={y(0)} y2={y(0)} />}
      {curves.map(({ of, points }) => (
        <polyline key={of} data-of={of} points={line(points, ({ estimate }) => estimate)} />
      ))}
      {curves.flatMap(({ of, points }) =>
        points.length === 1
          ? points.map(({ at, estimate }) => <circle key={of} data-of={of} cx={x(at)} cy={y(estimate)} r={2.5} />)
          : [],
      )}
      <text x={LEFT - 5} y={y(high) + 4}>
        {format(high)}
      </text>
      {(low < 0 || !hasZero) && (
        <text x={LEFT - 5} y={y(low) + 3}>
          {format(low)}
        </text>
      )}
    </svg>
  );
}
