import { Button } from '@mantine/core';
import { Link } from 'wouter';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { ExplanationRep } from '../../../wire/rest/release-steering.ts';
import type { ReleaseRep } from '../../../wire/rest/release.ts';
import { ApiError } from '../../api/request.ts';
import { useApi, useChange } from '../../api/use-api.ts';
import { ReleaseIcon } from '../../release/icons.tsx';
import { flagAddress, releasePath } from '../../release/paths.ts';
import { releaseLook, releaseState } from '../../release/state.ts';
import { StateBadge } from '../../release/state-badge.tsx';
import { useEnvironments } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EmptyState, PageHead, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useTitle } from '../../ui/use-title.ts';
import { VariationLabel } from '../../ui/variation.tsx';
import { Phase } from './phase.tsx';
import classes from './release.module.css';
import { Steering } from './steering.tsx';
import { Waits } from './waits.tsx';

const ASKED_EVERY_MS = 3000;

interface Props {
  readonly projectKey: string;
  readonly flagKey: string;
}

/** The latest release of a flag: where it is, what it waits for, and everything that can be done with it. */
export function Release({ projectKey, flagKey }: Props) {
  const options = { isBeta: true, everyMs: ASKED_EVERY_MS };
  const release = useApi<ReleaseRep>(releasePath(projectKey, flagKey), options);
  const flag = useApi<FlagRep>(['flags', projectKey, flagKey]);
  useTitle(`Release of ${flag.data?.name ?? flagKey}`);
  const isNone = release.error instanceof ApiError && release.error.status === 404;
  if (flag.error) return <ErrorNotice error={flag.error} onRetry={() => void flag.refetch()} />;
  if (release.error && !isNone) return <ErrorNotice error={release.error} onRetry={() => void release.refetch()} />;
  if (!flag.data || (!release.data && !isNone)) return <SkeletonRows count={8} />;
  const begin = `/projects/${encodeURIComponent(projectKey)}/releases?start=${encodeURIComponent(flagKey)}`;
  if (!release.data || isNone) {
    return (
      <>
        <PageHead
          above={<Above projectKey={projectKey} flag={flag.data} pipelineKey={undefined} />}
          title={`Release of ${flag.data.name}`}
        />
        <EmptyState
          icon={<ReleaseIcon size={22} />}
          title="It is in no release pipeline"
          action={
            <Button component={Link} href={begin}>
              Start a release
            </Button>
          }
        >
          A release takes the flag through the phases of a pipeline, one environment after the other.
        </EmptyState>
      </>
    );
  }
  return <Shown projectKey={projectKey} flag={flag.data} release={release.data} begin={begin} />;
}

function Shown(props: { projectKey: string; flag: FlagRep; release: ReleaseRep; begin: string }) {
  const { projectKey, flag, release, begin } = props;
  const { environments } = useEnvironments(projectKey);
  const state = releaseState(release);
  const explanation = useApi<ExplanationRep>(releasePath(projectKey, flag.key, 'explain'), {
    isBeta: true,
    ...(state === 'active' && { everyMs: ASKED_EVERY_MS }),
  });
  const look = explanation.data?.state === state ? releaseLook(explanation.data) : releaseLook({ state, waits: [] });
  const isLegacy = release.phases.every(({ status }) => status === undefined);
  return (
    <>
      <PageHead
        above={<Above projectKey={projectKey} flag={flag} pipelineKey={release.releasePipelineKey} />}
        title={`Release of ${flag.name}`}
        below={<About flag={flag} release={release} look={look} />}
        actions={
          <>
            {!isLegacy && <Steering projectKey={projectKey} flagKey={flag.key} release={release} />}
            {state !== 'active' && (
              <Button component={Link} href={begin} variant="default">
                Release again
              </Button>
            )}
          </>
        }
      />
      {explanation.error && <ErrorNotice error={explanation.error} onRetry={() => void explanation.refetch()} />}
      {state === 'active' && explanation.data && <Waits explanation={explanation.data} environments={environments} />}
      <Timeline projectKey={projectKey} flagKey={flag.key} release={release} isLegacy={isLegacy} />
    </>
  );
}

function Above(props: { projectKey: string; flag: FlagRep; pipelineKey: string | undefined }) {
  const { projectKey, flag, pipelineKey } = props;
  const board = `/projects/${encodeURIComponent(projectKey)}/releases`;
  const query = pipelineKey === undefined ? '' : `?pipeline=${encodeURIComponent(pipelineKey)}`;
  return (
    <nav aria-label="Breadcrumb" className={classes['above']}>
      <Link href={board + query}>Releases</Link>
      <span aria-hidden="true">/</span>
      <Link href={flagAddress(projectKey, flag.key)}>{flag.name}</Link>
    </nav>
  );
}

function About(props: { flag: FlagRep; release: ReleaseRep; look: ReturnType<typeof releaseLook> }) {
  const { flag, release, look } = props;
  const index = flag.variations.findIndex(({ _id }) => _id === release._releaseVariationId);
  const begun = release.phases[0]?._creationDate;
  return (
    <div className={classes['about']}>
      <StateBadge look={look} />
      {release._rolledBackAt !== undefined && <StateBadge look={{ label: 'Taken back', tone: 'bad' }} />}
      <span>{release.name}</span>
      {index >= 0 && <VariationLabel variation={flag.variations[index]} index={index} />}
      {begun !== undefined && (
        <span>
          since <RelativeTime at={begun} />
        </span>
      )}
    </div>
  );
}

function Timeline(props: { projectKey: string; flagKey: string; release: ReleaseRep; isLegacy: boolean }) {
  const { projectKey, flagKey, release, isLegacy } = props;
  const { environments } = useEnvironments(projectKey);
  const change = useChange<ReleaseRep>([['projects', projectKey]]);
  const segments = releasePath(projectKey, flagKey);
  const isActive = releaseState(release) === 'active';
  const start = (phaseId: string) =>
    change.mutate({
      segments: [...segments, 'phases', phaseId],
      method: 'PUT',
      isBeta: true,
      body: { status: 'active' },
    });
  const tick = (index: number, value: boolean) =>
    change.mutate({
      segments,
      method: 'PATCH',
      isBeta: true,
      body: [{ op: 'replace', path: `/phases/${index}/complete`, value }],
    });
  const actionOf = (phase: ReleaseRep['phases'][number], index: number) => {
    const isPending = change.isPending;
    if (isLegacy) {
      const label = phase.complete ? 'Take the tick back' : 'Mark as complete';
      return { label, isPending, onClick: () => tick(index, !phase.complete) };
    }
    if (!isActive) return undefined;
    if (phase.status === 'ready-to-start') {
      return { label: `Start ${phase._name}`, isPending, onClick: () => start(phase._id) };
    }
    return phase._audiences.some(({ status = '' }) => RETRIED.includes(status))
      ? { label: `Retry ${phase._name}`, isPending, onClick: () => start(phase._id) }
      : undefined;
  };
  return (
    <>
      {change.error && <ErrorNotice error={change.error} />}
      <ol className={classes['timeline']} aria-label="Phases">
        {release.phases.map((phase, index) => (
          <Phase
            key={phase._id}
            projectKey={projectKey}
            flagKey={flagKey}
            phase={phase}
            environments={environments}
            action={actionOf(phase, index)}
          />
        ))}
      </ol>
    </>
  );
}

/** Audiences that begin again when their phase is started again. */
const RETRIED = ['approval-declined', 'rolled-back', 'paused', 'failed'];
