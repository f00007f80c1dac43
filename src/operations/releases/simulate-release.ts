import type { Caller } from '../../domain/access/actor.ts';
import { specifier } from '../../domain/access/resource.ts';
import { decide } from '../../domain/access/policy.ts';
import { type Environment, requiresApproval } from '../../domain/environment.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import { mentionsOf } from '../../domain/flag/mentions.ts';
import { show } from '../../domain/json.ts';
import type { Project } from '../../domain/project.ts';
import { requireAutomated } from '../../domain/release/legacy.ts';
import { createRelease, type Release, type ReleaseAudience, type Starter } from '../../domain/release/release.ts';
import { type SimulatedConflict, simulateRelease as run, type Simulation } from '../../domain/release/simulate.ts';
import type { Db } from '../../store/database.ts';
import { listAllEnvironments } from '../../store/environments.ts';
import { getFlag } from '../../store/flags.ts';
import { listMembers } from '../../store/members.ts';
import { getProject } from '../../store/projects.ts';
import { getPipeline } from '../../store/release-pipelines.ts';
import { loadRolesOfMembers } from '../../store/roles.ts';
import { findSegmentKeys } from '../../store/segments.ts';
import { attachedMetricKeys } from '../attached-metrics.ts';
import { starterOf } from '../starter-of.ts';
import { loadSurroundings } from '../surroundings.ts';
import { type Deps, write } from '../write.ts';

export interface SimulateRelease {
  readonly actor: Caller;
  readonly projectKey: string;
  readonly flagKey: string;
  readonly pipelineKey: string;
  readonly variationId?: string | undefined;
}

/** What is known of the world in which a release is tried. */
interface Scene {
  readonly project: Project;
  readonly flag: Flag;
  readonly environments: readonly Environment[];
}

/** What would happen if a flag went through a pipeline now. Nothing is stored. @throws NotFound, InvalidRequest */
export async function simulateRelease(deps: Deps, request: SimulateRelease): Promise<Simulation> {
  return write(deps, request.actor, async (write) => {
    const project = await getProject(write.tx, request.projectKey);
    const flag = await getFlag(write.tx, project.id, request.flagKey);
    const pipeline = await getPipeline(write.tx, project.id, request.pipelineKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const release = createRelease(
      { flag, pipeline, variationId: request.variationId, releaseFlagKinds: project.releaseFlagKinds },
      new Set(environments.map(({ id }) => id)),
      write,
    );
    requireAutomated(release);
    const by = starterOf(request.actor);
    const guarded = environments.filter(({ approvalSettings }) => requiresApproval(approvalSettings, flag.tags));
    const simulation = run(
      release,
      {
        flag,
        environmentKeys: new Map(environments.map(({ id, key }) => [id, key])),
        guardedEnvironmentIds: new Set(guarded.map(({ id }) => id)),
        metricKeys: await attachedMetricKeys(write.tx, flag.id),
        context: {
          ids: write.ids,
          surroundings: await loadSurroundings(write.tx, flag, { ...mentionsOf(flag, []), startsRollout: true }),
        },
        by,
      },
      write.now,
    );
    const scene = { project, flag, environments };
    const found = [...simulation.conflicts, ...(await worldConflicts(write.tx, scene, release, by))];
    if (found.length === 0) return simulation;
    const { completesAt: _completesAt, ...rest } = simulation;
    return { ...rest, conflicts: found };
  });
}

/** What stands in the way besides the flag: segments that are not there, approvals that nobody can give. */
async function worldConflicts(
  db: Db,
  scene: Scene,
  release: Release,
  by: Starter,
): Promise<readonly SimulatedConflict[]> {
  const conflicts: SimulatedConflict[] = [];
  for (const phase of release.phases) {
    for (const audience of phase.audiences) {
      const environment = scene.environments.find(({ id }) => id === audience.environmentId);
      if (!environment) continue;
      const messages = [
        ...(await missingSegments(db, environment, audience)),
        ...(await missingReviewers(db, scene, environment, audience, by)),
      ];
      conflicts.push(...messages.map((message) => ({ phaseId: phase.id, audienceId: audience.id, message })));
    }
  }
  return conflicts;
}

async function missingSegments(
  db: Db,
  { id, key }: Environment,
  { segmentKeys = [] }: ReleaseAudience,
): Promise<readonly string[]> {
  if (segmentKeys.length === 0) return [];
  const known = await findSegmentKeys(db, id, [...segmentKeys]);
  return segmentKeys.filter((one) => !known.has(one)).map((one) => `segment ${show(one)} does not exist in ${key}`);
}

/** Whether enough members may review the change, whoever asks for it aside. */
async function missingReviewers(
  db: Db,
  { project, flag }: Scene,
  environment: Environment,
  { configuration }: ReleaseAudience,
  by: Starter,
): Promise<readonly string[]> {
  const settings = environment.approvalSettings;
  if (!configuration.requireApproval && !requiresApproval(settings, flag.tags)) return [];
  const members = await listMembers(db);
  const roles = await loadRolesOfMembers(db, members);
  const access = { action: 'reviewApprovalRequest', ...specifier.flag(project, environment, flag) };
  const reviewers = members.filter(
    ({ id }, index) =>
      decide(roles[index] ?? [], access).isAllowed &&
      (settings.canReviewOwnRequest || by.kind !== 'member' || id !== by.id),
  );
  if (reviewers.length >= settings.minNumApprovals) return [];
  return [
    `${environment.key} needs ${settings.minNumApprovals} approvals, but only ${reviewers.length} members may give them`,
  ];
}
