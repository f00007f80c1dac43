import { measure, type Occurrence, unitsOfEvents } from '../domain/measurement/measure.ts';
import type { Tx } from '../store/database.ts';
import { addMeasurements, findExposedUnits, saveExposures } from '../store/measurements.ts';
import { listWatches } from '../store/watches.ts';

/** What an SDK of an environment has told. */
interface MeasureEvents {
  readonly environmentId: string;
  readonly occurrences: readonly Occurrence[];
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

/** Keeps what events say of the flags that are measured in an environment; of all others, nothing. */
export async function measureEvents(tx: Tx, request: MeasureEvents): Promise<void> {
  const { environmentId, occurrences, receivedAt } = request;
  if (occurrences.length === 0) return;
  for (const watch of await listWatches(tx, environmentId)) {
    const exposed = await findExposedUnits(tx, watch.id, unitsOfEvents(watch, occurrences));
    const { exposures, measurements } = measure(watch, occurrences, exposed);
    await saveExposures(tx, watch.id, exposures, receivedAt);
    await addMeasurements(tx, watch.id, measurements, receivedAt);
  }
}
