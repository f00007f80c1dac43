import { ActionIcon, Button, Checkbox, Select } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { type Environment, useEnvironment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon, EnvironmentIcon } from '../../ui/icons.tsx';
import { EmptyState, EnvironmentMark, SkeletonRows } from '../../ui/parts.tsx';
import { useUrlState } from '../../ui/use-url-state.ts';
import classes from './compare.module.css';
import { toDraft } from './draft.ts';
import { SwapIcon } from './icons.tsx';
import { namesOf } from './names.ts';
import { differingParts, type Part, PARTS } from './parts.ts';
import { useFlags } from './use-flag.ts';

const CopyDialog = lazy(async () => ({ default: (await import('./copy-dialog.tsx')).CopyDialog }));

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
}

/** How a flag differs between two environments, and the way to bring it from one to the other. */
export function Compare({ projectKey, flag }: Props) {
  const { environment: target, environments, choose, error, refetch } = useEnvironment(projectKey);
  const { get, change } = useUrlState();
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!target) return <SkeletonRows count={6} />;
  const others = environments.filter(({ key }) => key !== target.key);
  const source = others.find(({ key }) => key === get('from')) ?? others[0];
  if (!source) {
    return (
      <EmptyState icon={<EnvironmentIcon size={22} />} title="There is one environment only">
        With another one, this page says what the flag does differently there, and copies it from one to the other.
      </EmptyState>
    );
  }
  const swap = () => {
    choose(source.key);
    change({ env: source.key, from: target.key });
  };
  return (
    <>
      <div className={classes['places']}>
        <Place label="Copy from" environments={others} chosen={source} onChoose={(key) => change({ from: key })} />
        <ActionIcon
          size="lg"
          variant="default"
          aria-label={`Copy from ${target.name} to ${source.name} instead`}
          onClick={swap}
        >
          <SwapIcon />
        </ActionIcon>
        <Place
          label="To"
          environments={environments.filter(({ key }) => key !== source.key)}
          chosen={target}
          onChoose={choose}
        />
      </div>
      <Between key={`${source.key} ${target.key}`} {...{ projectKey, flag, source, target }} />
    </>
  );
}

interface PlaceProps {
  readonly label: string;
  readonly environments: readonly Environment[];
  readonly chosen: Environment;
  readonly onChoose: (key: string) => void;
}

function Place({ label, environments, chosen, onChoose }: PlaceProps) {
  return (
    <Select
      label={label}
      data={environments.map(({ key, name }) => ({ value: key, label: name }))}
      value={chosen.key}
      onChange={(key) => key !== null && onChoose(key)}
      allowDeselect={false}
      searchable
      leftSection={<EnvironmentMark color={chosen.color} isCritical={chosen.isProduction} />}
    />
  );
}

interface BetweenProps extends Props {
  readonly source: Environment;
  readonly target: Environment;
}

function Between({ projectKey, flag, source, target }: BetweenProps) {
  const [from, to] = [flag.environments?.[source.key], flag.environments?.[target.key]];
  const keys = [from, to].flatMap((config) => config?.prerequisites?.map(({ key }) => key) ?? []);
  const { flags: needed, isComplete } = useFlags(projectKey, [...new Set(keys)]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isCopying, setCopying] = useState(false);
  if (!from || !to || !isComplete) return <SkeletonRows count={6} />;
  const [wanted, stored] = [toDraft(flag, from, needed), toDraft(flag, to, needed)];
  const names = namesOf(flag, needed);
  const different = differingParts(wanted, stored, names);
  const chosen = different.filter(({ action }) => !left.has(action));
  const toggle = (action: string) => {
    const after = new Set(left);
    if (!after.delete(action)) after.add(action);
    setLeft(after);
  };
  if (different.length === 0) {
    return (
      <section className={classes['card']} aria-label="Differences">
        <EmptyState icon={<CheckIcon size={22} />} title="No difference">
          The flag does the same in {source.name} and in {target.name}.
        </EmptyState>
      </section>
    );
  }
  const same = PARTS.filter((part) => !different.includes(part));
  return (
    <>
      <section className={classes['card']} aria-label="Differences">
        <div className={classes['head']} aria-hidden="true">
          <span>Part</span>
          <span>In {source.name}</span>
          <span data-critical={target.isProduction}>In {target.name}</span>
        </div>
        {different.map((part) => (
          <div key={part.action} className={classes['part']} role="group" aria-label={part.label}>
            <Checkbox label={part.label} checked={!left.has(part.action)} onChange={() => toggle(part.action)} />
            <Words place={source.name} words={part.words(wanted, names)} />
            <Words place={target.name} words={part.words(stored, names)} />
          </div>
        ))}
        {same.length > 0 && (
          <p className={classes['same']}>The same in both: {same.map(({ label }) => label.toLowerCase()).join(', ')}</p>
        )}
      </section>
      <div className={classes['end']}>
        <Button disabled={chosen.length === 0} onClick={() => setCopying(true)}>
          {chosen.length === different.length
            ? `Copy all to ${target.name}…`
            : `Copy ${partCount(chosen)} to ${target.name}…`}
        </Button>
      </div>
      {isCopying && (
        <Suspense>
          <CopyDialog
            {...{ projectKey, flag, source, target, needed, wanted, base: stored, parts: chosen }}
            onClose={() => setCopying(false)}
          />
        </Suspense>
      )}
    </>
  );
}

function partCount(parts: readonly Part[]): string {
  return parts.length === 1 ? '1 part' : `${parts.length} parts`;
}

function Words({ place, words }: { place: string; words: readonly string[] }) {
  return (
    <div className={classes['words']}>
      <small>In {place}</small>
      {words.length === 0 && <span className={classes['none']}>none</span>}
      {words.map((line, index) => (
        <p key={index}>{line}</p>
      ))}
    </div>
  );
}
