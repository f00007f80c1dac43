import { Checkbox, NumberInput, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { Static } from 'typebox';
import type { ContextKindCollection } from '../../../wire/rest/contexts.ts';
import { useApi } from '../../api/use-api.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import { BLANK_PROMETHEUS, type MetricEdit } from './metric-edit.ts';
import classes from './metrics.module.css';
import { PrometheusFields } from './prometheus-fields.tsx';
import { UrlFields } from './url-fields.tsx';

interface Props {
  readonly projectKey: string;
  readonly edit: MetricEdit;
  readonly onChange: (changes: Partial<MetricEdit>) => void;
}

const SOURCES = [
  { value: 'sdk', label: 'SDKs send events' },
  { value: 'prometheus', label: 'Prometheus is asked' },
];
const BETTER = [
  { value: 'more', label: 'More is better' },
  { value: 'less', label: 'Less is better' },
];
const AGGREGATIONS = [
  { value: 'average', label: 'their average' },
  { value: 'sum', label: 'their sum' },
];
const ANALYSES = [
  { value: 'mean', label: 'the mean' },
  { value: 'percentile', label: 'a percentile' },
];

/** What a metric measures, and what it says of itself; its kind never changes and is chosen elsewhere. */
export function MetricFields({ projectKey, edit, onChange }: Props) {
  return (
    <>
      <Measure edit={edit} onChange={onChange} />
      <Counting projectKey={projectKey} edit={edit} onChange={onChange} />
      <About edit={edit} onChange={onChange} />
    </>
  );
}

type PartProps = Omit<Props, 'projectKey'>;

function Measure({ edit, onChange }: PartProps) {
  if (edit.kind !== 'custom') {
    return (
      <>
        {edit.kind === 'click' && (
          <TextInput
            label="What is clicked, as a CSS selector"
            placeholder=".buy-button"
            spellCheck={false}
            value={edit.selector}
            onChange={(event) => onChange({ selector: event.currentTarget.value })}
          />
        )}
        <UrlFields urls={edit.urls} onChange={(urls) => onChange({ urls })} />
      </>
    );
  }
  const { prometheus } = edit;
  return (
    <>
      <div className={classes['pair']}>
        <Select
          label="Where it comes from"
          data={SOURCES}
          value={prometheus ? 'prometheus' : 'sdk'}
          onChange={(source) => onChange({ prometheus: source === 'prometheus' ? BLANK_PROMETHEUS : undefined })}
        />
        {!prometheus && (
          <TextInput
            label="Key of the event"
            placeholder="checkout-completed"
            spellCheck={false}
            maxLength={256}
            value={edit.eventKey}
            onChange={(event) => onChange({ eventKey: event.currentTarget.value })}
          />
        )}
      </div>
      {prometheus && (
        <PrometheusFields
          source={prometheus}
          onChange={(changes) => onChange({ prometheus: { ...prometheus, ...changes } })}
        />
      )}
      {edit.isNumeric && <Values edit={edit} onChange={onChange} />}
    </>
  );
}

/** How the values of many events become one. */
function Values({ edit, onChange }: PartProps) {
  return (
    <div className={classes['pair']}>
      <TextInput
        label="Unit of its values"
        placeholder="ms"
        value={edit.unit}
        onChange={(event) => onChange({ unit: event.currentTarget.value })}
      />
      {!edit.prometheus && (
        <>
          <Select
            label="Events of one context count as"
            data={AGGREGATIONS}
            value={edit.aggregation}
            onChange={(value) => onChange({ aggregation: value === 'sum' ? 'sum' : 'average' })}
          />
          <Select
            label="Contexts are compared by"
            data={ANALYSES}
            value={edit.percentile === undefined ? 'mean' : 'percentile'}
            onChange={(value) => onChange({ percentile: value === 'mean' ? undefined : 95 })}
          />
          {edit.percentile !== undefined && (
            <NumberInput
              label="Percentile"
              min={1}
              max={99}
              allowDecimal={false}
              value={edit.percentile}
              onChange={(value) => onChange({ percentile: typeof value === 'number' ? value : '' })}
            />
          )}
        </>
      )}
    </div>
  );
}

function Counting({ projectKey, edit, onChange }: Props) {
  const kinds = useApi<Static<typeof ContextKindCollection>>(['projects', projectKey, 'context-kinds']);
  const known = kinds.data?.items.map(({ key }) => key) ?? [];
  return (
    <>
      <div className={classes['pair']}>
        <Select
          label="Success"
          description="When a variation is doing well"
          data={BETTER}
          value={edit.isHigherBetter ? 'more' : 'less'}
          onChange={(value) => onChange({ isHigherBetter: value === 'more' })}
        />
        <TagsInput
          label="Counted for each"
          description="Kinds of contexts that rollouts may deal out"
          data={[...new Set(['user', ...known])]}
          value={[...edit.units]}
          onChange={(units) => onChange({ units })}
          splitChars={[',', ' ']}
        />
      </div>
      {edit.isNumeric && !edit.prometheus && (
        <Checkbox
          label="Whoever sends no event counts as 0"
          checked={edit.countsMissing}
          onChange={(event) => onChange({ countsMissing: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

function About({ edit, onChange }: PartProps) {
  const members = useMemberChoices();
  return (
    <Stack gap="md">
      <Textarea
        label="Description"
        placeholder="What it tells, and where its events come from"
        value={edit.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <div className={classes['pair']}>
        <TagsInput
          label="Tags"
          value={[...edit.tags]}
          onChange={(tags) => onChange({ tags })}
          splitChars={[',', ' ']}
        />
        <Select
          label="Maintainer"
          placeholder="You"
          data={members}
          value={edit.maintainerId ?? null}
          onChange={(id) => onChange({ maintainerId: id ?? undefined })}
          searchable
          limit={50}
        />
      </div>
    </Stack>
  );
}
