import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Static } from 'typebox';
import { Link } from 'wouter';
import type { FlagCollection } from '../../../wire/rest/flag.ts';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import type { ProgressionCollection } from '../../../wire/rest/release-progression.ts';
import { useApi } from '../../api/use-api.ts';
import { EnvironmentName } from '../../release/environment-name.tsx';
import { ReleaseIcon } from '../../release/icons.tsx';
import { releaseAddress } from '../../release/paths.ts';
import { pipelinesPath } from '../../release/use-pipelines.ts';
import type { Environment } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EmptyState, SkeletonRows } from '../../ui/parts.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ReleaseCard } from './release-card.tsx';
import classes from './releases.module.css';

/** So many cards a column begins with, and how many it may have. */
const FEW = 20;
const MOST = 100;
const RECENT = 10;
const MOST_NAMES = 1000;
const ASKED_EVERY_MS = 5000;

interface BoardProps {
  readonly projectKey: string;
  readonly pipeline: PipelineRep;
  readonly environments: readonly Environment[];
  /** What names or keys have to contain. */
  readonly text: string;
  /** The way to begin. */
  readonly start: ReactNode;
}

/** The phases of a pipeline beside each other, with the releases that are in them. */
export function Board({ projectKey, pipeline, environments, text, start }: BoardProps) {
  const head = useProgressions(projectKey, pipeline.key, undefined, 1);
  const names = useFlagNames(projectKey, pipeline.key);
  if (head.error) return <ErrorNotice error={head.error} onRetry={() => void head.refetch()} />;
  if (!head.data) return <SkeletonRows count={6} />;
  if (head.data.totalCount === 0) {
    return (
      <EmptyState icon={<ReleaseIcon size={22} />} title="Nothing is being released" action={start}>
        Start a release, and a flag goes through the phases of {pipeline.name} one after the other. Before it begins you
        see what will happen, and who has to act.
      </EmptyState>
    );
  }
  const shared = { projectKey, pipelineKey: pipeline.key, names, text };
  return (
    <div className={classes['board']} role="group" aria-label={`Releases by ${pipeline.name}`} tabIndex={0}>
      {pipeline.phases.map((phase) => (
        <PhaseColumn
          key={phase.id}
          {...shared}
          phase={phase}
          count={head.data.phases.find(({ _id }) => _id === phase.id)?.releaseCount ?? 0}
          environments={environments.filter(({ key }) =>
            phase.audiences.some(({ environment }) => environment?.key === key),
          )}
        />
      ))}
      <CompletedColumn {...shared} count={head.data.completedCount} />
    </div>
  );
}

interface ColumnProps {
  readonly projectKey: string;
  readonly pipelineKey: string;
  readonly names: ReadonlyMap<string, string>;
  readonly text: string;
  readonly count: number;
}

function PhaseColumn(
  props: ColumnProps & { phase: PipelineRep['phases'][number]; environments: readonly Environment[] },
) {
  const { projectKey, pipelineKey, names, text, count, phase, environments } = props;
  const [isWhole, setWhole] = useState(false);
  const filter = `status:active,activePhaseId:${phase.id}`;
  const list = useProgressions(projectKey, pipelineKey, filter, isWhole || text !== '' ? MOST : FEW);
  const items = list.data?.items ?? [];
  const shown = items.filter(({ flagKey }) => isCalled(text, flagKey, names));
  return (
    <section className={classes['column']} aria-label={phase.name}>
      <header data-critical={environments.some(({ critical }) => critical)}>
        <h2>
          {phase.name} <span className={classes['count']}>{count}</span>
        </h2>
        <div className={classes['environments']}>
          {environments.map((environment) => (
            <EnvironmentName key={environment.key} environment={environment} />
          ))}
        </div>
      </header>
      {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {!list.error && !list.data && <SkeletonRows count={2} height={70} />}
      {shown.map((progression) => (
        <ReleaseCard
          key={progression.flagKey}
          projectKey={projectKey}
          progression={progression}
          name={names.get(progression.flagKey)}
        />
      ))}
      {list.data && shown.length === 0 && (
        <p className={classes['none']}>{count === 0 ? 'No release is here' : 'None is called that'}</p>
      )}
      {items.length < count && items.length < MOST && (
        <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>
          Show more
        </Button>
      )}
      {items.length === MOST && count > MOST && <p className={classes['none']}>These are the newest {MOST}.</p>}
    </section>
  );
}

function CompletedColumn({ projectKey, pipelineKey, names, text, count }: ColumnProps) {
  const list = useProgressions(projectKey, pipelineKey, 'status:completed', text === '' ? RECENT : MOST);
  const shown = (list.data?.items ?? []).filter(({ flagKey }) => isCalled(text, flagKey, names));
  return (
    <section className={classes['column']} aria-label="Completed">
      <header>
        <h2>
          Completed <span className={classes['count']}>{count}</span>
        </h2>
      </header>
      {list.error && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {shown.map(({ flagKey, _completedAt }) => (
        <article key={flagKey} className={classes['done']}>
          <Link href={releaseAddress(projectKey, flagKey)}>{names.get(flagKey) ?? flagKey}</Link>
          {_completedAt !== undefined && <RelativeTime at={_completedAt} />}
        </article>
      ))}
      {list.data && shown.length === 0 && (
        <p className={classes['none']}>{count === 0 ? 'None has arrived yet' : 'None is called that'}</p>
      )}
    </section>
  );
}

function useProgressions(projectKey: string, pipelineKey: string, filter: string | undefined, limit: number) {
  return useApi<ProgressionCollection>([...pipelinesPath(projectKey), pipelineKey, 'releases'], {
    query: { filter, limit },
    isBeta: true,
    keepsFormer: true,
    everyMs: ASKED_EVERY_MS,
  });
}

/** The names of the flags that have gone into a pipeline, by their keys. */
function useFlagNames(projectKey: string, pipelineKey: string): ReadonlyMap<string, string> {
  const { data } = useApi<Static<typeof FlagCollection>>(['flags', projectKey], {
    query: { filter: `releasePipeline:${pipelineKey}`, limit: MOST_NAMES },
  });
  return new Map((data?.items ?? []).map(({ key, name }) => [key, name]));
}

function isCalled(text: string, flagKey: string, names: ReadonlyMap<string, string>): boolean {
  const wanted = text.trim().toLowerCase();
  return `${flagKey}\n${names.get(flagKey) ?? ''}`.toLowerCase().includes(wanted);
}
