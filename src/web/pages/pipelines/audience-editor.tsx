import { Checkbox, MultiSelect, Select, TextInput } from '@mantine/core';
import type { Static } from 'typebox';
import type { SegmentCollection } from '../../../wire/rest/segment.ts';
import { useApi } from '../../api/use-api.ts';
import type { DraftAudience, DraftSettings, Strategy } from './draft.ts';
import { withStrategy } from './draft.ts';
import { MoveButtons } from '../../ui/move-buttons.tsx';
import { Handle } from './handle.tsx';
import type { EditorScene } from './phase-list.tsx';
import classes from './pipelines.module.css';
import { People } from './people.tsx';
import { StagedSettings } from './staged-settings.tsx';
import type { Reorder } from './use-reorder.ts';

const STRATEGIES: readonly { value: Strategy; label: string }[] = [
  { value: 'immediate-rollout', label: 'At once' },
  { value: 'monitored-release', label: 'Guarded: in stages, watched by metrics' },
  { value: 'progressive-release', label: 'In stages, by time alone' },
];
const MOST_SEGMENTS = 200;

interface Props {
  readonly audience: DraftAudience;
  /** Where it is in the request. */
  readonly path: string;
  /** What it is called by screen readers. */
  readonly label: string;
  readonly scene: EditorScene;
  readonly onChange: (audience: DraftAudience) => void;
  readonly target: object;
  readonly handle: ReturnType<Reorder['audienceHandle']>;
  readonly onUp: (() => void) | undefined;
  readonly onDown: (() => void) | undefined;
  readonly onRemove: (() => void) | undefined;
}

/** Who gets the variation in which environment, and how. */
export function AudienceEditor(props: Props) {
  const { audience, path, label, scene, onChange, target, handle, onUp, onDown, onRemove } = props;
  const { environments, isLocked, isLegacy, problemAt } = scene;
  const { settings } = audience;
  const environment = environments.find(({ key }) => key === audience.environmentKey);
  const setSettings = (changes: Partial<DraftSettings>) =>
    onChange({ ...audience, settings: { ...settings, ...changes } });
  return (
    <li
      className={classes['audience']}
      data-card
      data-critical={environment?.critical ?? false}
      aria-label={audience.name === '' ? label : audience.name}
      {...target}
    >
      <div className={classes['audienceHead']}>
        {!isLocked && <Handle {...handle} />}
        <TextInput
          aria-label={`Name of ${label}`}
          placeholder="Name of the audience"
          className={classes['grow'] ?? ''}
          value={audience.name}
          error={problemAt(`${path}.name`)}
          onChange={(event) => onChange({ ...audience, name: event.currentTarget.value })}
        />
        {!isLocked && <MoveButtons name={label} onUp={onUp} onDown={onDown} onRemove={onRemove} />}
      </div>
      <div className={classes['fields']}>
        <Select
          label="Environment"
          data={environments.map(({ key, name, critical }) => ({
            value: key,
            label: critical ? `${name} (critical)` : name,
          }))}
          value={audience.environmentKey ?? null}
          placeholder="The environment has been deleted"
          disabled={isLocked}
          error={problemAt(`${path}.environmentKey`)}
          onChange={(key) => key !== null && onChange({ ...audience, environmentKey: key, segmentKeys: [] })}
        />
        <Segments {...{ audience, path, scene, onChange }} />
        {!isLegacy && (
          <Select
            label="How"
            data={STRATEGIES}
            value={settings.strategy}
            disabled={isLocked}
            error={problemAt(`${path}.configuration.releaseStrategy`)}
            onChange={(strategy) =>
              strategy !== null && onChange({ ...audience, settings: withStrategy(settings, strategy) })
            }
          />
        )}
      </div>
      {!isLegacy && settings.strategy !== 'immediate-rollout' && (
        <StagedSettings
          settings={settings}
          path={`${path}.configuration.releaseGuardianConfiguration`}
          label={label}
          scene={scene}
          onChange={setSettings}
        />
      )}
      {!isLegacy && (
        <div className={classes['approval']}>
          <Checkbox
            label="Needs approval"
            checked={settings.requireApproval}
            disabled={isLocked}
            onChange={(event) => setSettings({ requireApproval: event.currentTarget.checked })}
          />
          <People settings={settings} path={`${path}.configuration`} scene={scene} onChange={setSettings} />
        </div>
      )}
    </li>
  );
}

function Segments({ audience, path, scene, onChange }: Pick<Props, 'audience' | 'path' | 'scene' | 'onChange'>) {
  const { environmentKey, segmentKeys } = audience;
  const { data } = useApi<Static<typeof SegmentCollection>>(['segments', scene.projectKey, environmentKey ?? ''], {
    query: { limit: MOST_SEGMENTS },
    isEnabled: environmentKey !== undefined,
  });
  const known = (data?.items ?? []).map(({ key, name }) => ({ value: key, label: name }));
  const gone = segmentKeys.filter((key) => !known.some(({ value }) => value === key));
  return (
    <MultiSelect
      size="sm"
      label="Who"
      placeholder={segmentKeys.length === 0 ? 'Everyone' : ''}
      data={[...known, ...gone.map((key) => ({ value: key, label: key }))]}
      value={[...segmentKeys]}
      disabled={scene.isLocked}
      error={scene.problemAt(`${path}.segmentKeys`)}
      onChange={(keys) => onChange({ ...audience, segmentKeys: keys })}
      nothingFoundMessage="No segment in this environment"
      searchable
      hidePickedOptions
    />
  );
}
