const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long the slices of a time series are. */
export type Granularity = 'minute' | 'hour' | 'day';

/** The finest slices that a series can be told in: old times are remembered more coarsely (Unix milliseconds). */
export function granularityOf(from: number, now: number): Granularity {
  if (from >= now - 2 * HOUR_MS) return 'minute';
  return from >= now - 2 * DAY_MS ? 'hour' : 'day';
}

/** What a series covers, both ends included, in Unix milliseconds. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly granularity: Granularity;
  /** Where days begin, such as `Europe/Berlin`. */
  readonly timeZone: string;
}

/** When the slices begin that a span lies in, in order; none when it ends before it begins. */
export function sliceStarts({ from, to, granularity, timeZone }: Span): readonly number[] {
  if (from > to) return [];
  const startOf = granularity === 'day' ? dayStarter(timeZone) : granularity === 'hour' ? startOfHour : startOfMinute;
  // From a start, no slice but the next is that far away: days have 23 to 25 hours.
  const step = { minute: MINUTE_MS, hour: HOUR_MS, day: 1.5 * DAY_MS }[granularity];
  const starts: number[] = [];
  for (let start = startOf(from); start <= to; start = startOf(start + step)) starts.push(start);
  return starts;
}

/** Whether the calendar knows a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

const startOfMinute = (time: number) => time - (time % MINUTE_MS);
const startOfHour = (time: number) => time - (time % HOUR_MS);

function dayStarter(timeZone: string): (time: number) => number {
  const offsetAt = offsetIn(timeZone);
  return (time) => {
    const local = time + offsetAt(time);
    const midnight = local - (local % DAY_MS);
    // The clock may have been changed since midnight: what holds there is what holds about then.
    return midnight - offsetAt(midnight - offsetAt(time));
  };
}

/** By how much the clocks of a time zone are ahead of UTC, in milliseconds. */
function offsetIn(timeZone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (time) => {
    const parts = format.formatToParts(time);
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return local - (time - (time % 1_000));
  };
}
