import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { EnvironmentMark } from '../ui/parts.tsx';
import classes from './shell.module.css';
import type { Environment } from './use-project.ts';

/** With more than so many, they are chosen from a list that can be searched. */
const MOST_TABS = 5;

interface Props {
  readonly environments: readonly Environment[];
  readonly current: Environment;
  readonly onChoose: (key: string) => void;
  /** What is to be known of each, such as whether a flag is on there. */
  readonly note?: (environment: Environment) => ReactNode;
}

/** Which environment a page is about. */
export function EnvironmentTabs({ environments, current, onChoose, note }: Props) {
  if (environments.length > MOST_TABS) {
    return (
      <Select
        aria-label="Environment"
        data={environments.map(({ key, name }) => ({ value: key, label: name }))}
        value={current.key}
        onChange={(key) => key !== null && onChoose(key)}
        searchable
        leftSection={<EnvironmentMark color={current.color} isCritical={current.isProduction} />}
        rightSection={note?.(current)}
        rightSectionWidth={56}
        renderOption={({ option }) => {
          const environment = environments.find(({ key }) => key === option.value);
          return environment && <EnvironmentName environment={environment} note={note?.(environment)} />;
        }}
        className={classes['environmentSelect'] ?? ''}
      />
    );
  }
  return (
    <div className={classes['environments']} role="group" aria-label="Environment">
      {environments.map((environment) => (
        <button
          key={environment.key}
          type="button"
          aria-pressed={environment.key === current.key}
          data-critical={environment.isProduction}
          onClick={() => onChoose(environment.key)}
        >
          <EnvironmentName environment={environment} note={note?.(environment)} />
        </button>
      ))}
    </div>
  );
}

function EnvironmentName({ environment, note }: { environment: Environment; note: ReactNode }) {
  return (
    <span className={classes['environment']}>
      <EnvironmentMark color={environment.color} isCritical={environment.isProduction} />
      <span>{environment.name}</span>
      {note}
    </span>
  );
}
