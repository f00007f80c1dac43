import type { Finding } from '../measurement/prometheus-answer.ts';
import { SILENCE_MS } from '../release/gate-check.ts';
import type { MetricEvidence } from './judge-run.ts';

/** How often metrics of other systems are read. */
const INTERVAL_MS = 15_000;

/** What another system said last of a metric of a rollout. */
export interface GuardReading {
  readonly runId: string;
  readonly metricKey: string;
  /** When to read next. */
  readonly dueAt: number;
  /** Absent before the first time. */
  readonly last?: LastReading | undefined;
}

export interface LastReading {
  readonly state: 'fine' | 'harmful' | 'down';
  readonly message: string;
  readonly value?: number | undefined;
  /** Bad readings in a row; those without an answer neither count nor break the row. */
  readonly failures: number;
  readonly readAt: number;
}

/** A reading after one more look: harmful once so many were bad in a row. */
export function afterFinding(
  reading: GuardReading,
  finding: Finding,
  { failureLimit, now }: { readonly failureLimit: number; readonly now: number },
): GuardReading {
  const before = reading.last?.failures ?? 0;
  const { message } = finding;
  const failures = { good: 0, bad: before + 1, none: before }[finding.kind];
  const state = finding.kind === 'none' ? 'down' : failures >= failureLimit ? 'harmful' : 'fine';
  const value = finding.kind === 'none' ? undefined : finding.value;
  return { ...reading, dueAt: now + INTERVAL_MS, last: { state, message, value, failures, readAt: now } };
}

/** What a reading means for a rollout. */
export interface Report {
  readonly evidence?: MetricEvidence;
  /** Nothing has been read yet, or harm not often enough to call it so: until that is clear nothing grows. */
  readonly isUnclear: boolean;
}

/**
 * What is to be made of a reading now: one that is too old counts for nothing, and its source as down.
 * @param since when the rollout began to be watched
 */
export function reportOf(reading: GuardReading | undefined, since: number, now: number): Report {
  const last = reading?.last;
  if (now - (last?.readAt ?? since) > SILENCE_MS) {
    return { evidence: { kind: 'reported', state: 'down', message: 'no answer for two minutes' }, isUnclear: false };
  }
  if (!last) return { isUnclear: true };
  const { state, message, failures } = last;
  return { evidence: { kind: 'reported', state, message }, isUnclear: state === 'fine' && failures > 0 };
}
