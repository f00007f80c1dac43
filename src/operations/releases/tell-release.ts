import type { ApprovalRequest } from '../../domain/approval.ts';
import { findReleaseById } from '../../store/releases.ts';
import { getFlagForUpdate } from '../../store/flags.ts';
import { advanceRelease } from '../advance-release.ts';
import type { ApprovalTarget } from '../approvals/approval-target.ts';
import type { Write } from '../write.ts';
import { appliedEvent } from './apply-audience.ts';

/** Tells the release that asked for a change that it has been approved and made. */
export async function tellRelease(
  write: Write,
  { project, environment, thing }: ApprovalTarget,
  request: Pick<ApprovalRequest, 'release'>,
): Promise<void> {
  const release = request.release && (await findReleaseById(write.tx, request.release.id));
  const audience = release?.phases
    .flatMap(({ audiences }) => audiences)
    .find(({ id }) => id === request.release?.audienceId);
  if (!release || !audience || !environment || thing.kind !== 'flag') return;
  const after = await getFlagForUpdate(write.tx, project.id, thing.flag.key);
  await advanceRelease(write, project, release, appliedEvent(audience, environment.key, thing.flag, after));
}
