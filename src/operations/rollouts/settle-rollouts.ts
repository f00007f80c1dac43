import type { Actor } from '../../domain/access/actor.ts';
import { findRunningRollout, type RunningRollout } from '../../domain/flag/automated.ts';
import { countedEventKey } from '../../domain/metric.ts';
import type { Flag, FlagConfig } from '../../domain/flag/flag.ts';
import { advanceRun } from '../../domain/rollout/advance-run.ts';
import { isOpenRun, startRun } from '../../domain/rollout/run.ts';
import { findRun, insertRun } from '../../store/rollout-runs.ts';
import { insertWatch } from '../../store/watches.ts';
import { metrics } from '../grouped-metrics.ts';
import type { Write } from '../write.ts';
import { storeRun } from './store-run.ts';

/** A flag before and after a change, and on whose behalf it was made. */
interface Settling {
  readonly before: Flag;
  readonly after: Flag;
  readonly by: Actor;
  /** The release that asked for a change which others have approved. */
  readonly releaseId?: string | undefined;
}

/**
 * Brings the automated rollouts of a flag in step with what it serves: those that are there now begin to be watched, those
 * that are gone have ended (docs/wire/guarded-rollouts.md, "Start" and "Changes by hand"). Part of every change of a flag.
 */
export async function settleRollouts(write: Write, settling: Settling): Promise<void> {
  const { before, after } = settling;
  for (const [key, config] of Object.entries(after.environments)) {
    if (before.environments[key] === config) continue;
    const old = findRunningRollout(before.environments[key]);
    const next = findRunningRollout(config);
    if (old?.automated.plan.id === next?.automated.plan.id) continue;
    if (old) await end(write, old, config);
    if (next) await begin(write, settling, config, next);
  }
}

async function begin(
  write: Write,
  { after, by, releaseId }: Settling,
  { environmentId, version }: FlagConfig,
  { ruleId, contextKind, automated }: RunningRollout,
): Promise<void> {
  const { plan } = automated;
  const all = await metrics.list(write.tx, { projectId: after.projectId });
  const run = startRun(
    {
      projectId: after.projectId,
      flagId: after.id,
      environmentId,
      ruleId,
      contextKind,
      plan,
      releaseId: by.kind === 'release' ? by.releaseId : releaseId,
    },
    new Map(all.map((metric) => [metric.key, { ...metric, eventKey: countedEventKey(metric) }])),
    write.now,
  );
  await insertRun(write.tx, run);
  write.schedule({ kind: 'look-at-rollout', subject: run.id, dueAtMs: write.now });
  if (plan.kind === 'progressive') return;
  const eventKeys = run.metrics.flatMap(({ definition }) => definition.eventKey ?? []);
  await insertWatch(write.tx, {
    id: run.id,
    environmentId,
    flagKey: after.key,
    unitKind: contextKind,
    fromVersion: version,
    eventKeys: [...new Set(eventKeys)],
  });
}

/** What a rollout that is gone has come to is told by what is served in its place. The engine's own ends are stored before. */
async function end(write: Write, { ruleId, automated }: RunningRollout, config: FlagConfig): Promise<void> {
  const run = await findRun(write.tx, automated.plan.id);
  if (!run || !isOpenRun(run)) return;
  const { targetVariationId, originalVariationId } = automated.plan;
  const serve = ruleId === undefined ? config.fallthrough : config.rules.find(({ id }) => id === ruleId)?.serve;
  const served = config.on && serve && 'variationId' in serve ? serve.variationId : undefined;
  const serves = served === targetVariationId ? 'target' : served === originalVariationId ? 'original' : 'other';
  await storeRun(write, run, advanceRun(run, { kind: 'ended', serves }, write.now).run);
}
