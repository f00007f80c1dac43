import type { Metrics } from './metrics.ts';
import type { OperationsObserver } from './operations/observer.ts';
import type { DatabaseObserver } from './store/database-observer.ts';
import type { Tracer } from './tracing/tracer.ts';

/** Measures the store, and has its statements stand in traces. */
export function databaseObserver({ queries }: Metrics, tracer: Tracer): DatabaseObserver {
  return {
    statement: ({ operation, sql, durationMs, error }) => {
      queries.observe({ operation }, durationMs / 1_000);
      tracer.past(operation, { 'db.operation.name': operation, 'db.query.text': sql }, durationMs, error);
    },
    transaction: (durationMs) => queries.observe({ operation: 'transaction' }, durationMs / 1_000),
  };
}

/** Counts what operations come upon. */
export function operationsObserver({ lostRaces, webhooks, gateChecks, guardReadings }: Metrics): OperationsObserver {
  return {
    lostRace: (outcome) => lostRaces.inc({ outcome }),
    webhookTried: (outcome) => webhooks.inc({ outcome }),
    gateAsked: (kind, outcome) => gateChecks.inc({ kind, outcome }),
    metricRead: (outcome) => guardReadings.inc({ outcome }),
  };
}
