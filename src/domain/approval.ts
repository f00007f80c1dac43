import type { ApprovalSettings } from './environment.ts';
import { Conflict, InvalidRequest, MethodNotAllowed } from './errors.ts';
import { Fields, oneOf } from './fields.ts';
import { type Json, jsonKey, show } from './json.ts';

/** A member, or a service token, that asks, reviews or applies. */
export interface Party {
  readonly kind: 'member' | 'token';
  readonly id: string;
}

/** What somebody says of a request. An approval holds for what was asked for then, and for nothing else. */
export interface Review {
  readonly id: string;
  readonly kind: 'approve' | 'decline' | 'comment';
  readonly by: Party;
  readonly at: number;
  readonly comment?: string | undefined;
  /** The `fingerprint` of the request that was reviewed. */
  readonly fingerprint: string;
}

export type ReviewStatus = 'pending' | 'approved' | 'declined';

/**
 * Where a request stands. `expired`: its time came before it was approved. `superseded`: what it asks for is there
 * already, or the thing it is about is gone.
 */
export type ApprovalStatus = 'pending' | 'scheduled' | 'completed' | 'failed' | 'expired' | 'superseded';

/** A change of a flag or segment that waits for others to agree (docs/wire/approvals.md). */
export interface ApprovalRequest {
  readonly id: string;
  readonly projectId: string;
  /** Absent for changes of a flag's variations, which are in all environments. */
  readonly environmentId?: string | undefined;
  readonly resourceKind: 'flag' | 'segment';
  /** The id of the flag or segment. */
  readonly resourceId: string;
  readonly version: number;
  readonly createdAt: number;
  readonly requestor: Party;
  readonly description: string;
  readonly comment?: string | undefined;
  readonly instructions: readonly Json[];
  /** The environment that the configuration is to be copied from. */
  readonly source?: { readonly key: string; readonly version?: number | undefined } | undefined;
  readonly notifyMemberIds: readonly string[];
  readonly notifyTeamKeys: readonly string[];
  /** When to apply it, once it is approved; Unix milliseconds. */
  readonly executionDate?: number | undefined;
  /** A scheduled change to change or delete. */
  readonly operatingOnId?: string | undefined;
  readonly status: ApprovalStatus;
  readonly reviews: readonly Review[];
  /** What the instructions did to the state they were written for: what is approved. */
  readonly effect: readonly string[];
  /** The version of that state. */
  readonly baseVersion: number;
  readonly appliedAt?: number | undefined;
  readonly appliedBy?: Party | undefined;
  /** Why it failed. */
  readonly failure?: string | undefined;
  /** The stage of a workflow that waits for it, and carries it out by itself. */
  readonly workflow?:
    | { readonly id: string; readonly stageIndex: number; readonly stageName: string; readonly name: string }
    | undefined;
  /** The release whose audience waits for it. */
  readonly release?: { readonly id: string; readonly audienceId: string } | undefined;
}

/** What can be said of a request when it is made. */
export type NewApproval = Pick<
  ApprovalRequest,
  'description' | 'comment' | 'notifyMemberIds' | 'notifyTeamKeys' | 'executionDate' | 'operatingOnId'
>;

const MAX_DESCRIPTION_LENGTH = 5_000;
const MAX_REVIEWERS = 10;

/** Reads a new request, but for its instructions. @throws InvalidRequest naming the bad field */
export function readNewApproval(fields: Fields): NewApproval {
  const request = {
    description: requireDescription(fields, 'description'),
    comment: fields.optional('comment', fields.string),
    ...readReviewers(fields),
    executionDate: fields.optional('executionDate', fields.integer),
    operatingOnId: fields.optional('operatingOnId', fields.string),
  };
  requireFewReviewers(request);
  return request;
}

function requireDescription(fields: Fields, name: string): string {
  const description = fields.string(name).trim();
  const isFit = description !== '' && description.length <= MAX_DESCRIPTION_LENGTH;
  return isFit ? description : fields.fail(name, `1 to ${MAX_DESCRIPTION_LENGTH} characters`);
}

/** Members and teams that are asked to review. @throws InvalidRequest */
export function readReviewers(fields: Fields) {
  return {
    notifyMemberIds: [...new Set(fields.optional('notifyMemberIds', fields.strings) ?? [])],
    notifyTeamKeys: [...new Set(fields.optional('notifyTeamKeys', fields.strings) ?? [])],
  };
}

/** @throws InvalidRequest */
export function requireFewReviewers({ notifyMemberIds, notifyTeamKeys }: ReturnType<typeof readReviewers>): void {
  const count = notifyMemberIds.length + notifyTeamKeys.length;
  if (count > MAX_REVIEWERS) {
    throw new InvalidRequest(`notifyMemberIds: expected at most ${MAX_REVIEWERS} reviewers, got ${count}`);
  }
}

/** What an approval is given to: the instructions, what they do, and when. A request that was edited has another one. */
export function fingerprint({
  instructions,
  effect,
  executionDate,
}: Pick<ApprovalRequest, 'instructions' | 'effect' | 'executionDate'>): string {
  return jsonKey({ instructions, effect, executionDate: executionDate ?? null });
}

export const isOpen = ({ status }: ApprovalRequest) => status === 'pending' || status === 'scheduled';

/** The last word of each reviewer on the request as it is now. */
function verdicts(request: ApprovalRequest): readonly Review[] {
  const current = fingerprint(request);
  const valid = request.reviews.filter((review) => review.kind !== 'comment' && review.fingerprint === current);
  return [...new Map(valid.map((review) => [`${review.by.kind} ${review.by.id}`, review])).values()];
}

/** Declined while anybody's last word is no, approved once enough say yes. */
export function reviewStatus(request: ApprovalRequest, settings: ApprovalSettings): ReviewStatus {
  const words = verdicts(request);
  if (words.some(({ kind }) => kind === 'decline')) return 'declined';
  return approvals(words) >= settings.minNumApprovals ? 'approved' : 'pending';
}

const approvals = (words: readonly Review[]) => words.filter(({ kind }) => kind === 'approve').length;

/** Whether a request may be applied: approved, or approved often enough where noes do not count. */
export function canBeApplied(request: ApprovalRequest, settings: ApprovalSettings): boolean {
  const isDeclined = reviewStatus(request, settings) === 'declined';
  const isEnough = approvals(verdicts(request)) >= settings.minNumApprovals;
  return isEnough && (!isDeclined || settings.canApplyDeclinedChanges);
}

/**
 * Adds a review. Whoever asks may always comment, but only decide where the settings allow it.
 * @throws InvalidRequest, Conflict when the request is over, MethodNotAllowed for one's own request
 */
export function addReview(
  request: ApprovalRequest,
  body: unknown,
  { by, settings, id, now }: { by: Party; settings: ApprovalSettings; id: string; now: number },
): ApprovalRequest {
  const fields = new Fields(body, '');
  const kind = oneOf(['approve', 'decline', 'comment'] as const).call(fields, 'kind');
  const comment = fields.optional('comment', fields.string);
  if (!isOpen(request)) throw new Conflict(`The approval request is ${request.status}; it cannot be reviewed any more`);
  const isOwn = by.kind === request.requestor.kind && by.id === request.requestor.id;
  if (kind !== 'comment' && isOwn && !settings.canReviewOwnRequest) {
    throw new MethodNotAllowed('Nobody reviews their own approval requests in this environment');
  }
  const review = {
    id,
    kind,
    by,
    at: now,
    ...(comment !== undefined && { comment }),
    fingerprint: fingerprint(request),
  };
  return { ...request, reviews: [...request.reviews, review] };
}

/** What a patch of a request asks for. */
export interface ApprovalPatch {
  readonly description?: string;
  readonly notifyMemberIds?: readonly string[];
  readonly notifyTeamKeys?: readonly string[];
  /** Other instructions, after which nobody has approved yet. */
  readonly instructions?: readonly Json[];
}

/** Reads the instructions of a patch of a request. @throws InvalidRequest naming the instruction and its parameter */
export function readApprovalPatch(request: ApprovalRequest, instructions: readonly unknown[]): ApprovalPatch {
  if (instructions.length === 0) throw new InvalidRequest('instructions: expected at least one instruction, got none');
  const patches = instructions.map((instruction, index): ApprovalPatch => {
    const kind = new Fields(instruction, `instructions[${index}].`).string('kind');
    const fields = new Fields(instruction, `instructions[${index}] (${kind}): `);
    if (kind === 'updateDescription') return { description: requireDescription(fields, 'value') };
    if (kind === 'updateInstructions') return { instructions: fields.list('value') };
    if (kind !== 'addReviewers') {
      throw new InvalidRequest(
        `instructions[${index}].kind: expected one of addReviewers, updateDescription, updateInstructions, got ${show(kind)}`,
      );
    }
    const added = readReviewers(fields);
    if (added.notifyMemberIds.length + added.notifyTeamKeys.length === 0) {
      fields.fail('notifyMemberIds', 'members in notifyMemberIds or teams in notifyTeamKeys');
    }
    const reviewers = {
      notifyMemberIds: [...new Set([...request.notifyMemberIds, ...added.notifyMemberIds])],
      notifyTeamKeys: [...new Set([...request.notifyTeamKeys, ...added.notifyTeamKeys])],
    };
    requireFewReviewers(reviewers);
    return reviewers;
  });
  return Object.assign({}, ...patches) as ApprovalPatch;
}
