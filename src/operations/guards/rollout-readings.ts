import type { MetricEvidence } from '../../domain/rollout/judge-run.ts';
import { reportOf } from '../../domain/rollout/guard-reading.ts';
import type { RolloutRun } from '../../domain/rollout/run.ts';
import { findReadings, openReadings } from '../../store/guard-readings.ts';
import type { Write } from '../write.ts';

/** What other systems say of the metrics of a rollout. */
interface Readings {
  readonly metrics: ReadonlyMap<string, MetricEvidence>;
  /** Nothing has to become clear before traffic may grow. */
  readonly mayGrow: boolean;
}

/** Has the metrics of a rollout read that other systems measure, and looks at what they said last. */
export async function observeReadings(write: Write, run: RolloutRun): Promise<Readings> {
  const elsewhere = run.metrics.filter(({ definition }) => definition.prometheus);
  const metrics = new Map<string, MetricEvidence>();
  if (elsewhere.length === 0) return { metrics, mayGrow: true };
  await openReadings(
    write.tx,
    elsewhere.map(({ key }) => ({ runId: run.id, metricKey: key, dueAt: write.now })),
  );
  const readings = await findReadings(write.tx, run.id);
  let mayGrow = true;
  for (const { key, isObserved, status } of elsewhere) {
    const { evidence, isUnclear } = reportOf(readings.get(key), run.createdAt, write.now);
    if (evidence) metrics.set(key, evidence);
    const acts = !isObserved && status !== 'regression_dismissed';
    if (acts && isUnclear) mayGrow = false;
  }
  return { metrics, mayGrow };
}
