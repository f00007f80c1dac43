import { jsonEquals, show } from '../json.ts';
import { type SettingDifference, settingDifferences } from '../settings-difference.ts';
import type { Pipeline, PipelinePhase } from './pipeline.ts';

const TEXT_ACTIONS = {
  name: 'updateReleasePipelineName',
  description: 'updateReleasePipelineDescription',
  tags: 'updateReleasePipelineTags',
} as const;
const RENAME_PHASE = 'updateReleasePipelinePhaseName';
const CHANGE_PHASE = 'updateReleasePipelinePhase';

/** All that somebody may be allowed to do with a pipeline that is there. */
export const PIPELINE_RIGHTS: readonly string[] = [
  ...Object.values(TEXT_ACTIONS),
  RENAME_PHASE,
  CHANGE_PHASE,
  'deleteReleasePipeline',
];

/** In what a pipeline has changed: each with the action it needs. */
export function pipelineDifferences(before: Pipeline, after: Pipeline): readonly SettingDifference[] {
  return [...settingDifferences(before, after, TEXT_ACTIONS), ...phaseDifferences(before.phases, after.phases)];
}

function phaseDifferences(
  before: readonly PipelinePhase[],
  after: readonly PipelinePhase[],
): readonly SettingDifference[] {
  const find = (phases: readonly PipelinePhase[], wanted: string) => phases.find(({ id }) => id === wanted);
  const removed = before.filter(({ id }) => !find(after, id)).map(({ name }) => `Removed the phase ${show(name)}`);
  const changed = after.flatMap((phase) => {
    const former = find(before, phase.id);
    if (!former) return [`Added the phase ${show(phase.name)}`];
    return isSameButName(former, phase) ? [] : [`Changed the phase ${show(phase.name)}`];
  });
  const kept = (phases: readonly PipelinePhase[], others: readonly PipelinePhase[]) =>
    phases.filter(({ id }) => find(others, id)).map(({ id }) => id);
  const moved = jsonEquals(kept(before, after), kept(after, before)) ? [] : ['Put the phases in another order'];
  const renamed = after.flatMap((phase) => {
    const former = find(before, phase.id)?.name ?? phase.name;
    return former === phase.name ? [] : [`Renamed the phase ${show(former)} to ${show(phase.name)}`];
  });
  return [
    ...renamed.map((words) => ({ action: RENAME_PHASE, words })),
    ...[...removed, ...changed, ...moved].map((words) => ({ action: CHANGE_PHASE, words })),
  ];
}

/** Whether two phases differ in their names at the most. */
export function isSameButName(left: Omit<PipelinePhase, 'id'>, right: Omit<PipelinePhase, 'id'>): boolean {
  const withoutName = ({ bakeTimeMs, startsAutomatically, gates, audiences }: Omit<PipelinePhase, 'id'>) => ({
    bakeTimeMs: bakeTimeMs ?? 0,
    startsAutomatically,
    gates,
    audiences,
  });
  return jsonEquals(withoutName(left), withoutName(right));
}
