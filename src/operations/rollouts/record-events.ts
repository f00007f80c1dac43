import type { RolloutRun, RunEvent } from '../../domain/rollout/run.ts';
import { accessIn } from '../change-flag.ts';
import type { FlagScene } from '../flag-scene.ts';
import type { Write } from '../write.ts';

/** What people are to know of, also where the flag does not change. */
const WORDS: Partial<Record<RunEvent['kind'], (event: RunEvent, run: RolloutRun) => string>> = {
  regression_detected: ({ metricKey }, run) => `The metric "${nameOf(run, metricKey)}" got worse for the new variation`,
  regression_dismissed: ({ metricKey }, run) => `The alarm of the metric "${nameOf(run, metricKey)}" was dismissed`,
  srm_detected: () => 'Contexts do not come to both variations alike, so that they cannot be compared',
  monitoring_window_expired: () => 'Too few contexts came, even in the extension',
};

/** Keeps what happened to a rollout in the audit log of its flag. Changes of the flag have entries of their own. */
export async function recordEvents(
  write: Write,
  { project, environment, environments, flag }: FlagScene,
  before: RolloutRun,
  after: RolloutRun,
): Promise<void> {
  const words = after.events.slice(before.events.length).flatMap((event) => WORDS[event.kind]?.(event, after) ?? []);
  if (words.length === 0) return;
  write.record({
    kind: 'flag',
    name: flag.name,
    projectId: project.id,
    accesses: accessIn(project, environments, flag, environment.key, 'updateFallthroughWithMeasuredRollout'),
    titleVerb: `watched the ${after.plan.kind} rollout of the flag`,
    description: words,
    before: flag,
    after: flag,
  });
}

const nameOf = ({ metrics }: RolloutRun, key: string | undefined) =>
  metrics.find((metric) => metric.key === key)?.definition.name ?? key ?? '';
