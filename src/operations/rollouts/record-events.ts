import type { RolloutRun, RunEvent } from '../../domain/rollout/run.ts';
import type { FlagScene } from '../flag-scene.ts';
import type { Write } from '../write.ts';
import { stopAccess } from './rollout-access.ts';

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
  scene: FlagScene,
  before: RolloutRun,
  after: RolloutRun,
): Promise<void> {
  const words = after.events.slice(before.events.length).flatMap((event) => WORDS[event.kind]?.(event, after) ?? []);
  if (words.length === 0) return;
  const { project, flag } = scene;
  write.record({
    kind: 'flag',
    name: flag.name,
    projectId: project.id,
    accesses: stopAccess(scene, after),
    titleVerb: `watched the ${after.plan.kind} rollout of the flag`,
    description: words,
    before: flag,
    after: flag,
  });
}

const nameOf = ({ metrics }: RolloutRun, key: string | undefined) =>
  metrics.find((metric) => metric.key === key)?.definition.name ?? key ?? '';
