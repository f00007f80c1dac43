import type { ReleaseActor } from '../../domain/access/actor.ts';
import { requiresApproval } from '../../domain/environment.ts';
import { SlipwayError, StaleVersion } from '../../domain/errors.ts';
import { semanticSteps } from '../../domain/flag/apply-instructions.ts';
import { findRunningRollout } from '../../domain/flag/automated.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import type { Instruction } from '../../domain/flag/instruction.ts';
import type { ReleaseEvent } from '../../domain/release/events.ts';
import { isForSegmentsOnly, planAudience } from '../../domain/release/plan-audience.ts';
import type { Release, ReleaseAudience, ReleasePhase } from '../../domain/release/release.ts';
import { effectOf } from '../approvals/approval-target.ts';
import { openRequest } from '../approvals/open-request.ts';
import { changeFlag } from '../change-flag.ts';
import { findFlagScene, type FlagScene } from '../flag-scene.ts';
import { attachedMetricKeys } from '../attached-metrics.ts';
import type { Write } from '../write.ts';

/** An audience whose turn it is. */
interface Turn {
  readonly release: Release;
  readonly phase: ReleasePhase;
  readonly audience: ReleaseAudience;
}

/**
 * Releases to an audience: changes the flag in its environment, or asks for the approval of that change.
 * @returns what has become of it; what is not possible is an answer, too
 */
export async function applyAudience(write: Write, turn: Turn): Promise<ReleaseEvent> {
  const { release, audience } = turn;
  const scene = await findFlagScene(write, {
    projectId: release.projectId,
    flagId: release.flagId,
    environmentId: audience.environmentId,
  });
  if (!scene) return { kind: 'environmentDeleted', environmentId: audience.environmentId };
  try {
    return await attempt(write, scene, turn);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error instanceof StaleVersion) throw error;
    return { kind: 'audienceFailed', audienceId: audience.id, reason: error.message };
  }
}

async function attempt(write: Write, scene: FlagScene, turn: Turn): Promise<ReleaseEvent> {
  const { release, phase, audience } = turn;
  const { flag, environment } = scene;
  const instructions = planAudience({
    flag,
    environmentKey: environment.key,
    release,
    phase,
    audience,
    metricKeys: await attachedMetricKeys(write.tx, flag.id),
  });
  const needsApproval =
    audience.configuration.requireApproval || requiresApproval(environment.approvalSettings, flag.tags);
  if (needsApproval) {
    const approvalId = await askForApproval(write, scene, turn, instructions);
    if (approvalId !== undefined) return { kind: 'approvalAsked', audienceId: audience.id, approvalId };
  }
  const by: ReleaseActor = { kind: 'release', releaseId: release.id, pipelineName: release.pipelineName };
  const after = await changeFlag(write, {
    ...scene,
    by,
    steps: semanticSteps({ environmentKey: environment.key, instructions }),
    comment: `Started phase "${phase.name}" of release "${release.pipelineName}"`,
  });
  return appliedEvent(audience, environment.key, flag, after);
}

/** @returns the id of the request; nothing when there is nothing to approve of, as everything is as it shall be */
async function askForApproval(
  write: Write,
  scene: FlagScene,
  { release, phase, audience }: Turn,
  instructions: readonly Instruction[],
): Promise<string | undefined> {
  const { flag, ...around } = scene;
  const target = { ...around, thing: { kind: 'flag', flag } } as const;
  if ((await effectOf(write, target, { instructions })).length === 0) return undefined;
  const requestor = phase.startedBy ?? release.createdBy;
  if (!requestor) throw new Error(`phase ${phase.id} of release ${release.id} was started by nobody`);
  const request = await openRequest(write, target, {
    requestor,
    description: `Release of ${flag.name} by "${release.pipelineName}", phase "${phase.name}": ${audience.name}`,
    notifyMemberIds: audience.configuration.notifyMemberIds ?? [],
    notifyTeamKeys: audience.configuration.notifyTeamKeys ?? [],
    instructions,
    release: { id: release.id, audienceId: audience.id },
  });
  return request.id;
}

/** What a change of the flag means for the audience that it was made for. */
export function appliedEvent(
  { id, segmentKeys = [] }: ReleaseAudience,
  environmentKey: string,
  before: Flag,
  after: Flag,
): ReleaseEvent {
  const config = after.environments[environmentKey];
  const rollout = findRunningRollout(config)?.automated.plan.id;
  const isNew = rollout !== findRunningRollout(before.environments[environmentKey])?.automated.plan.id;
  const rules =
    segmentKeys.length === 0 ? [] : (config?.rules ?? []).filter((rule) => isForSegmentsOnly(rule, segmentKeys));
  return {
    kind: 'audienceApplied',
    audienceId: id,
    ruleIds: rules.map((rule) => rule.id),
    ...(rollout !== undefined && isNew && { rolloutId: rollout }),
  };
}
