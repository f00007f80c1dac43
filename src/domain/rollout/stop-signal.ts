import { Fields, oneOf } from '../fields.ts';

const MAX_REASON_LENGTH = 500;
const MAX_ALERTS = 1_000;

/** Somebody outside wants the original back: of one flag, or wherever a rollout goes on. */
export interface StopSignal {
  readonly flagKey?: string | undefined;
  readonly reason: string;
  /** The flag is named by hand, so that it has to be there; labels of alerts may speak of others. */
  readonly isExact: boolean;
}

/**
 * Reads what stops rollouts: what Alertmanager posts (version 4), of which alerts that fire count and their label `flag`,
 * or `reason` and `flagKey` (docs/wire/stop-signals.md).
 * @throws InvalidRequest naming the bad field
 */
export function readStopSignals(body: unknown): readonly StopSignal[] {
  const fields = new Fields(body, '');
  if (!fields.has('alerts')) {
    const reason = fields.string('reason').trim();
    if (reason === '' || reason.length > MAX_REASON_LENGTH) {
      fields.fail('reason', `a text of 1 to ${MAX_REASON_LENGTH} characters`);
    }
    return [{ flagKey: fields.optional('flagKey', fields.string), reason, isExact: true }];
  }
  const alerts = fields.objects('alerts');
  if (alerts.length > MAX_ALERTS) fields.fail('alerts', `at most ${MAX_ALERTS} alerts`);
  return alerts.flatMap((alert) => readAlert(alert) ?? []);
}

function readAlert(fields: Fields): StopSignal | undefined {
  const labels = fields.optional('labels', fields.object) ?? new Fields({}, '');
  const annotations = fields.optional('annotations', fields.object) ?? new Fields({}, '');
  if (oneOf(['firing', 'resolved'] as const).call(fields, 'status') === 'resolved') return undefined;
  const name = labels.optional('alertname', labels.string) ?? 'an alert';
  const summary = annotations.optional('summary', annotations.string);
  const reason = summary === undefined ? name : `${name}: ${summary}`;
  return {
    flagKey: labels.optional('flag', labels.string),
    reason: reason.slice(0, MAX_REASON_LENGTH),
    isExact: false,
  };
}

/** Why the rollouts of a flag are to stop, if they are. */
export function reasonFor(signals: readonly StopSignal[], flagKey: string): string | undefined {
  const meant = signals.filter((signal) => signal.flagKey === undefined || signal.flagKey === flagKey);
  return meant.length === 0 ? undefined : [...new Set(meant.map(({ reason }) => reason))].join('; ');
}
