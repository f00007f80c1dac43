import { goalEventKey } from '../../domain/measurement/goal.ts';
import type { Json } from '../../domain/json.ts';
import type { Metric } from '../../domain/metric.ts';
import { metrics } from '../../operations/grouped-metrics.ts';
import type { Db } from '../../store/database.ts';
import { findEnvironmentById } from '../../store/environments.ts';
import { listWatches } from '../../store/watches.ts';

/** What a browser is to look out for (docs/wire/client-side.md, "Goals"). */
export interface Goal {
  readonly key: string;
  readonly kind: Metric['kind'];
  /** Of clicks: on what, as a CSS selector. */
  readonly selector?: string;
  readonly urls: readonly Json[];
}

/** The clicks and page views that are measured in an environment now. */
export async function listGoals(db: Db, environmentId: string): Promise<readonly Goal[]> {
  const watches = await listWatches(db, environmentId);
  const environment = watches.length > 0 ? await findEnvironmentById(db, environmentId) : undefined;
  if (!environment) return [];
  const watched = new Set(watches.flatMap(({ eventKeys }) => eventKeys));
  const all = await metrics.list(db, { projectId: environment.projectId });
  return all.flatMap(({ kind, key, selector, urls }) =>
    kind !== 'custom' && watched.has(goalEventKey(kind, key))
      ? [{ key, kind, ...(selector !== undefined && { selector }), urls }]
      : [],
  );
}
