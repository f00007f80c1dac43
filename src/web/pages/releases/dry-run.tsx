import { useQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { PipelineRep } from '../../../wire/rest/release-pipeline.ts';
import type { SimulationRep } from '../../../wire/rest/release-steering.ts';
import { apiPath, request } from '../../api/request.ts';
import { durationWords } from '../../release/duration.ts';
import { PersonIcon } from '../../release/icons.tsx';
import { releasePath } from '../../release/paths.ts';
import { useEnvironments } from '../../shell/use-project.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { SkeletonRows } from '../../ui/parts.tsx';
import classes from './releases.module.css';

type Simulation = Static<typeof SimulationRep>;

interface Props {
  readonly projectKey: string;
  readonly flagKey: string;
  readonly pipeline: PipelineRep;
  readonly variationId: string | undefined;
}

/** What a release would do, step by step: when, who has to act, and what would go wrong. */
export function DryRun({ projectKey, flagKey, pipeline, variationId }: Props) {
  const segments = releasePath(projectKey, flagKey, 'simulation');
  const body = {
    releasePipelineKey: pipeline.key,
    ...(variationId !== undefined && { releaseVariationId: variationId }),
  };
  const { data, error, refetch } = useQuery({
    queryKey: [...segments, body],
    queryFn: ({ signal }) => request<Simulation>(apiPath(...segments), { method: 'POST', isBeta: true, body, signal }),
    retry: false,
  });
  const { environments } = useEnvironments(projectKey);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows count={3} height={28} />;
  const startsAt = data.steps[0]?.at ?? 0;
  const nameOf = (key: string | undefined) => environments.find((environment) => environment.key === key);
  return (
    <section className={classes['dryRun']} aria-label="What would happen">
      <h3>What would happen</h3>
      {data.conflicts.length > 0 && (
        <ul className={classes['conflicts']} aria-label="What would go wrong">
          {data.conflicts.map((conflict) => (
            <li key={`${conflict.phaseId} ${conflict.audienceId ?? ''}`}>
              {pipeline.phases.find(({ id }) => id === conflict.phaseId)?.name}: {conflict.message}
            </li>
          ))}
        </ul>
      )}
      <ol>
        {data.steps.map((step, index) => {
          const environment = nameOf(step.environmentKey);
          return (
            <li
              key={index}
              data-critical={environment?.critical ?? false}
              data-minor={step.kind.startsWith('complete')}
            >
              <time>{step.at === startsAt ? 'at once' : `after ${durationWords(step.at - startsAt)}`}</time>
              <span>
                {step.words.join('; ')}
                {environment && <em> in {environment.name}</em>}
              </span>
              {step.needsPerson && (
                <strong>
                  <PersonIcon size={13} /> somebody has to act
                </strong>
              )}
            </li>
          );
        })}
      </ol>
      <p>
        {data.completesAt === undefined
          ? 'As things are, it could not complete.'
          : `If everybody acts at once and all goes well, it is complete after ${durationWords(data.completesAt - startsAt)}.`}
      </p>
    </section>
  );
}
