import type { ApprovalRequest } from '../../domain/approval.ts';
import { findMembers } from '../../store/members.ts';
import { listTeams } from '../../store/teams.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { Write } from '../write.ts';
import type { ApprovalTarget } from './approval-target.ts';

/** How long it is worth trying to tell somebody. */
const WORTH_MS = 7 * 24 * 60 * 60 * 1000;

type Reviewers = Pick<ApprovalRequest, 'notifyMemberIds' | 'notifyTeamKeys'>;

/**
 * Writes to those who are asked to review a request: members, and all members of teams, but not whoever asks.
 * @param told those who know of it already
 */
export async function notifyReviewers(
  write: Write,
  target: ApprovalTarget,
  request: ApprovalRequest,
  told: Reviewers = { notifyMemberIds: [], notifyTeamKeys: [] },
): Promise<void> {
  const known = await memberIdsOf(write, told);
  const ids = [...(await memberIdsOf(write, request))].filter((id) => !known.has(id) && id !== request.requestor.id);
  if (ids.length === 0) return;
  const members = await findMembers(write.tx, [...ids, request.requestor.id]);
  const text = toText(write.publicUrl, target, request, members.get(request.requestor.id)?.email);
  for (const id of ids) {
    const recipient = members.get(id)?.email;
    if (recipient !== undefined) await queueMail(write, { recipient, ...text, expiresAt: write.now + WORTH_MS });
  }
}

async function memberIdsOf(
  { tx }: Write,
  { notifyMemberIds, notifyTeamKeys }: Reviewers,
): Promise<ReadonlySet<string>> {
  const teams = notifyTeamKeys.length === 0 ? [] : await listTeams(tx);
  const inTeams = teams.filter(({ key }) => notifyTeamKeys.includes(key)).flatMap(({ memberIds }) => memberIds);
  return new Set([...notifyMemberIds, ...inTeams]);
}

function toText(
  publicUrl: string,
  { project, environment, thing }: ApprovalTarget,
  { id, description, effect, comment }: ApprovalRequest,
  requestor = 'A service',
): { readonly subject: string; readonly body: string } {
  const { key } = thing.kind === 'flag' ? thing.flag : thing.segment;
  const where = environment ? `${environment.name} of ${project.name}` : project.name;
  return {
    subject: `Review requested: ${thing.kind} ${key}`,
    body: [
      `${requestor} asks for your review of a change of the ${thing.kind} ${key} in ${where}.`,
      description,
      effect.map((words) => `- ${words}`).join('\n'),
      ...(comment === undefined ? [] : [comment]),
      `${publicUrl}/approvals/${id}`,
    ].join('\n\n'),
  };
}
