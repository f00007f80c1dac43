import classes from './insights.module.css';
import { roundUp, type Usage } from './usage.ts';

/** Of the width of a slice. */
const GAP = 0.16;

/** In pixels, so that a flag with a short past has no bars as wide as the page. */
const WIDEST_SLICE = 44;
const NARROWEST_CHART = 176;

interface Props {
  readonly usage: Usage;
  /** When a slice was, in words. @param at Unix milliseconds */
  readonly timeWords: (at: number) => string;
  /** The same in words. */
  readonly words: string;
}

/** A bar for each slice of time, of the colours of what was served in it. */
export function UsageChart({ usage: { served, slices }, timeWords, words }: Props) {
  const end = roundUp(Math.max(...slices.map(({ total }) => total)));
  const [first, last] = [slices[0], slices.at(-1)];
  return (
    <div className={classes['chart']} style={{ maxWidth: Math.max(NARROWEST_CHART, slices.length * WIDEST_SLICE) }}>
      <span className={classes['chartEnd']}>{end.toLocaleString('en')}</span>
      <svg viewBox={`0 0 ${slices.length} ${end}`} preserveAspectRatio="none" role="img" aria-label={words}>
        {slices.map(({ at, counts, total }, slice) => (
          <g key={at}>
            <title>{`${timeWords(at)}: ${total.toLocaleString('en')}`}</title>
            <rect className={classes['space']} x={slice} y={0} width={1} height={end} />
            {counts.map((count, index) => {
              const below = counts.slice(0, index).reduce((sum, one) => sum + one, 0);
              return (
                count > 0 && (
                  <rect
                    key={index}
                    data-color={colorOf(served[index]?.position)}
                    x={slice + GAP / 2}
                    y={end - below - count}
                    width={1 - GAP}
                    height={count}
                  />
                )
              );
            })}
          </g>
        ))}
      </svg>
      <div className={classes['chartTimes']}>
        <span>{first && timeWords(first.at)}</span>
        <span>{last && last !== first && timeWords(last.at)}</span>
      </div>
    </div>
  );
}

const colorOf = (position: number | undefined) => (position === undefined ? undefined : position % 8);
