import { SYSTEM } from '../../domain/access/actor.ts';
import { type ApprovalRequest, isOpen, type ReviewStatus, reviewStatus } from '../../domain/approval.ts';
import type { ApprovalSettings } from '../../domain/environment.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { jsonEquals } from '../../domain/json.ts';
import type { Project } from '../../domain/project.ts';
import { findProjectById } from '../../store/projects.ts';
import { type Deps, write } from '../write.ts';
import { tryEffect } from './apply-request.ts';
import { type ApprovalTarget, findTarget, settingsFor } from './approval-target.ts';

/** A request with what can be said of it at this moment. */
export interface ApprovalView {
  readonly request: ApprovalRequest;
  readonly project: Project;
  /** Undefined when what it is about is gone. */
  readonly target: ApprovalTarget | undefined;
  readonly settings: ApprovalSettings | undefined;
  readonly reviewStatus: ReviewStatus;
  /** Why it could not be carried out as it was approved. */
  readonly conflict: string | undefined;
}

/** Looks at requests as they stand now; nothing changes by it. */
export async function viewApprovals(
  deps: Deps,
  requests: readonly ApprovalRequest[],
): Promise<readonly ApprovalView[]> {
  return write(deps, SYSTEM, async (write) => {
    const views: ApprovalView[] = [];
    for (const request of requests) {
      const project = await findProjectById(write.tx, request.projectId);
      if (!project) continue;
      const target = await findTarget(write, request);
      const settings = target && settingsFor(target);
      const effect = target && isOpen(request) ? await tryEffect(write, target, request) : request.effect;
      const status = settings ? reviewStatus(request, settings) : 'pending';
      views.push({ request, project, target, settings, reviewStatus: status, conflict: conflictOf(request, effect) });
    }
    return views;
  });
}

function conflictOf(request: ApprovalRequest, effect: readonly string[] | InvalidRequest): string | undefined {
  if (effect instanceof InvalidRequest) return effect.message;
  if (jsonEquals(effect, request.effect)) return undefined;
  return effect.length === 0 ? 'what it asks for is there already' : `it would do something else: ${effect.join('; ')}`;
}
