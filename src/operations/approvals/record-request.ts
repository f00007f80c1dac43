import type { Access } from '../../domain/access/resource.ts';
import type { ApprovalRequest } from '../../domain/approval.ts';
import type { Write } from '../write.ts';
import type { ApprovalTarget } from './approval-target.ts';

interface Told {
  readonly accesses: readonly Access[];
  readonly titleVerb: string;
  readonly words: readonly string[];
  readonly comment?: string | undefined;
}

/** An entry of the audit log about a request: on the flag or segment that it is about. */
export function recordRequest(
  write: Write,
  { project, thing }: ApprovalTarget,
  request: ApprovalRequest,
  told: Told,
): void {
  const { accesses, titleVerb, words, comment = request.comment } = told;
  const { name } = thing.kind === 'flag' ? thing.flag : thing.segment;
  write.record({ kind: thing.kind, name, projectId: project.id, accesses, titleVerb, description: words, comment });
}
