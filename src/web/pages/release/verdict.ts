import type { AutomatedReleaseRep, MetricResultRep } from '../../../wire/rest/automated-release.ts';

export type MetricState = AutomatedReleaseRep['metricConfigurations'][number];
type Difference = NonNullable<MetricResultRep['difference']>;

const STATUS_WORDS: Readonly<Record<string, string>> = {
  ok: 'no harm seen',
  regressed: 'got worse',
  regression_dismissed: 'got worse, and somebody has said to go on',
  not_enough_data: 'not enough contexts yet',
  source_down: 'its source does not answer',
};

/**
 * What has been found of a metric in one sentence.
 * @param result the last numbers; undefined while nothing has been measured
 */
export function verdictWords({ name, status }: MetricState, result: MetricResultRep | undefined): string {
  const { controlResult: control, treatmentResult: target } = result ?? {};
  const words = [`${name}: ${STATUS_WORDS[status] ?? status}`];
  if (control && target) words.push(contextWords(target.exposures, control.exposures));
  const difference = differenceOf(result);
  if (difference) words.push(`difference ${differenceWords(difference)}`);
  return words.join('; ');
}

/** The difference of the sides as a share, where there is one, and in the unit of the values otherwise. */
export function differenceOf(
  result: MetricResultRep | undefined,
): { readonly isShare: boolean; readonly values: Difference } | undefined {
  if (result?.relativeDifference) return { isShare: true, values: result.relativeDifference };
  return result?.difference && { isShare: false, values: result.difference };
}

function differenceWords({ isShare, values }: NonNullable<ReturnType<typeof differenceOf>>): string {
  const { estimate, lower, upper } = values;
  const say = (value: number) => signed(value, isShare);
  return `${say(estimate)} (${say(lower)} … ${say(upper)})`;
}

/** A number with its sign; a share as percent. */
export function signed(value: number, isShare: boolean): string {
  const shown = isShare ? value * 100 : value;
  const size = Math.abs(shown).toLocaleString('en', digitsOf(Math.abs(shown)));
  const sign = size === '0' ? '' : shown < 0 ? '−' : '+';
  return `${sign}${size}${isShare ? ' %' : ''}`;
}

function digitsOf(size: number): Intl.NumberFormatOptions {
  if (size > 0 && size < 1) return { maximumSignificantDigits: 2 };
  return { maximumFractionDigits: size >= 100 ? 0 : 1 };
}

function contextWords(target: number, control: number): string {
  const say = (count: number) => count.toLocaleString('en');
  if (target === control) return `${say(target)} contexts each`;
  return `${say(target)} contexts with the new variation, ${say(control)} without`;
}

/** How likely the sides are filled unequally before people are warned, as a share. */
const LIKELY_MISMATCH = 0.99;

/** What is to be said of a mismatch of the sides; undefined when there is none. */
export function mismatchWords({ units, probabilityOfMismatch = 0 }: AutomatedReleaseRep): string | undefined {
  if (!units || probabilityOfMismatch < LIKELY_MISMATCH) return undefined;
  const { target, control } = units;
  return `The sides are not filled as they should be: ${target.toLocaleString('en')} contexts with the new variation, ${control.toLocaleString('en')} without. The numbers may mislead; look for contexts that are lost on one side.`;
}

const RUN_WORDS: Readonly<Record<string, string>> = {
  in_progress: 'It goes on by itself',
  waiting: 'It waits for more contexts before it goes on',
  monitoring_regressed: 'A metric got worse: traffic stays as it is until somebody decides',
  monitoring_stopped: 'The time is over, and a metric got worse: somebody has to decide',
  srm_stopped: 'It stands still, because the sides are not filled as they should be',
  completed: 'It has gone well, and everybody has the new variation',
  manually_completed: 'Somebody has given everybody the new variation',
  reverted: 'It was rolled back by itself',
  manually_reverted: 'Somebody has rolled it back',
  archived: 'It is not watched any more',
};

/** What a rollout does, in one sentence. */
export function runWords(status: string): string {
  return RUN_WORDS[status] ?? status;
}

const RUNNING = ['in_progress', 'waiting', 'monitoring_regressed', 'monitoring_stopped', 'srm_stopped'];

/** Whether a rollout can still be stopped. */
export function isRunning({ status }: Pick<AutomatedReleaseRep, 'status'>): boolean {
  return RUNNING.includes(status);
}
