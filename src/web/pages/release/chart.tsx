import type { ReactNode } from 'react';
import classes from './release.module.css';
import { signed } from './verdict.ts';

const WIDTH = 320;
const HEIGHT = 96;
const LEFT = 46;
const PAD = 6;

export interface ChartPoint {
  /** Unix milliseconds. */
  readonly at: number;
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

interface Props {
  readonly points: readonly ChartPoint[];
  /** Whether values are shares of the value of the other side. */
  readonly isShare: boolean;
  /** The same in words. */
  readonly words: string;
  readonly isBad: boolean;
}

/** How a difference and its band have moved over time, with the line where there is none. */
export function Chart({ points, isShare, words, isBad }: Props): ReactNode {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return null;
  const all = points.flatMap(({ estimate }) => [estimate]);
  // Early bands are very wide: what is shown is about the later half of them.
  const settled = points.slice(Math.floor(points.length / 2));
  const low = Math.min(0, ...all, ...settled.map(({ lower }) => lower));
  const high = Math.max(0, ...all, ...settled.map(({ upper }) => upper));
  const range = high - low || 1;
  const duration = last.at - first.at || 1;
  const x = (at: number) => LEFT + ((at - first.at) / duration) * (WIDTH - LEFT - PAD);
  const y = (value: number) =>
    Math.round((PAD + ((high - Math.min(high, Math.max(low, value))) / range) * (HEIGHT - 2 * PAD)) * 10) / 10;
  const line = (value: (point: ChartPoint) => number, of = points) =>
    of.map((point) => `${x(point.at).toFixed(1)},${y(value(point))}`).join(' ');
  const band = `${line(({ upper }) => upper)} ${line(({ lower }) => lower, points.toReversed())}`;
  return (
    <svg className={classes['chart']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words} data-bad={isBad}>
      <polygon points={band} />
      <line x1={LEFT} x2={WIDTH - PAD} y1={y(0)} y2={y(0)} />
      <polyline points={line(({ estimate }) => estimate)} />
      {points.length === 1 && <circle cx={x(first.at)} cy={y(first.estimate)} r={2.5} />}
      <text x={LEFT - 5} y={y(high) + 4}>
        {signed(high, isShare)}
      </text>
      {low < 0 && (
        <text x={LEFT - 5} y={y(low) + 3}>
          {signed(low, isShare)}
        </text>
      )}
    </svg>
  );
}
