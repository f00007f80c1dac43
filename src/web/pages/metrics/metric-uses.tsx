import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { MetricRep } from '../../../wire/rest/metric.ts';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import { releaseAddress } from '../../release/paths.ts';
import { usePipelines } from '../../release/use-pipelines.ts';
import { flagPath } from '../../shell/paths.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './metrics.module.css';

/** So many rollouts are shown; a metric may have judged thousands. */
const MOST_ROLLOUTS = 10;

/** Everything that is judged by a metric, or was. */
export function MetricUses({ projectKey, metric }: { projectKey: string; metric: MetricRep }) {
  const project = `/projects/${encodeURIComponent(projectKey)}`;
  const pipelines = usePipelines(projectKey).pipelines.filter((pipeline) => names(pipeline, metric.key));
  const flags = metric._attachedFeatures ?? [];
  const groups = metric.metricGroups ?? [];
  const rollouts = metric.guardedRollouts ?? [];
  const isUsed = [pipelines, flags, groups, rollouts].some(({ length }) => length > 0);
  return (
    <Section title="Used by">
      {!isUsed && (
        <p className={classes['hint']}>
          Nothing yet. Name it in a guarded phase of a pipeline, or choose it when a guarded rollout of a flag begins.
        </p>
      )}
      {isUsed && (
        <dl className={classes['uses']}>
          <Use label="Flags">
            {flags.map(({ key, name }) => (
              <Link key={key} href={flagPath(projectKey, key)}>
                {name}
              </Link>
            ))}
          </Use>
          <Use label="Pipelines">
            {pipelines.map(({ key, name }) => (
              <Link key={key} href={`${project}/pipelines/${encodeURIComponent(key)}`}>
                {name}
              </Link>
            ))}
          </Use>
          <Use label="Groups">
            {groups.map(({ key, name }) => (
              <Link key={key} href={`${project}/metrics?show=groups&q=${encodeURIComponent(name)}`}>
                {name}
              </Link>
            ))}
          </Use>
          <Use label="Guarded rollouts">
            {rollouts.slice(0, MOST_ROLLOUTS).map((rollout) => (
              <span key={rollout._id}>
                <Link href={releaseAddress(projectKey, rollout.flagKey)}>{rollout.flagName}</Link> in{' '}
                {rollout.environmentName}: {rollout.status.replaceAll('_', ' ')},{' '}
                <RelativeTime at={rollout.creationDate} />
              </span>
            ))}
            {rollouts.length > MOST_ROLLOUTS && <span>and {rollouts.length - MOST_ROLLOUTS} older ones</span>}
          </Use>
        </dl>
      )}
    </Section>
  );
}

function Use({ label, children }: { label: string; children: ReactNode[] | ReactNode }) {
  const isEmpty = Array.isArray(children) && children.flat().filter(Boolean).length === 0;
  if (isEmpty) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

function names({ phases }: PipelineRep, metricKey: string): boolean {
  const guardians = phases
    .flatMap(({ audiences }) => audiences)
    .map(({ configuration }) => configuration.releaseGuardianConfiguration);
  return guardians.some((guardian) =>
    [...(guardian?.metricKeys ?? []), ...(guardian?.observedMetricKeys ?? [])].includes(metricKey),
  );
}
