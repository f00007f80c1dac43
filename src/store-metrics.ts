import type { Clock } from './clock.ts';
import type { Metrics } from './metrics.ts';
import type { StoreHealth } from './store-health.ts';
import { listDueWork } from './store/queues.ts';
import { countReleasesByState } from './store/releases.ts';

/**
 * Sets the figures that stand in the store, for one scrape. While the store is away there are none of them, and those of
 * the process are scraped all the same.
 */
export async function readStoreMetrics(
  { storeUp, due, oldestDue, releases }: Metrics,
  health: StoreHealth,
  clock: Clock,
): Promise<void> {
  const now = clock.now();
  for (const gauge of [due, oldestDue, releases]) gauge.reset();
  try {
    const [work, counts] = await health.ask(
      async (db) => [await listDueWork(db, now), await countReleasesByState(db)] as const,
    );
    for (const { queue, count, oldest } of work) {
      due.set({ queue }, count);
      oldestDue.set({ queue }, oldest === null ? 0 : (now - oldest) / 1_000);
    }
    for (const state of ['active', 'completed', 'canceled'] as const) releases.set({ state }, counts.get(state) ?? 0);
    storeUp.set(1);
  } catch {
    storeUp.set(0);
  }
}
