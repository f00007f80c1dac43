import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { RUN_CLASSES, RUN_STATUSES, type RunClass } from '../domain/rollout/run.ts';
import type { Tables } from './tables.ts';

type Builder = ExpressionBuilder<Tables, 'flags'>;
type Condition = Expression<SqlBool>;

/** On its way through a pipeline, or completed it. */
export function inPipeline(flag: Builder, pipelineKey: string): Condition {
  return flag.exists(
    flag
      .selectFrom('releases')
      .innerJoin('release_pipelines', 'release_pipelines.id', 'releases.pipeline_id')
      .select('releases.id')
      .whereRef('releases.flag_id', '=', 'flags.id')
      .where('release_pipelines.key', '=', pipelineKey)
      .where('releases.state', 'in', ['active', 'completed']),
  );
}

/** The latest guarded rollout of a flag in each environment is what counts. */
export function rolledOut(flag: Builder, wanted: RunClass | 'any', environmentId: string | undefined): Condition {
  const guarded = flag
    .selectFrom('rollout_runs as run')
    .select('run.id')
    .whereRef('run.flag_id', '=', 'flags.id')
    .where('run.kind', '=', 'guarded');
  const there = environmentId === undefined ? guarded : guarded.where('run.environment_id', '=', environmentId);
  if (wanted === 'any') return flag.exists(there);
  const statuses = RUN_STATUSES.filter((status) => RUN_CLASSES[status] === wanted);
  return flag.exists(
    there.where('run.status', 'in', statuses).where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('rollout_runs as later')
            .select('later.id')
            .whereRef('later.flag_id', '=', 'run.flag_id')
            .whereRef('later.environment_id', '=', 'run.environment_id')
            .where('later.kind', '=', 'guarded')
            .where(({ eb, or, and }) =>
              or([
                eb('later.created_at', '>', eb.ref('run.created_at')),
                and([eb('later.created_at', '=', eb.ref('run.created_at')), eb('later.id', '>', eb.ref('run.id'))]),
              ]),
            ),
        ),
      ),
    ),
  );
}
