import { useSyncExternalStore } from 'react';

const UNITS = [
  ['year', 365 * 24 * 60 * 60_000],
  ['month', 30 * 24 * 60 * 60_000],
  ['week', 7 * 24 * 60 * 60_000],
  ['day', 24 * 60 * 60_000],
  ['hour', 60 * 60_000],
  ['minute', 60_000],
] as const;

const WORDS = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

/** How long ago, or how far ahead; exact to the second when pointed at. @param props.at Unix milliseconds */
export function RelativeTime({ at }: { at: number }) {
  const now = useMinute();
  const moment = new Date(at);
  return (
    <time dateTime={moment.toISOString()} title={EXACT.format(moment)}>
      {relativeWords(at, now)}
    </time>
  );
}

/** Both in Unix milliseconds. */
export function relativeWords(at: number, now: number): string {
  const distance = at - now;
  const unit = UNITS.find(([, length]) => Math.abs(distance) >= length);
  return unit ? WORDS.format(Math.round(distance / unit[1]), unit[0]) : 'just now';
}

/** The current time, which moves on once a minute for all that look at it. */
function useMinute(): number {
  return useSyncExternalStore(subscribe, () => minute);
}

let minute = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    minute = Date.now();
    for (const tell of listeners) tell();
  }, 60_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
