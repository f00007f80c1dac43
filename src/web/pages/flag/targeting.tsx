import { lazy, Suspense } from 'react';
import type { ExpiringTargetRep } from '../../../wire/rest/expiring-target.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { useApi } from '../../api/use-api.ts';
import { EnvironmentTabs } from '../../shell/environment-tabs.tsx';
import { type Environment, useEnvironment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { OnOff } from '../../ui/on-off.tsx';
import { SkeletonRows } from '../../ui/parts.tsx';
import classes from './flag.module.css';
import { type TargetEnd, toDraft } from './draft.ts';
import { Prerequisites } from './prerequisites.tsx';
import { Preview } from './preview.tsx';
import { Rules } from './rules.tsx';
import { FlagSaveBar } from './save-bar.tsx';
import { Served } from './served.tsx';
import { Targets } from './targets.tsx';
import { useDraft } from '../../targeting/use-draft.ts';
import { useFlags } from './use-flag.ts';

const Pending = lazy(async () => ({ default: (await import('./pending.tsx')).Pending }));

interface Props {
  readonly projectKey: string;
  readonly flag: FlagRep;
}

/** What a flag serves in an environment, to change it. */
export function Targeting({ projectKey, flag }: Props) {
  const { environment, environments, choose, error, refetch } = useEnvironment(projectKey);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!environment) return <SkeletonRows count={6} />;
  return (
    <>
      <EnvironmentTabs
        environments={environments}
        current={environment}
        onChoose={choose}
        note={({ key }) => <OnOff isOn={flag.environments?.[key]?.on ?? false} />}
      />
      <InEnvironment key={environment.key} projectKey={projectKey} flag={flag} environment={environment} />
    </>
  );
}

/** The flags that are needed have to be there first: their variations are stored by position and changed by id. */
function InEnvironment({ projectKey, flag, environment }: Props & { environment: Environment }) {
  const config = flag.environments?.[environment.key];
  const { flags: needed, isComplete } = useFlags(projectKey, config?.prerequisites?.map(({ key }) => key) ?? []);
  const { ends, isRead } = useEnds(projectKey, flag.key, environment.key);
  if (!config || !isComplete || !isRead) return <SkeletonRows count={6} />;
  const stored = toDraft(flag, config, needed, ends);
  const about = { projectKey, flag, environment, version: config.version, salt: config.salt, stored };
  return <Editor {...about} />;
}

/** When individual targets end. Who may not read that can edit all else. */
function useEnds(projectKey: string, flagKey: string, environmentKey: string) {
  const path = ['flags', projectKey, flagKey, 'expiring-targets', environmentKey];
  const { data, isPending } = useApi<{ items: readonly ExpiringTargetRep[] }>(path);
  const ends = (data?.items ?? []).map(
    ({ contextKind = 'user', contextKey = '', variationId, expirationDate }): TargetEnd => ({
      contextKind,
      contextKey,
      variationId,
      at: expirationDate,
    }),
  );
  return { ends, isRead: !isPending };
}

interface EditorProps extends Props {
  readonly environment: Environment;
  readonly version: number;
  readonly salt: string;
  readonly stored: ReturnType<typeof toDraft>;
}

function Editor({ projectKey, flag, environment, version, salt, stored }: EditorProps) {
  const { draft, base, change, discard, isBehind } = useDraft(stored, version);
  const { flags: needed } = useFlags(
    projectKey,
    [...base.prerequisites, ...draft.prerequisites]
      .map(({ key }) => key)
      .filter((key, index, all) => all.indexOf(key) === index),
  );
  const place = { projectKey, environmentKey: environment.key };
  return (
    <>
      <Suspense>
        <Pending {...place} flag={flag} stored={stored} needed={needed} />
      </Suspense>
      <div className={classes['columns']}>
        <div className={classes['sections']}>
          <Served flag={flag} draft={draft} environment={environment} onChange={change} part="switch" />
          <Prerequisites projectKey={projectKey} flag={flag} draft={draft} needed={needed} onChange={change} />
          {flag._purpose !== 'migration' && <Targets flag={flag} draft={draft} onChange={change} />}
          <Rules place={place} flag={flag} draft={draft} onChange={change} />
          <Served flag={flag} draft={draft} environment={environment} onChange={change} part="default" />
          <Served flag={flag} draft={draft} environment={environment} onChange={change} part="off" />
        </div>
        <Preview place={place} flag={flag} stored={base} draft={draft} salt={salt} needed={needed} />
      </div>
      <FlagSaveBar
        projectKey={projectKey}
        flag={flag}
        environment={environment}
        needed={needed}
        base={base}
        draft={draft}
        isBehind={isBehind}
        onDiscard={discard}
      />
    </>
  );
}
