import type { Caller } from '../domain/access/actor.ts';
import { authorize, can } from '../domain/access/can.ts';
import { requiresApproval } from '../domain/environment.ts';
import { InvalidRequest, MethodNotAllowed, PreconditionFailed, SlipwayError, StaleVersion } from '../domain/errors.ts';
import { Fields } from '../domain/fields.ts';
import { jsonEquals, show } from '../domain/json.ts';
import { requireFuture } from '../domain/time.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findFlagForUpdate } from '../store/flags.ts';
import { getMember } from '../store/members.ts';
import { findProjectById } from '../store/projects.ts';
import { actAsMember } from './account/callers.ts';
import { accessIn, changeFlag } from './change-flag.ts';
import { type FlagPlace, type FlagScene, loadScene, placeOf } from './flag-scene.ts';
import { scheduledChanges, type ScheduledChange, scheduledSteps } from './scheduled-change.ts';
import { simulate } from './simulate.ts';
import { type Deps, type Write, write } from './write.ts';

export interface ScheduleChange extends FlagPlace {
  readonly actor: Caller;
  /** `executionDate`, `instructions` and `comment`, as the request has them. */
  readonly body: unknown;
  readonly ignoresConflicts: boolean;
}

/**
 * Plans instructions for a time to come. They have to be possible now.
 * @throws NotFound, InvalidRequest, Forbidden, MethodNotAllowed where changes need approval, PreconditionFailed when
 * another planned change and this one exclude each other
 */
export async function scheduleChange(deps: Deps, request: ScheduleChange): Promise<ScheduledChange> {
  const { actor } = request;
  const fields = new Fields(request.body, '');
  return write(deps, actor, async (write) => {
    const scene = await loadScene(write, request);
    const id = write.ids.objectId();
    const change: ScheduledChange = {
      id,
      key: id,
      version: 1,
      createdAt: write.now,
      maintainerId: actor.member.id,
      executionDate: fields.integer('executionDate'),
      instructions: fields.list('instructions'),
      comment: fields.optional('comment', fields.string),
    };
    judge(actor, scene);
    await check(write, scene, change, request.ignoresConflicts);
    await scheduledChanges.insert(write.tx, placeOf(scene), change);
    ring(write, change);
    record(write, scene, 'scheduled a change of the flag', [scheduledWords(change)], change.comment);
    return change;
  });
}

export interface PatchScheduledChange extends FlagPlace {
  readonly actor: Caller;
  readonly id: string;
  readonly instructions: readonly unknown[];
  readonly comment?: string | undefined;
  readonly ignoresConflicts: boolean;
}

/** Changes, or deletes, a planned change by instructions. @returns it as it is now, or was. @throws like `scheduleChange` */
export async function patchScheduledChange(deps: Deps, request: PatchScheduledChange): Promise<ScheduledChange> {
  return write(deps, request.actor, async (write) => {
    const scene = await loadScene(write, request);
    const { isDeletion } = readPatch(request.instructions);
    judge(request.actor, scene, isDeletion && mayLetGo(scene));
    return changePlanned(write, scene, request);
  });
}

type PlannedPatch = Pick<PatchScheduledChange, 'id' | 'instructions' | 'comment'> & {
  readonly ignoresConflicts?: boolean;
};

/** The same for those who are allowed to already. @throws NotFound, InvalidRequest, PreconditionFailed */
export async function changePlanned(write: Write, scene: FlagScene, patch: PlannedPatch): Promise<ScheduledChange> {
  const before = await scheduledChanges.get(write.tx, placeOf(scene), patch.id);
  const { isDeletion, ...changed } = readPatch(patch.instructions);
  if (isDeletion) return remove(write, scene, before);
  const after = { ...before, ...changed, version: before.version + 1 };
  await check(write, scene, after, patch.ignoresConflicts ?? false);
  await scheduledChanges.save(write.tx, after);
  ring(write, after);
  record(write, scene, 'changed a scheduled change of the flag', [scheduledWords(after)], patch.comment);
  return after;
}

/** What a patch of a planned change would do, in words. @throws InvalidRequest also when there is no such change */
export async function plannedEffect(write: Write, scene: FlagScene, patch: PlannedPatch): Promise<readonly string[]> {
  const before = await scheduledChanges.find(write.tx, placeOf(scene), patch.id);
  if (!before) throw new InvalidRequest(`operatingOnId: ${show(patch.id)} is not a scheduled change of the flag`);
  const { isDeletion, ...changed } = readPatch(patch.instructions);
  if (isDeletion) return [deletedWords(before)];
  const after = { ...before, ...changed };
  await check(write, scene, after, true);
  return jsonEquals(before, after) ? [] : [scheduledWords(after)];
}

interface Patch extends Partial<Pick<ScheduledChange, 'executionDate' | 'instructions'>> {
  readonly isDeletion: boolean;
}

function readPatch(instructions: readonly unknown[]): Patch {
  if (instructions.length === 0) throw new InvalidRequest('instructions: expected at least one instruction, got none');
  const patches = instructions.map((instruction, index): Partial<Patch> => {
    const kind = new Fields(instruction, `instructions[${index}].`).string('kind');
    const fields = new Fields(instruction, `instructions[${index}] (${kind}): `);
    switch (kind) {
      case 'deleteScheduledChange':
        return { isDeletion: true };
      case 'replaceScheduledChangesInstructions':
        return { instructions: fields.list('value') };
      case 'updateScheduledChangesExecutionDate':
        return { executionDate: fields.integer('value') };
      default:
        throw new InvalidRequest(
          `instructions[${index}].kind: expected one of deleteScheduledChange, replaceScheduledChangesInstructions, updateScheduledChangesExecutionDate, got ${show(kind)}`,
        );
    }
  });
  return Object.assign({ isDeletion: false }, ...patches) as Patch;
}

/** @throws NotFound, Forbidden, MethodNotAllowed where changes need approval, unless the settings let go of planned ones */
export async function deleteScheduledChange(
  deps: Deps,
  request: FlagPlace & { readonly actor: Caller; readonly id: string },
): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const scene = await loadScene(write, request);
    judge(request.actor, scene, mayLetGo(scene));
    await remove(write, scene, await scheduledChanges.get(write.tx, placeOf(scene), request.id));
  });
}

async function remove(write: Write, scene: FlagScene, change: ScheduledChange): Promise<ScheduledChange> {
  await scheduledChanges.delete(write.tx, change.id);
  record(write, scene, 'deleted a scheduled change of the flag', [deletedWords(change)]);
  return change;
}

/** Whether planned changes may be deleted where changes need approval. */
const mayLetGo = ({ environment }: FlagScene) => environment.approvalSettings.bypassApprovalsForPendingChanges;

const ACTION = 'updateScheduledChanges';

/** @throws Forbidden, MethodNotAllowed */
function judge(actor: Caller, { project, environments, environment, flag }: FlagScene, needsNoApproval = false): void {
  const access = (action: string) => accessIn(project, environments, flag, environment.key, action);
  authorize(actor, access(ACTION));
  const isGuarded = !needsNoApproval && requiresApproval(environment.approvalSettings, flag.tags);
  if (!isGuarded || access('bypassRequiredApproval').every((one) => can(actor, one))) return;
  throw new MethodNotAllowed(`Flag configuration updates require approval: action '${ACTION}' not allowed`);
}

/** Whether a change is for a time to come, possible now, and goes together with what else is planned. */
async function check(
  write: Write,
  scene: FlagScene,
  change: ScheduledChange,
  ignoresConflicts: boolean,
): Promise<void> {
  requireFuture('executionDate', change.executionDate, write.now);
  const { flag, environment } = scene;
  const steps = scheduledSteps(change, environment.key);
  const alone = await simulate(write, flag, steps);
  if (alone instanceof InvalidRequest) throw alone;
  if (ignoresConflicts) return;
  for (const other of await scheduledChanges.list(write.tx, placeOf(scene))) {
    if (other.id === change.id) continue;
    const [first, second] = [change, other].toSorted((left, right) => left.executionDate - right.executionDate);
    if (!first || !second) continue;
    const middle = await simulate(write, flag, scheduledSteps(first, environment.key));
    if (middle instanceof InvalidRequest) continue;
    const end = await simulate(write, middle, scheduledSteps(second, environment.key));
    if (end instanceof InvalidRequest) {
      throw new PreconditionFailed(`The change conflicts with scheduled change ${other.id}: ${end.message}`);
    }
  }
}

function ring(write: Write, { id, executionDate }: ScheduledChange): void {
  write.schedule({ kind: 'execute-scheduled-change', subject: id, dueAtMs: executionDate });
}

function record(
  write: Write,
  scene: FlagScene,
  titleVerb: string,
  description: readonly string[],
  comment?: string,
): void {
  const { project, environments, environment, flag } = scene;
  const accesses = accessIn(project, environments, flag, environment.key, ACTION);
  write.record({ kind: 'flag', name: flag.name, projectId: project.id, accesses, titleVerb, description, comment });
}

const timeOf = ({ executionDate }: ScheduledChange) => new Date(executionDate).toISOString();
const scheduledWords = (change: ScheduledChange) => `Scheduled ${kinds(change)} for ${timeOf(change)}`;
const deletedWords = (change: ScheduledChange) => `Deleted ${kinds(change)} for ${timeOf(change)}`;
const kinds = ({ instructions }: ScheduledChange) =>
  instructions.map((instruction) => new Fields(instruction, '').string('kind')).join(', ');

/**
 * Carries out a planned change as its maintainer, with the rights of this moment: what the timer
 * `execute-scheduled-change` does. One that cannot be carried out is given up, and the audit log says why.
 */
export async function executeScheduledChange(write: Write, id: string): Promise<void> {
  const found = await scheduledChanges.findById(write.tx, id);
  const { projectId = '', flagId = '', environmentId } = found?.place ?? {};
  const project = await findProjectById(write.tx, projectId);
  const flag = await findFlagForUpdate(write.tx, flagId);
  if (!found || !project || !flag) return;
  const { resource: change } = found;
  if (change.executionDate > write.now) return ring(write, change);
  const environments = await listAllEnvironments(write.tx, [project.id]);
  const environment = environments.find((one) => one.id === environmentId);
  if (!environment) return;
  await scheduledChanges.delete(write.tx, id);
  try {
    const by = await actAsMember(write.tx, await getMember(write.tx, change.maintainerId), { kind: 'schedule', id });
    const steps = scheduledSteps(change, environment.key);
    await changeFlag(write, { project, environments, flag, steps, by, comment: change.comment });
  } catch (error) {
    if (!(error instanceof SlipwayError) || error instanceof StaleVersion) throw error;
    const words = [`Gave up ${kinds(change)}: ${error.message}`];
    record(
      write,
      { project, environments, environment, flag },
      'could not carry out a scheduled change of the flag',
      words,
    );
  }
}
