import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import { recommendedDurationMs } from '../../domain/rollout/statistics/recommended-duration.ts';
import type { Db } from '../../store/database.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { getProject } from '../../store/projects.ts';
import { countNewContexts } from '../../store/seen-contexts.ts';
import { metrics } from '../grouped-metrics.ts';

const HOUR = 3_600_000;
/** How far back it is counted how many contexts come. */
const COUNTED_MS = 7 * 24 * HOUR;
/** The harm that is to be found, as a share of the standard deviation of values, since nobody knows these before. */
const HARM_OF_DEVIATION = 0.1;

export interface RecommendDuration {
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly metricKeys: readonly string[];
  readonly contextKind: string;
  /** Thousandths of a percent that are served the target in the end. */
  readonly finalAllocation: number;
  readonly flagKey: string | undefined;
}

/**
 * How long a guarded rollout should be watched, milliseconds (docs/wire/guarded-rollouts.md, "Reading").
 * @throws NotFound, InvalidRequest for a metric that is not there or not counted by the kind
 */
export async function recommendDuration(db: Db, request: RecommendDuration, now: number): Promise<number> {
  const project = await getProject(db, request.projectKey);
  const environment = await getEnvironment(db, project.id, request.environmentKey);
  if (request.flagKey !== undefined) await getFlag(db, project.id, request.flagKey);
  const known = new Map((await metrics.list(db, { projectId: project.id })).map((metric) => [metric.key, metric]));
  for (const key of request.metricKeys) {
    if (known.get(key)?.randomizationUnits.includes(request.contextKind)) continue;
    throw new InvalidRequest(
      `metricKeys: expected keys of metrics of this project that are counted by ${show(request.contextKind)}, got ${show(key)}`,
    );
  }
  const { count, firstSeen } = await countNewContexts(db, environment.id, request.contextKind, now - COUNTED_MS);
  const hours = Math.max(HOUR, Math.min(COUNTED_MS, now - (firstSeen ?? now))) / HOUR;
  return recommendedDurationMs({
    deviation: 1,
    harm: HARM_OF_DEVIATION,
    newUnitsPerHour: count === 0 ? undefined : count / hours,
    share: request.finalAllocation / 100_000,
  });
}
