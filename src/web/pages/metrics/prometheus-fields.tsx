import { NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import type { PrometheusEdit } from './metric-edit.ts';
import classes from './metrics.module.css';

const MODES = [
  { value: 'threshold', label: 'one value, with a threshold' },
  { value: 'comparison', label: 'one for each variation, compared' },
];
const COMPARATORS = [
  { value: '>', label: 'Bad above' },
  { value: '<', label: 'Bad below' },
];

interface Props {
  readonly source: PrometheusEdit;
  readonly onChange: (changes: Partial<PrometheusEdit>) => void;
}

/** The query that Prometheus is asked, and what its answers mean. */
export function PrometheusFields({ source, onChange }: Props) {
  const number = (value: number | string): number | '' => (typeof value === 'number' ? value : '');
  return (
    <div className={classes['source']} role="group" aria-label="Prometheus">
      <TextInput
        label="Address of Prometheus"
        placeholder="https://prometheus.example.com"
        type="url"
        value={source.url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
      />
      <Textarea
        label="Query"
        description="PromQL; ${flagKey}, ${environmentKey} and ${release} stand for those of the rollout"
        placeholder={'sum(rate(http_errors_total{env="${environmentKey}"}[1m]))'}
        spellCheck={false}
        classNames={{ input: classes['code'] ?? '' }}
        value={source.query}
        onChange={(event) => onChange({ query: event.currentTarget.value })}
      />
      <Select
        label="The answer is"
        data={MODES}
        value={source.mode}
        onChange={(mode) => onChange({ mode: mode === 'comparison' ? 'comparison' : 'threshold' })}
      />
      <div className={classes['pair']}>
        {source.mode === 'threshold' ? (
          <>
            <Select
              label="Which values are bad"
              data={COMPARATORS}
              value={source.comparator}
              onChange={(value) => onChange({ comparator: value === '<' ? '<' : '>' })}
            />
            <NumberInput
              label="Threshold"
              value={source.threshold}
              onChange={(value) => onChange({ threshold: number(value) })}
            />
          </>
        ) : (
          <NumberInput
            label="May be worse than the original by"
            suffix=" %"
            min={0}
            value={source.tolerance}
            onChange={(value) => onChange({ tolerance: number(value) })}
          />
        )}
        <NumberInput
          label="Bad readings in a row that are harm"
          min={1}
          max={100}
          allowDecimal={false}
          value={source.failureLimit}
          onChange={(value) => onChange({ failureLimit: number(value) })}
        />
      </div>
      <p className={classes['hint']}>
        It is read every 15 seconds while a guarded rollout is watched. What has no answer does not let traffic grow.
      </p>
    </div>
  );
}
