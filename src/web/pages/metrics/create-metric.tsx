import { SegmentedControl } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useChange } from '../../api/use-api.ts';
import { FormDialog, NameFields } from '../../ui/form-dialog.tsx';
import { keyOf } from '../../ui/key-of.ts';
import { BLANK_METRIC, type MetricEdit, metricProblem, toSettings } from './metric-edit.ts';
import { MetricFields } from './metric-fields.tsx';
import classes from './metrics.module.css';
import { metricAddress } from './paths.ts';

const KINDS = [
  { value: 'conversion', label: 'Conversion', hint: 'Whether something happens at all, such as an order or an error.' },
  { value: 'numeric', label: 'Numeric', hint: 'How much it is: milliseconds, items, money.' },
  { value: 'click', label: 'Clicks', hint: 'Whether something on a page is clicked.' },
  { value: 'pageview', label: 'Page views', hint: 'Whether a page is seen.' },
];

interface Props {
  readonly projectKey: string;
  readonly onClose: () => void;
}

/** The dialog that makes a metric. */
export function CreateMetric({ projectKey, onClose }: Props) {
  const [edit, setEdit] = useState<MetricEdit>(BLANK_METRIC);
  const [typed, setTyped] = useState<string>();
  const create = useChange([['metrics', projectKey], ['auditlog'], ['tags']]);
  const [, go] = useLocation();
  const set = (changes: Partial<MetricEdit>) => setEdit((before) => ({ ...before, ...changes }));
  const key = typed ?? keyOf(edit.name);
  const problem = metricProblem(edit);
  const chosen = edit.kind === 'custom' ? (edit.isNumeric ? 'numeric' : 'conversion') : edit.kind;
  const submit = async () => {
    const body = { key, kind: edit.kind, ...toSettings(edit) };
    await create.mutateAsync({ segments: ['metrics', projectKey], method: 'POST', body });
    notifications.show({ message: `${edit.name.trim()} is created` });
    onClose();
    go(metricAddress(projectKey, key));
  };
  return (
    <FormDialog
      title="Create a metric"
      action="Create metric"
      error={create.error}
      isPending={create.isPending}
      isReady={problem === undefined && key !== ''}
      problem={edit.name === '' ? undefined : problem}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className={classes['kinds']}>
        <SegmentedControl
          aria-label="Kind"
          data={KINDS}
          value={chosen}
          fullWidth
          onChange={(value) =>
            set(
              value === 'click' || value === 'pageview'
                ? { kind: value, isNumeric: false }
                : { kind: 'custom', isNumeric: value === 'numeric' },
            )
          }
        />
        <p className={classes['hint']}>{KINDS.find(({ value }) => value === chosen)?.hint}</p>
      </div>
      <div className={classes['pair']}>
        <NameFields
          name={edit.name}
          onName={(name) => set({ name })}
          keyField={{ typed, onType: setTyped }}
          example="Orders completed"
        />
      </div>
      <MetricFields projectKey={projectKey} edit={edit} onChange={set} />
    </FormDialog>
  );
}
