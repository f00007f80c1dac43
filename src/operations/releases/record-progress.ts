import type { Project } from '../../domain/project.ts';
import { type AudienceStatus, type PhaseStatus, type Release, releaseState } from '../../domain/release/release.ts';
import type { Write } from '../write.ts';
import { notifyProgress } from './notify-progress.ts';

const PHASE_WORDS: Readonly<Record<PhaseStatus, string | undefined>> = {
  'not-started': undefined,
  'ready-to-start': 'is ready to start',
  active: 'was started',
  paused: 'needs attention',
  completed: 'is complete',
};

const AUDIENCE_WORDS: Readonly<Record<AudienceStatus, string | undefined>> = {
  'not-started': undefined,
  'ready-to-start': undefined,
  'waiting-for-approval': 'waits for approval',
  'approval-declined': 'was not approved',
  active: 'is being released to',
  regressed: 'got worse by a metric',
  'rolled-back': 'was rolled back',
  paused: 'is not watched any more',
  failed: 'could not be released to',
  completed: undefined,
  skipped: 'was skipped, since its environment is gone',
};

/** One audit entry for every event that moved the release, in words about its phases and audiences. */
export async function recordProgress(write: Write, project: Project, before: Release, after: Release): Promise<void> {
  const description = [...phaseWords(before, after), ...stateWords(before, after)];
  write.record({
    kind: 'release',
    name: after.pipelineName,
    projectId: project.id,
    accesses: [],
    titleVerb: 'advanced the release',
    description,
    before,
    after,
  });
  await notifyProgress(write, project, before, after);
}

function phaseWords(before: Release, after: Release): readonly string[] {
  return after.phases.flatMap((phase, index) => {
    const old = before.phases[index];
    const words = phase.status === old?.status ? undefined : PHASE_WORDS[phase.status];
    const audiences = phase.audiences.flatMap((audience, position) => {
      const moved = audience.status === old?.audiences[position]?.status ? undefined : AUDIENCE_WORDS[audience.status];
      const reason = audience.failure === undefined ? '' : `: ${audience.failure}`;
      return moved === undefined ? [] : [`"${audience.name}" ${moved}${reason}`];
    });
    return [...(words === undefined ? [] : [`Phase "${phase.name}" ${words}`]), ...audiences];
  });
}

function stateWords(before: Release, after: Release): readonly string[] {
  if (after.pause && !before.pause) return ['The release was paused'];
  if (!after.pause && before.pause) return ['The release goes on'];
  if (after.rolledBackAt !== before.rolledBackAt) return ['All that the release changed was taken back'];
  const state = releaseState(after);
  if (state === releaseState(before)) return [];
  return [state === 'canceled' ? 'The release was canceled' : 'The release is complete'];
}
