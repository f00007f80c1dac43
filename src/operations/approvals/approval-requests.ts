import { type Caller, personOf } from '../../domain/access/actor.ts';
import { authorize } from '../../domain/access/can.ts';
import {
  addReview,
  type ApprovalRequest,
  canBeApplied,
  isOpen,
  type NewApproval,
  type Party,
  readApprovalPatch,
  readNewApproval,
  reviewStatus,
} from '../../domain/approval.ts';
import { Conflict, InvalidRequest, NotFound } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import { requireFuture } from '../../domain/time.ts';
import { deleteApproval as removeApproval, findApprovalForUpdate, saveApproval } from '../../store/approvals.ts';
import { requireMembers, requireTeams } from '../account/references.ts';
import { type Deps, type Write, write } from '../write.ts';
import { wake } from '../workflows/workflow.ts';
import { type Applied, applyRequest } from './apply-request.ts';
import {
  accessesOn,
  type ApprovalTarget,
  baseVersionOf,
  effectOf,
  findTarget,
  getTarget,
  settingsFor,
} from './approval-target.ts';
import { notifyRequestor } from './notify-requestor.ts';
import { notifyReviewers } from './notify-reviewers.ts';
import { openRequest } from './open-request.ts';
import { wakeRelease } from './wake-release.ts';
import { recordRequest } from './record-request.ts';

/** What a request is about, as the caller names it; loads and holds it. */
export type FindTarget = (write: Write) => Promise<ApprovalTarget>;

export interface CreateApproval {
  readonly actor: Caller;
  readonly find: FindTarget;
  /** As the request has it. */
  readonly body: unknown;
  /** Instructions in place of those in the body, and where they were copied from. */
  readonly copied?: (target: ApprovalTarget) => Pick<ApprovalRequest, 'instructions' | 'source'>;
}

/**
 * Asks others to agree to a change. What it would do is tried and kept, so that everybody agrees to the same.
 * @throws NotFound, InvalidRequest also for instructions that cannot be applied, Forbidden
 */
export async function createApproval(deps: Deps, request: CreateApproval): Promise<ApprovalRequest> {
  const { actor } = request;
  const fields = new Fields(request.body, '');
  const wanted = readNewApproval(fields);
  return write(deps, actor, async (write) => {
    const target = await request.find(write);
    authorize(actor, accessesOn(target, 'createApprovalRequest'));
    await requireReviewers(write, wanted);
    requireFuture('executionDate', wanted.executionDate, write.now);
    const asked = request.copied?.(target) ?? { instructions: fields.list('instructions') };
    return openRequest(write, target, { ...wanted, ...asked, requestor: partyOf(actor) });
  });
}

async function requireReviewers(
  { tx }: Write,
  wanted: Pick<NewApproval, 'notifyMemberIds' | 'notifyTeamKeys'>,
): Promise<void> {
  await requireMembers(tx, 'notifyMemberIds', wanted.notifyMemberIds);
  await requireTeams(tx, 'notifyTeamKeys', wanted.notifyTeamKeys);
}

/** A personal token acts for its member; a service token for itself. */
function partyOf(actor: Caller): Party {
  const person = personOf(actor);
  if (person) return { kind: 'member', id: person.id };
  return { kind: 'token', id: actor.kind === 'token' ? actor.tokenId : actor.member.id };
}

export interface ChangeApproval {
  readonly actor: Caller;
  readonly id: string;
  /** What the path says the request is about; undefined where it says nothing. */
  readonly about?:
    | ((write: Write) => Promise<{ readonly resourceId: string; readonly environmentId: string }>)
    | undefined;
}

/** Loads and holds a request with what it is about. @throws NotFound also for one about something else */
async function load(write: Write, { id, about }: ChangeApproval): Promise<ApprovalRequest> {
  const approval = await findApprovalForUpdate(write.tx, id);
  const place = await about?.(write);
  const isThere =
    approval &&
    (!place || (approval.resourceId === place.resourceId && approval.environmentId === place.environmentId));
  if (!isThere) throw new NotFound('approval request', id);
  return approval;
}

/** What a workflow asks for is applied, and given up, with the workflow. @throws Conflict */
function requireOwnWay({ workflow }: ApprovalRequest): void {
  if (!workflow) return;
  throw new Conflict(`The approval request belongs to workflow ${workflow.id}, which goes on once it is approved`);
}

/** Says yes, no or something to a request. @throws NotFound, InvalidRequest, Forbidden, Conflict, MethodNotAllowed */
export async function reviewApproval(
  deps: Deps,
  request: ChangeApproval & { readonly body: unknown },
): Promise<ApprovalRequest> {
  const { actor } = request;
  return write(deps, actor, async (write) => {
    const before = await load(write, request);
    const target = await getTarget(write, before);
    const accesses = accessesOn(target, 'reviewApprovalRequest');
    authorize(actor, accesses);
    const settings = settingsFor(target);
    const id = write.ids.objectId();
    const reviewed = addReview(before, request.body, { by: partyOf(actor), settings, id, now: write.now });
    const isReady = reviewed.executionDate !== undefined && canBeApplied(reviewed, settings);
    const status = isReady ? 'scheduled' : 'pending';
    const after = { ...reviewed, status, version: before.version + 1 } as const;
    await saveApproval(write.tx, after, reviewStatus(after, settings));
    if (after.workflow) wake(write, after.workflow.id, write.now);
    wakeRelease(write, after);
    const { kind, comment } = after.reviews.at(-1) ?? {};
    const titleVerb = {
      approve: 'approved the change of',
      decline: 'declined the change of',
      comment: 'commented on the change of',
    }[kind ?? 'comment'];
    recordRequest(write, target, after, { accesses, titleVerb, words: [after.description], comment });
    await notifyRequestor(write, target, before, after);
    return after;
  });
}

/**
 * Carries out what was agreed to, at once or at its time. When it cannot be carried out any more, the request says so
 * from then on.
 * @throws NotFound, Forbidden, InvalidRequest while it is not approved and when it fails, Conflict when it is over or
 * when what it changes has moved so that it would do something else
 */
export async function applyApproval(deps: Deps, request: ChangeApproval): Promise<ApprovalRequest> {
  const { actor } = request;
  const outcome = await write(deps, actor, async (write): Promise<Applied> => {
    const before = await load(write, request);
    const target = await getTarget(write, before);
    const accesses = accessesOn(target, 'applyApprovalRequest');
    authorize(actor, accesses);
    requireOwnWay(before);
    if (!isOpen(before)) throw new Conflict(`The approval request is ${before.status}; it cannot be applied any more`);
    if (!canBeApplied(before, settingsFor(target))) {
      throw new InvalidRequest('The approval request is not approved; expected enough approvals before it is applied');
    }
    if (before.executionDate !== undefined && before.executionDate > write.now) {
      const scheduled = { ...before, status: 'scheduled', version: before.version + 1 } as const;
      await saveApproval(write.tx, scheduled, reviewStatus(scheduled, settingsFor(target)));
      return { request: scheduled };
    }
    return applyRequest(write, target, before, { by: actor, party: partyOf(actor) });
  });
  if (outcome.error) throw outcome.error;
  return outcome.request;
}

/** @throws NotFound, Forbidden */
export async function deleteApproval(deps: Deps, request: ChangeApproval): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const approval = await load(write, request);
    const target = await findTarget(write, approval);
    const accesses = target ? accessesOn(target, 'deleteApprovalRequest') : [];
    authorize(request.actor, accesses);
    if (isOpen(approval)) requireOwnWay(approval);
    await removeApproval(write.tx, approval.id);
    wakeRelease(write, approval);
    if (target) {
      const titleVerb = 'deleted the approval request for';
      recordRequest(write, target, approval, { accesses, titleVerb, words: [approval.description] });
    }
  });
}

/**
 * Adds reviewers, renames the request, or gives it other instructions, after which nobody has approved yet.
 * @throws NotFound, InvalidRequest, Forbidden, Conflict when it is over
 */
export async function patchApproval(
  deps: Deps,
  request: ChangeApproval & { readonly instructions: readonly unknown[] },
): Promise<ApprovalRequest> {
  const { actor } = request;
  return write(deps, actor, async (write) => {
    const before = await load(write, request);
    const target = await getTarget(write, before);
    const accesses = accessesOn(target, 'updateApprovalRequest');
    authorize(actor, accesses);
    if (!isOpen(before)) throw new Conflict(`The approval request is ${before.status}; it cannot be changed any more`);
    const patched = { ...before, ...readApprovalPatch(before, request.instructions) };
    await requireReviewers(write, patched);
    const isOther = patched.instructions !== before.instructions;
    if (isOther) requireOwnWay(before);
    const rewritten = isOther
      ? {
          effect: await effectOf(write, target, patched),
          baseVersion: baseVersionOf(target),
          status: 'pending' as const,
        }
      : {};
    const after = { ...patched, ...rewritten, version: before.version + 1 };
    await saveApproval(write.tx, after, reviewStatus(after, settingsFor(target)));
    const titleVerb = 'updated the approval request for';
    recordRequest(write, target, after, { accesses, titleVerb, words: [after.description] });
    await notifyReviewers(write, target, after, isOther ? undefined : before);
    return after;
  });
}
