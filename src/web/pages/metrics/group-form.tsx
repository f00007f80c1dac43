import { SegmentedControl, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Static } from 'typebox';
import type { MetricGroupRep } from '../../../wire/rest/metric-group.ts';
import type { MetricCollection } from '../../../wire/rest/metric.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { useMemberChoices } from '../../api/use-members.ts';
import { FormDialog, NameFields } from '../../ui/form-dialog.tsx';
import { keyOf } from '../../ui/key-of.ts';
import { MoveButtons } from '../../ui/move-buttons.tsx';
import { moved } from '../../ui/moved.ts';
import classes from './metrics.module.css';
import { groupsPath } from './paths.ts';

const KINDS = [
  { value: 'funnel', label: 'Funnel: steps in order' },
  { value: 'standard', label: 'Standard: looked at together' },
];
/** As many as one answer has. */
const MOST_METRICS = 50;

interface GroupedMetric {
  readonly key: string;
  readonly nameInGroup: string;
}

interface Props {
  readonly projectKey: string;
  /** The one to change; a new one is made when absent. */
  readonly group?: MetricGroupRep;
  readonly onClose: () => void;
}

/** The dialog that makes a metric group, or changes one. */
export function GroupForm({ projectKey, group, onClose }: Props) {
  const [kind, setKind] = useState(group?.kind ?? 'funnel');
  const [name, setName] = useState(group?.name ?? '');
  const [typed, setTyped] = useState<string>();
  const [description, setDescription] = useState(group?.description ?? '');
  const [tags, setTags] = useState<string[]>(group?.tags ?? []);
  const [maintainerId, setMaintainer] = useState<string | undefined>(group?.maintainer.member?._id);
  const [metrics, setMetrics] = useState<readonly GroupedMetric[]>(() =>
    (group?.metrics ?? []).map((metric) => ({ key: metric.key, nameInGroup: metric.nameInGroup ?? '' })),
  );
  const members = useMemberChoices();
  const save = useChange([groupsPath(projectKey), ['metrics', projectKey], ['auditlog']]);
  const key = typed ?? keyOf(name);
  const problem = problemOf({ name, kind, metrics });
  const submit = async () => {
    const settings = {
      name: name.trim(),
      description: description.trim(),
      tags,
      maintainerId,
      metrics: metrics.map((metric) => ({ key: metric.key, nameInGroup: metric.nameInGroup.trim() || undefined })),
    };
    const patch = Object.entries(settings).flatMap(([field, value]) =>
      value === undefined ? [] : [{ op: 'add', path: `/${field}`, value }],
    );
    await save.mutateAsync(
      group
        ? { segments: [...groupsPath(projectKey), group.key], method: 'PATCH', isBeta: true, body: patch }
        : { segments: groupsPath(projectKey), method: 'POST', isBeta: true, body: { key, kind, ...settings } },
    );
    notifications.show({ message: `${name.trim()} is ${group ? 'saved' : 'created'}` });
    onClose();
  };
  return (
    <FormDialog
      title={group ? `Change ${group.name}` : 'Create a metric group'}
      action={group ? 'Save' : 'Create group'}
      error={save.error}
      isPending={save.isPending}
      isReady={problem === undefined && key !== ''}
      problem={name === '' ? undefined : problem}
      onSubmit={submit}
      onClose={onClose}
    >
      {!group && <SegmentedControl aria-label="Kind" data={KINDS} value={kind} onChange={setKind} fullWidth />}
      <div className={classes['pair']}>
        <NameFields
          name={name}
          onName={setName}
          {...(!group && { keyField: { typed, onType: setTyped } })}
          example="Checkout"
        />
      </div>
      <MetricChoice projectKey={projectKey} isFunnel={kind === 'funnel'} metrics={metrics} onChange={setMetrics} />
      <Textarea
        label="Description"
        minRows={1}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <div className={classes['pair']}>
        <TagsInput label="Tags" value={tags} onChange={setTags} splitChars={[',', ' ']} />
        <Select
          label="Maintainer"
          placeholder="You"
          data={members}
          value={maintainerId ?? null}
          onChange={(id) => setMaintainer(id ?? undefined)}
          searchable
          limit={50}
        />
      </div>
    </FormDialog>
  );
}

interface ChoiceProps {
  readonly projectKey: string;
  readonly isFunnel: boolean;
  readonly metrics: readonly GroupedMetric[];
  readonly onChange: (metrics: readonly GroupedMetric[]) => void;
}

/** Metrics in their order, each once. */
function MetricChoice({ projectKey, isFunnel, metrics, onChange }: ChoiceProps) {
  const [text, setText] = useState('');
  const filter = [text && `query equals ${JSON.stringify(text)}`, isFunnel && 'isNumeric equals false']
    .filter(Boolean)
    .join(',');
  const query = { limit: MOST_METRICS, sort: 'name', filter };
  const known = useApi<Static<typeof MetricCollection>>(['metrics', projectKey], { query, keepsFormer: true });
  const free = (known.data?.items ?? []).filter(({ key }) => !metrics.some((metric) => metric.key === key));
  const what = isFunnel ? 'step' : 'metric';
  return (
    <div className={classes['choice']} role="group" aria-label={isFunnel ? 'Steps' : 'Metrics'}>
      <ol className={classes['steps']}>
        {metrics.map(({ key, nameInGroup }, index) => (
          <li key={key} className={classes['step']}>
            <div className={classes['stepFields']}>
              <code>{key}</code>
              <TextInput
                size="xs"
                aria-label={`Name of ${key} in the group`}
                placeholder={isFunnel ? 'What the step is called' : 'Another name in the group'}
                value={nameInGroup}
                onChange={(event) => onChange(metrics.with(index, { key, nameInGroup: event.currentTarget.value }))}
              />
            </div>
            <MoveButtons
              name={key}
              onUp={index === 0 ? undefined : () => onChange(moved(metrics, index, index - 1))}
              onDown={index === metrics.length - 1 ? undefined : () => onChange(moved(metrics, index, index + 2))}
              onRemove={() => onChange(metrics.toSpliced(index, 1))}
            />
          </li>
        ))}
      </ol>
      <Select
        label={`Add a ${what}`}
        placeholder="Name or key of a metric"
        data={free.map((metric) => ({ value: metric.key, label: `${metric.name} (${metric.key})` }))}
        value={null}
        searchValue={text}
        onSearchChange={setText}
        filter={({ options }) => options}
        onChange={(key) => {
          const metric = free.find((one) => one.key === key);
          if (metric) onChange([...metrics, { key: metric.key, nameInGroup: isFunnel ? metric.name : '' }]);
          setText('');
        }}
        searchable
        nothingFoundMessage={
          isFunnel ? 'No other metric of that name is a conversion' : 'No other metric has that name'
        }
      />
    </div>
  );
}

function problemOf(group: { name: string; kind: string; metrics: readonly GroupedMetric[] }): string | undefined {
  if (group.name.trim() === '') return 'It needs a name';
  if (group.metrics.length === 0) return 'It needs a metric';
  const isUnnamed = group.kind === 'funnel' && group.metrics.some(({ nameInGroup }) => nameInGroup.trim() === '');
  return isUnnamed ? 'Each step needs a name' : undefined;
}
