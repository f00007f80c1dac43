import { Button } from '@mantine/core';
import type { MetricRep } from '../../../wire/rest/metric.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { type Arms, armsOf, type ChartPoint, type Looks, resultsOf, valueWords } from './arms.ts';
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
  return (
    <div className={classes['metric']} data-bad={isBad} role="group" aria-label={metric.name}>
      <div>
        <p>{words}.</p>
        <small>
          {metric.observed ? 'Only shown' : metric.autoRollback ? 'Rolls back by itself' : 'Somebody decides'}
        </small>
        {isBad && metric.observed !== true && <Dismissal metric={metric} path={path} />}
      </div>
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
      {last?.controlResult && last.treatmentResult && (
        <BothSides projectKey={projectKey} metric={metric} last={last} arms={armsOf(results)} />
      )}
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

interface SidesProps {
  readonly projectKey: string;
  readonly metric: MetricState;
  readonly last: ReturnType<typeof resultsOf>[number]['result'];
  readonly arms: Arms;
}

/** The values of both sides over time, and where they are now. */
function BothSides({ projectKey, metric, last, arms }: SidesProps) {
  const known = useApi<MetricRep>(['metrics', projectKey, metric.metricKey]).data;
  const say = (value: number) => valueWords(value, { isNumeric: known?.isNumeric ?? true, unit: known?.unit });
  const sides = [
    { of: 'target', name: 'New variation', arm: last.treatmentResult },
    { of: 'control', name: 'Old variation', arm: last.controlResult },
  ] as const;
  const words = sides.map(({ name, arm }) => `${name} ${arm ? say(arm.value) : 'nothing'}`).join(', ');
  return (
    <>
      <table className={classes['sides']} aria-label={`Both sides of ${metric.name}`}>
        <thead>
          <tr>
            <th>Side</th>
            <th>{known?.isNumeric === false ? 'Share' : 'Mean'}</th>
            <th>Band</th>
            <th>Contexts</th>
            <th>Events</th>
          </tr>
        </thead>
        <tbody>
          {sides.map(({ of, name, arm }) => (
            <tr key={of}>
              <th scope="row">
                <span data-of={of} aria-hidden="true" />
                {name}
              </th>
              <td>{arm && say(arm.value)}</td>
              <td>{arm && `${say(arm.credibleInterval.lower)} … ${say(arm.credibleInterval.upper)}`}</td>
              <td>{arm?.exposures.toLocaleString('en')}</td>
              <td>{arm?.conversions.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <figure>
        <Chart
          curves={[
            { of: 'control', points: arms.control },
            { of: 'target', points: arms.target },
          ]}
          hasZero={false}
          format={say}
          words={`Both sides: ${words}`}
          isBad={false}
        />
        <figcaption>Both sides</figcaption>
      </figure>
    </>
  );
}
