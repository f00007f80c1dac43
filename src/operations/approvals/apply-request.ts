import { type Actor, SYSTEM } from '../../domain/access/actor.ts';
import { type ApprovalRequest, canBeApplied, isOpen, type Party, reviewStatus } from '../../domain/approval.ts';
import { Conflict, InvalidRequest, NotFound } from '../../domain/errors.ts';
import { jsonEquals } from '../../domain/json.ts';
import { findApprovalForUpdate, saveApproval } from '../../store/approvals.ts';
import type { Db } from '../../store/database.ts';
import { getMember } from '../../store/members.ts';
import { actAsMember } from '../account/callers.ts';
import { tellRelease } from '../releases/tell-release.ts';
import type { Write } from '../write.ts';
import { wakeRelease } from './wake-release.ts';
import { type ApprovalTarget, carryOut, effectOf, findTarget, settingsFor } from './approval-target.ts';

/** Who applies a request. */
interface Applier {
  readonly by: Actor;
  readonly party: Party;
}

/** How it went: the request as it is now, and why it did not work. */
export interface Applied {
  readonly request: ApprovalRequest;
  readonly error?: Error;
}

/**
 * Carries out an approved request, or marks it as one that cannot be carried out: failed, when its instructions do not
 * fit any more; superseded, when what it asks for is there. When it would do something else than was approved, it stays
 * as it is and has to be edited, which asks for approvals anew.
 */
export async function applyRequest(
  write: Write,
  target: ApprovalTarget,
  request: ApprovalRequest,
  { by, party }: Applier,
): Promise<Applied> {
  const end = async (changes: Partial<ApprovalRequest>, error?: Error): Promise<Applied> => {
    const after = { ...request, ...changes, version: request.version + 1 };
    await saveApproval(write.tx, after, reviewStatus(after, settingsFor(target)));
    wakeRelease(write, after);
    return { request: after, ...(error && { error }) };
  };
  const effect = await tryEffect(write, target, request);
  if (effect instanceof InvalidRequest) return end({ status: 'failed', failure: effect.message }, effect);
  if (effect.length === 0) {
    return end({ status: 'superseded' }, new Conflict('What the approval request asks for is there already'));
  }
  if (!jsonEquals(effect, request.effect)) {
    return {
      request,
      error: new Conflict(`The ${request.resourceKind} has changed since: ${movedWords(request, effect)}`),
    };
  }
  await carryOut(write, target, request, by);
  await tellRelease(write, target, request);
  return end({ status: 'completed', appliedAt: write.now, appliedBy: party });
}

const movedWords = (request: ApprovalRequest, effect: readonly string[]) =>
  `approved was "${request.effect.join('; ')}", now it would be "${effect.join('; ')}"`;

/** What a request would do now, or why it cannot. */
export async function tryEffect(
  write: Write,
  target: ApprovalTarget,
  request: ApprovalRequest,
): Promise<readonly string[] | InvalidRequest> {
  try {
    return await effectOf(write, target, request);
  } catch (error) {
    if (error instanceof InvalidRequest) return error;
    throw error;
  }
}

/**
 * Applies a request at its time, on behalf of who asked for it, or ends it if it has not been approved until then: what
 * the timer `apply-approval` does. A request that is over or gone needs nothing.
 */
export async function applyInTime(write: Write, requestId: string): Promise<void> {
  const request = await findApprovalForUpdate(write.tx, requestId);
  if (!request || !isOpen(request)) return;
  const target = await findTarget(write, request);
  if (target && canBeApplied(request, settingsFor(target))) {
    const by = await requestorOf(write.tx, request);
    const { error } = await applyRequest(write, target, request, { by, party: request.requestor });
    if (!(error instanceof Conflict)) return;
  }
  const current = await findApprovalForUpdate(write.tx, requestId);
  if (!current || !isOpen(current)) return;
  const status = target ? 'expired' : 'superseded';
  await saveApproval(write.tx, { ...current, status, version: current.version + 1 }, 'pending');
  wakeRelease(write, current);
}

async function requestorOf(db: Db, { id, requestor }: ApprovalRequest): Promise<Actor> {
  if (requestor.kind === 'token') return SYSTEM;
  try {
    return await actAsMember(db, await getMember(db, requestor.id), { kind: 'approval', id });
  } catch (error) {
    if (error instanceof NotFound) return SYSTEM;
    throw error;
  }
}
