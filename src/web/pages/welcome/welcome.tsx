import { Button, Select } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, type ReactNode, Suspense } from 'react';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import type { FlagCollection, FlagRep } from '../../../wire/rest/flag.ts';
import { useApi } from '../../api/use-api.ts';
import { EnvironmentTabs } from '../../shell/environment-tabs.tsx';
import { flagPath } from '../../shell/paths.ts';
import { remember, remembered } from '../../shell/remembered.ts';
import { useEnvironment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon, PlusIcon } from '../../ui/icons.tsx';
import { PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { useUrlState } from '../../ui/use-url-state.ts';
import { Connection } from './connection.tsx';
import { Snippet } from './snippet.tsx';
import { type Sdk, SDKS } from './snippets.ts';
import classes from './welcome.module.css';

const CreateFlag = lazy(async () => ({ default: (await import('../flags/create-flag.tsx')).CreateFlag }));

/** So many of the newest flags can be chosen. */
const FLAGS_OFFERED = 50;

/** From nothing to a program that asks for a flag: create one, copy a program, see it connect. */
export function Welcome({ projectKey }: { projectKey: string }) {
  useTitle('Get started');
  const { get, change } = useUrlState();
  const list = useApi<Static<typeof FlagCollection>>(['flags', projectKey], {
    query: { limit: FLAGS_OFFERED, sort: '-creationDate' },
  });
  const named = get('flag');
  const known = list.data?.items.find(({ key }) => key === named);
  const missing = useApi<FlagRep>(['flags', projectKey, named ?? ''], {
    isEnabled: named !== undefined && list.data !== undefined && known === undefined,
  });
  const flag = known ?? missing.data ?? list.data?.items[0];
  const { environment, environments, choose, ...around } = useEnvironment(projectKey);
  const [sdk, chooseSdk] = useSdk();
  const failed = [list, around].find(({ error }) => error !== null);
  return (
    <>
      <PageHead
        title="Get started"
        below={<p className={classes['lead']}>Three steps to a program that asks this service for a flag.</p>}
      />
      {failed && <ErrorNotice error={failed.error} onRetry={() => void failed.refetch()} />}
      {!failed && !list.data && <SkeletonRows count={3} height={90} />}
      {list.data && (
        <ol className={classes['steps']}>
          <Step number={1} title="Create a flag" isDone={flag !== undefined}>
            <FlagStep
              projectKey={projectKey}
              flag={flag}
              flags={list.data.items}
              onChoose={(key) => change({ flag: key })}
            />
          </Step>
          <Step number={2} title="Ask for it in your code" isDone={false}>
            {!flag && <p className={classes['note']}>The program is written for your flag, once there is one.</p>}
            {flag && environment && (
              <>
                <EnvironmentTabs environments={environments} current={environment} onChoose={choose} />
                <SdkChoice current={sdk} onChoose={chooseSdk} />
                <Snippet projectKey={projectKey} environment={environment} flag={flag} sdk={sdk} />
              </>
            )}
          </Step>
          <Step number={3} title="See it connect" isDone={false}>
            {!(flag && environment) && <p className={classes['note']}>Run the program, and it shows here.</p>}
            {flag && environment && (
              <>
                <Connection
                  key={`${environment.key} ${sdk.id}`}
                  projectKey={projectKey}
                  environmentKey={environment.key}
                  flagKey={flag.key}
                  sdk={sdk}
                />
                <p className={classes['note']}>
                  Then turn <Link href={flagPath(projectKey, flag.key, environment.key)}>{flag.name}</Link> on in{' '}
                  {environment.name}, and the program gets another value.
                </p>
              </>
            )}
          </Step>
        </ol>
      )}
    </>
  );
}

/** The SDK that was chosen last. */
function useSdk(): readonly [Sdk, (id: string) => void] {
  const { get, change } = useUrlState();
  const id = get('sdk') ?? remembered('sdk');
  const sdk = SDKS.find((one) => one.id === id) ?? SDKS[0];
  if (!sdk) throw new Error('There is no SDK');
  const choose = (chosen: string) => {
    remember('sdk', chosen);
    change({ sdk: chosen });
  };
  return [sdk, choose];
}

function Step(props: { number: number; title: string; isDone: boolean; children: ReactNode }) {
  const { number, title, isDone, children } = props;
  return (
    <li className={classes['step']} data-done={isDone}>
      <span className={classes['number']} aria-hidden="true">
        {isDone ? <CheckIcon size={15} /> : number}
      </span>
      <div className={classes['stepBody']}>
        <h2>{title}</h2>
        {children}
      </div>
    </li>
  );
}

interface FlagStepProps {
  readonly projectKey: string;
  readonly flag: FlagRep | undefined;
  readonly flags: readonly FlagRep[];
  readonly onChoose: (key: string) => void;
}

function FlagStep({ projectKey, flag, flags, onChoose }: FlagStepProps) {
  const [isCreating, creating] = useDisclosure();
  const offered = flag && !flags.some(({ key }) => key === flag.key) ? [flag, ...flags] : flags;
  return (
    <>
      {!flag && (
        <p className={classes['note']}>
          A flag decides, while your software runs, who gets which version of something. It is off everywhere at first.
        </p>
      )}
      <div className={classes['flagChoice']}>
        {flag && (
          <Select
            aria-label="Flag"
            data={offered.map(({ key, name }) => ({ value: key, label: name }))}
            value={flag.key}
            onChange={(key) => key !== null && onChoose(key)}
            searchable
          />
        )}
        <Button variant={flag ? 'default' : 'filled'} leftSection={<PlusIcon />} onClick={creating.open}>
          Create flag
        </Button>
      </div>
      {isCreating && (
        <Suspense>
          <CreateFlag projectKey={projectKey} onClose={creating.close} onCreated={onChoose} />
        </Suspense>
      )}
    </>
  );
}

function SdkChoice({ current, onChoose }: { current: Sdk; onChoose: (id: string) => void }) {
  return (
    <div className={classes['sdks']} role="group" aria-label="SDK">
      {SDKS.map(({ id, name }) => (
        <button key={id} type="button" aria-pressed={id === current.id} onClick={() => onChoose(id)}>
          {name}
        </button>
      ))}
    </div>
  );
}
