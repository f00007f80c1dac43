import { SYSTEM } from '../../domain/access/actor.ts';
import { type ApprovalRequest, type ReviewStatus, reviewStatus } from '../../domain/approval.ts';
import type { Environment } from '../../domain/environment.ts';
import type { Flag } from '../../domain/flag/flag.ts';
import type { Workflow } from '../../domain/workflow/workflow.ts';
import { listApprovals } from '../../store/approvals.ts';
import { settingsFor } from '../approvals/approval-target.ts';
import { type Deps, write } from '../write.ts';
import { findConflicts, type StageConflict } from './workflow-conflicts.ts';

/** A request that a condition waits for, and what reviewers say of it together. */
export interface ConditionApproval {
  readonly request: ApprovalRequest;
  readonly reviewStatus: ReviewStatus;
}

/** A workflow with what can be said of it at this moment. */
export interface WorkflowView {
  readonly workflow: Workflow;
  readonly conflicts: readonly StageConflict[];
  /** By id of the request. */
  readonly approvals: ReadonlyMap<string, ConditionApproval>;
}

/** Looks at workflows of a flag in an environment as they stand now; nothing changes by it. */
export async function viewWorkflows(
  deps: Deps,
  { environment, flag }: { readonly environment: Environment; readonly flag: Flag },
  workflows: readonly Workflow[],
): Promise<readonly WorkflowView[]> {
  const requests = await listApprovals(deps.database.db, { resourceId: flag.id, environmentId: environment.id });
  const settings = settingsFor({ environments: [], environment, thing: { kind: 'flag', flag } });
  const approvals = new Map(
    requests.map((request) => [request.id, { request, reviewStatus: reviewStatus(request, settings) }]),
  );
  return write(deps, SYSTEM, async (write) => {
    const views: WorkflowView[] = [];
    for (const workflow of workflows) {
      views.push({ workflow, approvals, conflicts: await findConflicts(write, flag, environment.key, workflow) });
    }
    return views;
  });
}
