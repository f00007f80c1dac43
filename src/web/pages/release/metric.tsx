import { Button } from '@mantine/core';
import type { MetricRep } from '../../../wire/rest/metric.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { armsOf, type ChartPoint, type Looks, resultsOf, valueWords } from './arms.ts';
import { Chart } from './chart.tsx';
import classes from './release.module.css';
import { differenceOf, type MetricState, signed, verdictWords } from './verdict.ts';

interface Props {
  readonly projectKey: string;
  readonly metric: MetricState;
  readonly looks: Looks;
  /** Of the rollout. */
  readonly path: readonly string[];
}

/** What was measured of a metric: both sides, their difference, and what it means. */
export function Metric({ projectKey, metric, looks, path }: Props) {
  const results = resultsOf(looks, metric.metricKey);
  const last = results.at(-1)?.result;
  const isShare = differenceOf(last)?.isShare ?? false;
  const points = results.flatMap(({ at, result }): ChartPoint[] => {
    const values = isShare ? result.relativeDifference : result.difference;
    return values ? [{ at, ...values }] : [];
  });
  const words = verdictWords(metric, last);
  const isBad = metric.status === 'regressed';
  const known = useApi<MetricRep>(['metrics', projectKey, metric.metricKey]).data;
  const sides = sidesOf(last);
  const say = (value: number) => valueWords(value, { isNumeric: known?.isNumeric ?? true, unit: known?.unit });
  const arms = armsOf(results);
  return (
    <div className={classes['metric']} data-bad={isBad} role="group" aria-label={metric.name}>
      <div>
        <p>{words}.</p>
        <small>
          {metric.observed ? 'Only shown' : metric.autoRollback ? 'Rolls back by itself' : 'Somebody decides'}
        </small>
        {isBad && metric.observed !== true && <Dismissal metric={metric} path={path} />}
        {sides.length > 0 && (
          <Sides label={`Both sides of ${metric.name}`} sides={sides} say={say} isShare={known?.isNumeric === false} />
        )}
      </div>
      <div className={classes['charts']}>
        {points.length > 0 && (
          <figure>
            <Chart
              curves={[{ of: 'difference', points }]}
              hasZero
              format={(value) => signed(value, isShare)}
              words={words}
              isBad={isBad}
            />
            <figcaption>Difference</figcaption>
          </figure>
        )}
        {sides.length > 0 && (
          <figure>
            <Chart
              curves={[
                { of: 'control', points: arms.control },
                { of: 'target', points: arms.target },
              ]}
              hasZero={false}
              format={(value) => valueWords(value, { isNumeric: known?.isNumeric ?? true })}
              words={`Both sides: ${sides.map(({ name, arm }) => `${name} ${say(arm.value)}`).join(', ')}`}
              isBad={false}
            />
            <figcaption>Both sides{known?.unit ? `, ${known.unit}` : ''}</figcaption>
          </figure>
        )}
      </div>
    </div>
  );
}

/** Lets a rollout go on although a metric got worse. Observed metrics never act, so that there is nothing to dismiss. */
function Dismissal({ metric, path }: Pick<Props, 'metric' | 'path'>) {
  const dismiss = useChange([path, path.slice(0, 2)]);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={dismiss.isPending}
        onClick={() =>
          dismiss.mutate({
            segments: [...path, 'metric-states', metric.metricKey],
            method: 'PATCH',
            isBeta: true,
            body: { action: 'dismiss_regression' },
          })
        }
      >
        Dismiss: it is no harm
      </Button>
      {dismiss.error && <ErrorNotice error={dismiss.error} />}
    </>
  );
}

type Result = ReturnType<typeof resultsOf>[number]['result'];

/** Both sides of a rollout, once both have been measured. */
function sidesOf(result: Result | undefined) {
  const { treatmentResult, controlResult } = result ?? {};
  if (!treatmentResult || !controlResult) return [];
  return [
    { of: 'target', name: 'New variation', arm: treatmentResult },
    { of: 'control', name: 'Old variation', arm: controlResult },
  ];
}

interface SidesProps {
  readonly label: string;
  readonly sides: ReturnType<typeof sidesOf>;
  readonly say: (value: number) => string;
  /** Whether values are shares of contexts, of which each has sent the event or has not. */
  readonly isShare: boolean;
}

/** Where both sides are now. */
function Sides({ label, sides, say, isShare }: SidesProps) {
  return (
    <table className={classes['sides']} aria-label={label}>
      <thead>
        <tr>
          <th>Side</th>
          <th>{isShare ? 'Share' : 'Mean'}</th>
          <th>Band</th>
          <th>Contexts</th>
          {isShare && <th>Events</th>}
        </tr>
      </thead>
      <tbody>
        {sides.map(({ of, name, arm }) => (
          <tr key={of}>
            <th scope="row">
              <span data-of={of} aria-hidden="true" />
              {name}
            </th>
            <td>{say(arm.value)}</td>
            <td>
              {say(arm.credibleInterval.lower)} … {say(arm.credibleInterval.upper)}
            </td>
            <td>{arm.exposures.toLocaleString('en')}</td>
            {isShare && <td>{arm.conversions.toLocaleString('en')}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
