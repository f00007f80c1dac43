/** How often progress is shown at most, in milliseconds. */
const SHOW_EVERY_MS = 1_000;

let shownAt = performance.now();

/** Shows how far long work has come, on standard error; nothing for work that is done within a second. */
export function progress(done: string, count: number, total: number): void {
  if (performance.now() - shownAt < SHOW_EVERY_MS) return;
  shownAt = performance.now();
  process.stderr.write(`${done} ${Math.floor((100 * count) / Math.max(total, 1))} %\n`);
}
