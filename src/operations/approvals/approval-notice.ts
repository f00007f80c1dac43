import type { ApprovalRequest, Party } from '../../domain/approval.ts';
import type { Notice } from '../../domain/notice.ts';
import { findMembers } from '../../store/members.ts';
import type { Write } from '../write.ts';
import type { ApprovalTarget } from './approval-target.ts';

/** What members are told of a request: the words that differ, beside what it is about. */
interface Words {
  readonly kind: string;
  /** What comes before the name of the flag or segment. */
  readonly title: string;
  /** What comes before the name of the flag or segment and where it is. */
  readonly text: string;
  readonly comment: string | undefined;
}

/** A notice about a request, with what the request would do. */
export function approvalNotice(
  { project, environment, thing }: ApprovalTarget,
  { id, description, effect }: ApprovalRequest,
  words: Words,
): Notice {
  const name = `${thing.kind} ${thing.kind === 'flag' ? thing.flag.key : thing.segment.key}`;
  const where = environment ? `${environment.name} of ${project.name}` : project.name;
  return {
    kind: words.kind,
    title: `${words.title} ${name}`,
    text: [
      `${words.text} the ${name} in ${where}.`,
      description,
      effect.map((change) => `- ${change}`).join('\n'),
      ...(words.comment === undefined ? [] : [words.comment]),
    ].join('\n\n'),
    path: `/approvals/${id}`,
    projectId: project.id,
    subject: id,
  };
}

/** Who somebody is, for people to read. */
export async function nameOf({ tx }: Write, { id }: Party): Promise<string> {
  return (await findMembers(tx, [id])).get(id)?.email ?? 'A service';
}
