import { Button, Checkbox, Group, Modal, Select, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Static } from 'typebox';
import { useLocation } from 'wouter';
import type { FlagCollection, FlagRep } from '../../../wire/rest/flag.ts';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import type { ReleaseRep } from '../../../wire/rest/release.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { releaseAddress, releasePath } from '../../release/paths.ts';
import { ErrorNotice, messageOf } from '../../ui/error-notice.tsx';
import { variationLabel } from '../../ui/variation.tsx';
import { DryRun } from './dry-run.tsx';

const SHOWN = 20;

interface Props {
  readonly projectKey: string;
  readonly pipelines: readonly PipelineRep[];
  readonly firstPipelineKey: string;
  readonly firstFlagKey: string | undefined;
  readonly onClose: () => void;
}

/** The dialog that adds a flag to a pipeline, after showing what would happen. */
export function StartRelease({ projectKey, pipelines, firstPipelineKey, firstFlagKey, onClose }: Props) {
  const [flagKey, setFlagKey] = useState(firstFlagKey);
  const [pipelineKey, setPipelineKey] = useState(firstPipelineKey);
  const [variationId, setVariationId] = useState<string>();
  const [beginsAtOnce, setBeginsAtOnce] = useState(true);
  const [, go] = useLocation();
  const flag = useApi<FlagRep>(['flags', projectKey, flagKey ?? ''], { isEnabled: flagKey !== undefined }).data;
  const chosenId = variationId ?? flag?.variations.find(({ value }) => value === true)?._id;
  const pipeline = pipelines.find(({ key }) => key === pipelineKey);
  const change = useChange<ReleaseRep>([
    ['projects', projectKey],
    ['flags', projectKey],
  ]);
  const ready = flagKey !== undefined && flag !== undefined && pipeline !== undefined;
  const start = async () => {
    if (!ready) return;
    const body = { releasePipelineKey: pipeline.key, ...(chosenId !== undefined && { releaseVariationId: chosenId }) };
    const segments = releasePath(projectKey, flagKey);
    const release = await change.mutateAsync({ segments, method: 'PUT', isBeta: true, body });
    const [first] = release.phases;
    if (beginsAtOnce && first && !pipeline._isLegacy) {
      const phase = { segments: [...segments, 'phases', first._id], method: 'PUT', isBeta: true } as const;
      await change
        .mutateAsync({ ...phase, body: { status: 'active' } })
        .catch((error: unknown) => notifications.show({ color: 'red', message: messageOf(error), autoClose: false }));
    }
    go(releaseAddress(projectKey, flagKey));
  };
  return (
    <Modal opened onClose={onClose} title="Start a release" size="xl">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start().catch(() => undefined);
        }}
      >
        <Stack gap="md">
          <FlagChoice
            projectKey={projectKey}
            flagKey={flagKey}
            flag={flag}
            onChoose={(key) => {
              setFlagKey(key);
              setVariationId(undefined);
            }}
          />
          <Group grow align="flex-start">
            <Select
              label="Pipeline"
              data={pipelines.map(({ key, name }) => ({ value: key, label: name }))}
              value={pipelineKey}
              onChange={(key) => key !== null && setPipelineKey(key)}
            />
            <Select
              label="Variation to release"
              placeholder={flag ? 'Choose a variation' : 'Choose a flag first'}
              disabled={!flag}
              data={(flag?.variations ?? []).map((variation) => ({
                value: variation._id ?? '',
                label: variationLabel(variation),
              }))}
              value={chosenId ?? null}
              onChange={(id) => setVariationId(id ?? undefined)}
            />
          </Group>
          {ready && !pipeline._isLegacy && (
            <DryRun projectKey={projectKey} flagKey={flagKey} pipeline={pipeline} variationId={chosenId} />
          )}
          {!pipeline?._isLegacy && (
            <Checkbox
              label={`Start phase “${pipeline?.phases[0]?.name ?? ''}” at once`}
              checked={beginsAtOnce}
              onChange={(event) => setBeginsAtOnce(event.currentTarget.checked)}
            />
          )}
          {change.error && <ErrorNotice error={change.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!ready} loading={change.isPending}>
              Start release
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface ChoiceProps {
  readonly projectKey: string;
  readonly flagKey: string | undefined;
  readonly flag: FlagRep | undefined;
  readonly onChoose: (key: string) => void;
}

function FlagChoice({ projectKey, flagKey, flag, onChoose }: ChoiceProps) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 200);
  const labelOf = ({ key, name }: Pick<FlagRep, 'key' | 'name'>) => (name === key ? key : `${name} (${key})`);
  const isChosen = flag !== undefined && asked === labelOf(flag);
  const found = useApi<Static<typeof FlagCollection>>(['flags', projectKey], {
    query: { limit: SHOWN, query: isChosen ? '' : asked, sort: 'name' },
    keepsFormer: true,
  }).data?.items;
  const known = flag && !found?.some(({ key }) => key === flag.key) ? [flag] : [];
  return (
    <Select
      data-autofocus={flagKey === undefined || undefined}
      label="Flag"
      placeholder="Name or key"
      searchable
      data={[...known, ...(found ?? [])].map((one) => ({ value: one.key, label: labelOf(one) }))}
      value={flagKey ?? null}
      onChange={(key) => key !== null && onChoose(key)}
      onSearchChange={setText}
      filter={({ options }) => options}
      nothingFoundMessage="No flag is called that"
    />
  );
}
