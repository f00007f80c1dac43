import { reviewStatus } from '../../domain/approval.ts';
import type { ApprovalOutcome, Observations } from '../../domain/release/events.ts';
import type { Release } from '../../domain/release/release.ts';
import { isOver } from '../../domain/release/transitions.ts';
import { findApproval } from '../../store/approvals.ts';
import { findRuns } from '../../store/rollout-runs.ts';
import { findTarget, settingsFor } from '../approvals/approval-target.ts';
import { observePhaseGates } from '../guards/phase-gates.ts';
import type { Write } from '../write.ts';

/** Looks at everything that a release waits for: approvals, rollouts and gates. */
export async function observeRelease(write: Write, release: Release): Promise<Observations> {
  const waiting = release.phases.flatMap(({ audiences }) => audiences).filter(({ status }) => !isOver(status));
  const approvals = new Map<string, ApprovalOutcome>();
  for (const { status, approvalId } of waiting) {
    if (status !== 'waiting-for-approval' || approvalId === undefined) continue;
    approvals.set(approvalId, await approvalOutcome(write, approvalId));
  }
  const runs = await findRuns(
    write.tx,
    waiting.flatMap(({ rolloutId }) => rolloutId ?? []),
  );
  return {
    approvals,
    rollouts: new Map([...runs].map(([id, { status }]) => [id, status])),
    openGates: await observePhaseGates(write, release),
  };
}

async function approvalOutcome(write: Write, id: string): Promise<ApprovalOutcome> {
  // Whoever applies it holds it before the flag, which is held here already.
  const request = await findApproval(write.tx, id);
  if (!request) return 'gone';
  switch (request.status) {
    case 'completed':
      return 'applied';
    case 'superseded':
      return 'moot';
    case 'failed':
      return 'failed';
    case 'expired':
      return 'gone';
    case 'pending':
    case 'scheduled': {
      const target = await findTarget(write, request);
      return target && reviewStatus(request, settingsFor(target)) === 'declined' ? 'declined' : 'open';
    }
  }
}
