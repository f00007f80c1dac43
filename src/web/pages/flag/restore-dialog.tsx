import { Button, Modal, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { useChange } from '../../api/use-api.ts';
import { type Environment, useEnvironments } from '../../shell/use-project.ts';
import { SaveDialog } from '../../targeting/save-dialog.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EnvironmentMark, SkeletonRows } from '../../ui/parts.tsx';
import { changesOf } from './changes.ts';
import classes from './flag.module.css';
import { namesOf } from './names.ts';
import { type FlagVersion, type Restoration, restorationOf, type SettingsStep } from './restoration.ts';
import { savingOf } from './saving.tsx';
import { useFlags } from './use-flag.ts';

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
  readonly former: FlagVersion;
  readonly onClose: () => void;
}

/** What differs from an earlier version, in each environment and in the settings, and the ways to bring it back. */
export function RestoreDialog({ projectKey, flag, former, onClose }: Props) {
  const { environments, error, refetch } = useEnvironments(projectKey);
  const keys = [flag, former].flatMap((one) =>
    Object.values(one.environments ?? {}).flatMap(({ prerequisites }) => prerequisites?.map(({ key }) => key) ?? []),
  );
  const { flags: needed, isComplete } = useFlags(projectKey, [...new Set(keys)]);
  const [chosen, setChosen] = useState<string>();
  const restoration = restorationOf(flag, former, needed);
  const names = namesOf(flag, needed);
  const places = restoration.environments.flatMap(({ key, base, draft }) => {
    const environment = environments.find((one) => one.key === key);
    const changes = changesOf(base, draft, names);
    return environment && changes.length > 0 ? [{ environment, base, draft, changes }] : [];
  });
  const place = places.find(({ environment }) => environment.key === chosen);
  if (place) {
    const { environment, base, draft } = place;
    return (
      <SaveDialog
        {...savingOf({ projectKey, flag, environment, needed, base, draft })}
        onClose={() => setChosen(undefined)}
        onSaved={() => undefined}
      />
    );
  }
  const isReady = isComplete && environments.length > 0;
  return (
    <Modal opened onClose={onClose} title={`${flag.name} as it was`}>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {!isReady && !error && <SkeletonRows count={3} />}
      {isReady && (
        <Stack>
          {places.length === 0 && restoration.settings.length === 0 && <p>Everything is as it was then.</p>}
          {places.map(({ environment, changes }) => (
            <Place
              key={environment.key}
              environment={environment}
              words={changes.map(({ words }) => words)}
              onChoose={() => setChosen(environment.key)}
            />
          ))}
          {restoration.settings.length > 0 && (
            <Settings projectKey={projectKey} flag={flag} steps={restoration.settings} />
          )}
          <Remains restoration={restoration} environments={environments} />
        </Stack>
      )}
    </Modal>
  );
}

function Place(props: { environment: Environment; words: readonly string[]; onChoose: () => void }) {
  const { environment, words, onChoose } = props;
  return (
    <section className={classes['back']} aria-label={environment.name} data-critical={environment.isProduction}>
      <h3>
        <EnvironmentMark color={environment.color} isCritical={environment.isProduction} />
        <span>{environment.name}</span>
      </h3>
      <Words words={words} />
      <Button variant="default" size="xs" onClick={onChoose}>
        Restore in {environment.name}…
      </Button>
    </section>
  );
}

function Settings(props: { projectKey: string; flag: FlagRep; steps: readonly SettingsStep[] }) {
  const { projectKey, flag, steps } = props;
  const change = useChange([['flags', projectKey], ['auditlog'], ['tags']]);
  const restore = async () => {
    const instructions = steps.map(({ instruction }) => instruction);
    const segments = ['flags', projectKey, flag.key];
    await change.mutateAsync({ segments, method: 'PATCH', body: { instructions }, isSemanticPatch: true });
    notifications.show({ message: 'The settings are restored' });
  };
  return (
    <section className={classes['back']} aria-label="Settings">
      <h3>
        <span>Settings of the flag, in all environments</span>
      </h3>
      <Words words={steps.map(({ words }) => words)} />
      {change.error && <ErrorNotice error={change.error} />}
      <Button
        variant="default"
        size="xs"
        loading={change.isPending}
        onClick={() => void restore().catch(() => undefined)}
      >
        Restore the settings
      </Button>
    </section>
  );
}

function Words({ words }: { words: readonly string[] }) {
  return (
    <ul>
      {words.map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}

/** What is not brought back. */
function Remains(props: { restoration: Restoration; environments: readonly Environment[] }) {
  const { restoration, environments } = props;
  const lost = environments.filter(({ key }) => restoration.lost.includes(key)).map(({ name }) => name);
  return (
    <>
      {lost.length > 0 && (
        <p className={classes['mark']}>
          In {lost.join(', ')} it served variations that are gone; that cannot be brought back.
        </p>
      )}
      {restoration.areVariationsOthers && (
        <p className={classes['mark']}>Its variations were others then; they stay as they are now.</p>
      )}
    </>
  );
}
