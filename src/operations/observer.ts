import type { Gate } from '../domain/release/pipeline.ts';

/** Hears of what operations come upon, to be counted. */
export interface OperationsObserver {
  /** A write that met another one. */
  lostRace(outcome: 'tried again' | 'given up'): void;
  /** A try to deliver to a webhook. */
  webhookTried(outcome: 'delivered' | 'tried again' | 'given up'): void;
  gateAsked(kind: Gate['kind'], outcome: 'agreed' | 'not yet' | 'no answer'): void;
  /** A metric of another system. */
  metricRead(outcome: 'good' | 'bad' | 'none'): void;
}
