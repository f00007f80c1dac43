import type { Db } from './database.ts';
import type { PageRequest } from './paging.ts';
import type { ReleasesTable } from './tables.ts';

/** How far a release has come in its pipeline. */
export interface Progression {
  readonly flagKey: string;
  readonly createdAt: number;
  readonly completedAt?: number | undefined;
  /** The first phase that is not complete, of active releases. */
  readonly activePhaseId?: string | undefined;
}

/** Which releases of a pipeline; canceled ones are none of them, and those in a phase are active. */
export interface ProgressionFilter {
  readonly state?: 'active' | 'completed' | undefined;
  readonly activePhaseId?: string | undefined;
}

/** Releases of a pipeline, newest first. */
export async function listProgressions(
  db: Db,
  pipelineId: string,
  filter: ProgressionFilter,
  { limit, offset }: PageRequest,
): Promise<readonly Progression[]> {
  const rows = await matching(db, pipelineId, filter)
    .innerJoin('flags', 'flags.id', 'releases.flag_id')
    .select(['flags.key', 'releases.created_at', 'releases.completed_at', 'releases.active_phase_id'])
    .orderBy('releases.created_at', 'desc')
    .orderBy('releases.id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map(({ key, created_at, completed_at, active_phase_id }) => ({
    flagKey: key,
    createdAt: created_at,
    completedAt: completed_at ?? undefined,
    activePhaseId: active_phase_id ?? undefined,
  }));
}

/** How many releases of a pipeline there are in each state, and in each phase. */
export interface ProgressionCounts {
  readonly active: number;
  readonly completed: number;
  /** Active releases by the phase they are in. */
  readonly byPhase: ReadonlyMap<string, number>;
}

export async function countProgressions(db: Db, pipelineId: string): Promise<ProgressionCounts> {
  const rows = await matching(db, pipelineId, {})
    .select(({ fn }) => ['releases.state', 'releases.active_phase_id', fn.countAll<number>().as('count')])
    .groupBy(['releases.state', 'releases.active_phase_id'])
    .execute();
  const sum = (wanted: ReleasesTable['state']) =>
    rows.filter(({ state }) => state === wanted).reduce((total, { count }) => total + count, 0);
  return {
    active: sum('active'),
    completed: sum('completed'),
    byPhase: new Map(rows.flatMap(({ active_phase_id, count }) => (active_phase_id ? [[active_phase_id, count]] : []))),
  };
}

function matching(db: Db, pipelineId: string, { state, activePhaseId }: ProgressionFilter) {
  const releases = db.selectFrom('releases').where('pipeline_id', '=', pipelineId);
  if (activePhaseId !== undefined) {
    return releases.where('state', '=', 'active').where('active_phase_id', '=', activePhaseId);
  }
  return state ? releases.where('state', '=', state) : releases.where('state', 'in', ['active', 'completed']);
}
