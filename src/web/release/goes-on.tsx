import { RelativeTime } from '../ui/relative-time.tsx';
import type { Wait } from './state.ts';

/** When a release goes on by itself, in words that follow `goes on`; its time may be over without enough contexts. */
export function GoesOn({ wait: { kind, until = 0 } }: { wait: Wait }) {
  if (until > Date.now()) return <RelativeTime at={until} />;
  return kind === 'rollout' ? 'once enough contexts have come' : 'in a moment';
}
