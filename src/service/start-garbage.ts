import type { Clock } from '../clock.ts';

/** When all that a start has made is there, and those who waited for it have their flags. */
const AFTER_MS = 3_000;

/**
 * Has the garbage of a start collected, once. By itself Node would keep it until there is more, which a service that has
 * little to do may not make in a day. Takes less than a tenth of a second.
 * @param collect Node's `gc`; undefined where Node was not told to show it
 */
export function collectStartGarbage(
  clock: Clock,
  collect: ((options: NodeJS.GCOptions) => void) | undefined = globalThis.gc,
): void {
  const cancel = clock.every(AFTER_MS, () => {
    cancel();
    collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  });
}
