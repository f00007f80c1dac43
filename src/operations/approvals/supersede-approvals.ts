import { listApprovals, saveApproval } from '../../store/approvals.ts';
import type { Write } from '../write.ts';

/** Ends the requests about a flag or segment that is about to go. */
export async function supersedeApprovals(write: Write, resourceId: string): Promise<void> {
  for (const request of await listApprovals(write.tx, { resourceId, isOpen: true })) {
    await saveApproval(write.tx, { ...request, status: 'superseded', version: request.version + 1 }, 'pending');
  }
}
