import type { Actor } from '../domain/access/actor.ts';
import { authorize } from '../domain/access/can.ts';
import type { Environment } from '../domain/environment.ts';
import { applySteps } from '../domain/flag/apply-instructions.ts';
import { createFlag } from '../domain/flag/create-flag.ts';
import { flagDifferences } from '../domain/flag/differences.ts';
import { readWholeFlagStart, wholeFlagSteps } from '../domain/flag/document/whole-flag.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { mentionsOf } from '../domain/flag/mentions.ts';
import { NO_SURROUNDINGS } from '../domain/flag/surroundings.ts';
import type { Project } from '../domain/project.ts';
import { findLastVersions } from '../store/deliveries.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findFlags, getFlagForUpdate, insertFlag } from '../store/flags.ts';
import { getProjectForUpdate } from '../store/projects.ts';
import { cancelRelease } from './advance-release.ts';
import { changeFlag, everywhere, requireAllowed } from './change-flag.ts';
import { requireRoomForFlag } from './create-flag.ts';
import { deliverFlag } from './deliver-flag.ts';
import { requireNoConflicts } from './pending-conflicts.ts';
import { scheduleExpirations } from './schedule-expirations.ts';
import { loadSurroundings } from './surroundings.ts';
import { type Deps, type Write, write } from './write.ts';

/** What came of putting something in its place as a whole. */
export type PutOutcome = 'created' | 'changed' | 'unchanged';

export interface PutFlag {
  readonly actor: Actor;
  readonly projectKey: string;
  readonly flagKey: string;
  /** The flag as its representation writes it. */
  readonly document: unknown;
  readonly comment?: string | undefined;
  readonly isDryRun?: boolean | undefined;
}

/**
 * Makes a flag what a document says, in all environments at once, or makes it first; ids, salts and seeds of the document
 * are taken over (docs/wire/whole-resources.md).
 * @throws NotFound for the project, InvalidRequest, InvalidPatch, and what `changeFlag` throws
 */
export async function putFlag(deps: Deps, request: PutFlag): Promise<PutOutcome> {
  return write(deps, request.actor, async (write) => {
    const project = await getProjectForUpdate(write.tx, request.projectKey);
    const environments = await listAllEnvironments(write.tx, [project.id]);
    const isThere = (await findFlags(write.tx, project.id, [request.flagKey])).size > 0;
    const place = { project, environments };
    return isThere ? replaceFlag(write, request, place) : addFlag(write, request, place);
  });
}

interface Place {
  readonly project: Project;
  readonly environments: readonly Environment[];
}

async function replaceFlag(write: Write, request: PutFlag, { project, environments }: Place): Promise<PutOutcome> {
  const flag = await getFlagForUpdate(write.tx, project.id, request.flagKey);
  const surroundings = await loadSurroundings(write.tx, flag, mentionsOf(flag, []));
  const steps = wholeFlagSteps(flag, request.document, { ...write, surroundings });
  const { actor: by, comment, isDryRun } = request;
  const after = await changeFlag(write, { project, environments, flag, steps, by, comment, isDryRun });
  if (after === flag) return 'unchanged';
  await requireNoConflicts(write, flag, after);
  const isArchivedNow = flag.archivedAt === undefined && after.archivedAt !== undefined;
  if (isArchivedNow && !isDryRun) await cancelRelease(write, project, after);
  return 'changed';
}

/** A new flag is one that nobody has touched yet, changed: what it needs beyond being made is what the change needs. */
async function addFlag(write: Write, request: PutFlag, place: Place): Promise<PutOutcome> {
  const { tx } = write;
  const { project, environments } = place;
  const start = readWholeFlagStart(request.flagKey, request.document);
  const environmentIds = environments.map(({ id }) => id);
  const lastVersions = await findLastVersions(tx, environmentIds, { kind: 'flag', key: request.flagKey });
  const firstVersions = new Map([...lastVersions].map(([id, version]) => [id, version + 1]));
  const alone = { ...write, surroundings: NO_SURROUNDINGS };
  const made = createFlag(start.request, { project, environments, firstVersions }, alone, start.variationIds);
  const fresh = { ...made, createdAt: start.createdAt ?? made.createdAt };
  const steps = wholeFlagSteps(fresh, request.document, alone);
  const surroundings = await loadSurroundings(tx, fresh, mentionsOf(fresh, steps));
  const flag = applySteps(fresh, steps, { ...write, surroundings });
  const creation = everywhere(project, environments, flag, 'createFlag');
  authorize(request.actor, creation);
  const { accesses, bypassed } = requireAllowed(
    { ...place, flag, by: request.actor },
    flag,
    flagDifferences(fresh, flag).filter(({ environmentKey }) => environmentKey !== undefined),
  );
  await requireRoomForFlag(write, project);
  if (request.isDryRun) return 'created';
  await insertFlag(tx, flag);
  deliverFlag(write, undefined, flag, surroundings.flags);
  scheduleExpirations(write, fresh, flag);
  recordCreation(write, request, project, flag, [...creation, ...accesses, ...bypassed]);
  return 'created';
}

function recordCreation(
  write: Write,
  { comment }: PutFlag,
  project: Project,
  flag: Flag,
  accesses: ReturnType<typeof everywhere>,
): void {
  write.record({
    kind: 'flag',
    name: flag.name,
    projectId: project.id,
    accesses,
    titleVerb: 'created the flag',
    description: [`Created the flag ${flag.key} as a whole`],
    comment,
    after: flag,
  });
}
