import { ActionIcon, Button, Checkbox, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import type { Static } from 'typebox';
import type { MetricCollection } from '../../../wire/rest/metric.ts';
import { useApi } from '../../api/use-api.ts';
import { DurationInput } from '../../release/duration-input.tsx';
import { PlusIcon, TrashIcon } from '../../ui/icons.tsx';
import type { DraftSettings, DraftStage } from './draft.ts';
import { withUnknown } from './people.tsx';
import type { EditorScene } from './phase-list.tsx';
import classes from './pipelines.module.css';

const MOST_METRICS = 200;
const UNDECIDED = [
  { value: '', label: 'as the service has it' },
  { value: 'revert', label: 'roll back' },
  { value: 'hold', label: 'wait for somebody' },
  { value: 'proceed', label: 'go on' },
];

interface Props {
  readonly settings: DraftSettings;
  /** Where it is in the request. */
  readonly path: string;
  readonly label: string;
  readonly scene: EditorScene;
  readonly onChange: (changes: Partial<DraftSettings>) => void;
}

/** The stages of a rollout, and what watches them. */
export function StagedSettings(props: Props) {
  const { settings, path, label, scene, onChange } = props;
  const isGuarded = settings.strategy === 'monitored-release';
  return (
    <div className={classes['staged']}>
      <Stages {...props} />
      <div className={classes['fields']}>
        <TextInput
          label="Dealt by context kind"
          value={settings.randomizationUnit}
          disabled={scene.isLocked}
          error={scene.problemAt(`${path}.randomizationUnit`)}
          onChange={(event) => onChange({ randomizationUnit: event.currentTarget.value })}
        />
        {isGuarded && <Metrics {...props} />}
        {isGuarded && (
          <>
            <NumberInput
              label="Contexts needed on each side"
              placeholder="as the service has it"
              min={1}
              allowDecimal={false}
              hideControls
              value={settings.minSampleSize === 0 ? '' : settings.minSampleSize}
              disabled={scene.isLocked}
              error={scene.problemAt(`${path}.minSampleSize`)}
              onChange={(typed) => onChange({ minSampleSize: Number(typed) || 0 })}
            />
            <Select
              label="When too few came"
              data={UNDECIDED}
              value={settings.whenUndecided}
              disabled={scene.isLocked}
              error={scene.problemAt(`${path}.whenUndecided`)}
              onChange={(whenUndecided) => onChange({ whenUndecided: whenUndecided ?? '' })}
            />
          </>
        )}
      </div>
      {isGuarded && (
        <Checkbox
          label={`Roll back by itself when a metric gets worse`}
          aria-label={`Roll back ${label} by itself when a metric gets worse`}
          checked={settings.rollbackOnRegression}
          disabled={scene.isLocked}
          onChange={(event) => onChange({ rollbackOnRegression: event.currentTarget.checked })}
        />
      )}
    </div>
  );
}

function Stages({ settings, path, label, scene: { isLocked, problemAt }, onChange }: Props) {
  const { stages } = settings;
  const most = settings.strategy === 'monitored-release' ? 50 : 100;
  const set = (index: number, stage: DraftStage, changes: Partial<DraftStage>) =>
    onChange({ stages: stages.with(index, { ...stage, ...changes }) });
  const last = stages.at(-1);
  return (
    <fieldset className={classes['stages']}>
      <legend>Stages, up to {most} % of the traffic</legend>
      {stages.map((stage, index) => (
        <div key={index} className={classes['stage']}>
          <NumberInput
            aria-label={`Traffic of stage ${index + 1} of ${label}`}
            suffix=" %"
            min={0}
            max={most}
            clampBehavior="none"
            decimalScale={3}
            hideControls
            value={stage.percent}
            disabled={isLocked}
            error={problemAt(`${path}.stages[${index}].allocation`) ?? problemAt(`${path}.rolloutWeight`)}
            onChange={(typed) => set(index, stage, { percent: Number(typed) })}
          />
          <span>for</span>
          <DurationInput
            isLabelHidden
            label={`Time of stage ${index + 1} of ${label}`}
            value={stage.durationMillis}
            isDisabled={isLocked}
            error={
              problemAt(`${path}.stages[${index}].durationMillis`) ?? problemAt(`${path}.monitoringWindowMilliseconds`)
            }
            onChange={(durationMillis) => set(index, stage, { durationMillis })}
          />
          <ActionIcon
            aria-label={`Remove stage ${index + 1} of ${label}`}
            disabled={isLocked || stages.length === 1}
            onClick={() => onChange({ stages: stages.toSpliced(index, 1) })}
          >
            <TrashIcon />
          </ActionIcon>
        </div>
      ))}
      {!isLocked && last && (
        <Button
          variant="subtle"
          size="xs"
          leftSection={<PlusIcon size={14} />}
          onClick={() => onChange({ stages: [...stages, { ...last, percent: Math.min(most, last.percent * 2) }] })}
        >
          Add a stage
        </Button>
      )}
    </fieldset>
  );
}

function Metrics({ settings, path, scene, onChange }: Props) {
  const { data } = useApi<Static<typeof MetricCollection>>(['metrics', scene.projectKey], {
    query: { limit: MOST_METRICS },
  });
  const metrics = (data?.items ?? []).map(({ key, name }) => ({ value: key, label: name }));
  const shared = { size: 'sm', disabled: scene.isLocked, searchable: true, hidePickedOptions: true } as const;
  const { metricKeys, observedMetricKeys } = settings;
  return (
    <>
      <MultiSelect
        {...shared}
        label="Metrics that decide"
        placeholder={metricKeys.length === 0 ? 'Those of the flag' : ''}
        data={withUnknown(metrics, metricKeys).filter(({ value }) => !observedMetricKeys.includes(value))}
        value={[...metricKeys]}
        error={scene.problemAt(`${path}.metricKeys`)}
        onChange={(keys) => onChange({ metricKeys: keys })}
      />
      <MultiSelect
        {...shared}
        label="Metrics that are only shown"
        placeholder={observedMetricKeys.length === 0 ? 'None' : ''}
        data={withUnknown(metrics, observedMetricKeys).filter(({ value }) => !metricKeys.includes(value))}
        value={[...observedMetricKeys]}
        error={scene.problemAt(`${path}.observedMetricKeys`)}
        onChange={(keys) => onChange({ observedMetricKeys: keys })}
      />
    </>
  );
}
