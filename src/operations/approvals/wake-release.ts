import type { ApprovalRequest } from '../../domain/approval.ts';
import type { Write } from '../write.ts';

/** Has the release that waits for a request look at what has become of it. */
export function wakeRelease(write: Write, { release }: Pick<ApprovalRequest, 'release'>): void {
  if (release) write.schedule({ kind: 'advance-release', subject: release.id, dueAtMs: write.now });
}
