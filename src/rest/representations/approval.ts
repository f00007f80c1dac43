import type { Caller } from '../../domain/access/actor.ts';
import type { ApprovalRequest, Party, Review } from '../../domain/approval.ts';
import { DEFAULT_RESOURCE_APPROVAL_SETTINGS } from '../../domain/environment.ts';
import { byIndex, toGlobalDocument } from '../../domain/flag/document/flag-document.ts';
import type { ApprovalView } from '../../operations/approvals/approval-views.ts';
import type { ApprovalRep } from '../../wire/rest/approval.ts';
import { apiLink } from '../links.ts';
import { toApprovalSettingsRep, toEnvironmentRep } from './environment.ts';
import { toProjectRep } from './project.ts';
import { toSegmentRep } from './segment.ts';

/** For whom a request is shown, and what to add to it: `flag`, `project`, `environments`, `resource`. */
export interface ApprovalOptions {
  readonly caller: Caller;
  readonly expand: ReadonlySet<string>;
}

export function toApprovalRep(view: ApprovalView, options: ApprovalOptions): ApprovalRep {
  const { request, conflict, settings = DEFAULT_RESOURCE_APPROVAL_SETTINGS.segment } = view;
  const { comment, appliedAt, executionDate, operatingOnId, source } = request;
  return {
    _links: {
      self: apiLink('approval-requests', request.id),
      parent: apiLink('approval-requests'),
      ...placeLinks(view),
    },
    _id: request.id,
    _version: request.version,
    creationDate: request.createdAt,
    serviceKind: 'launchdarkly',
    ...(request.requestor.kind === 'member' && { requestorId: request.requestor.id }),
    description: request.description,
    reviewStatus: view.reviewStatus,
    allReviews: request.reviews.map(toReviewRep),
    notifyMemberIds: [...request.notifyMemberIds],
    notifyTeamKeys: [...request.notifyTeamKeys],
    status: request.status,
    instructions: [...request.instructions],
    effect: [...request.effect],
    conflicts: conflict === undefined ? [] : [{ instruction: request.instructions[0], reason: conflict }],
    ...(comment !== undefined && { comment }),
    ...(appliedAt !== undefined && { appliedDate: appliedAt }),
    ...byWhom(request),
    ...(executionDate !== undefined && { executionDate }),
    ...(operatingOnId !== undefined && { operatingOnId }),
    ...workflowOf(request),
    ...(source && { source: { key: source.key, ...(source.version !== undefined && { version: source.version }) } }),
    resourceId: resourceIdOf(view),
    approvalSettings: toApprovalSettingsRep(settings),
    ...expansions(view, options),
  };
}

/** What somebody has said of a request. */
export function toReviewRep({ id, kind, by, at, comment }: Review) {
  return {
    _id: id,
    kind,
    creationDate: at,
    ...(comment !== undefined && { comment }),
    ...(by.kind === 'member' ? { memberId: by.id } : { serviceTokenId: by.id }),
  };
}

function byWhom({ appliedBy }: ApprovalRequest): Partial<ApprovalRep> {
  if (!appliedBy) return {};
  const { kind, id }: Party = appliedBy;
  return kind === 'member' ? { appliedByMemberId: id } : { appliedByServiceTokenId: id };
}

function workflowOf({ workflow }: ApprovalRequest): Partial<ApprovalRep> {
  if (!workflow) return {};
  const { name, stageIndex, stageName } = workflow;
  return { customWorkflowMetadata: { name, stage: { index: stageIndex, name: stageName } } };
}

/** The specifier of what a request is about. */
export function resourceIdOf({ request, project, target }: ApprovalView): string {
  const { environment, thing } = target ?? {};
  const key = thing?.kind === 'flag' ? thing.flag.key : thing?.segment.key;
  return `proj/${project.key}:env/${environment?.key ?? '*'}:${request.resourceKind}/${key ?? '*'}`;
}

function placeLinks({ target }: ApprovalView) {
  if (!target) return {};
  const { project, environment, thing } = target;
  const resource =
    thing.kind === 'flag'
      ? apiLink('flags', project.key, thing.flag.key)
      : apiLink('segments', project.key, environment?.key ?? '', thing.segment.key);
  return { resource, project: apiLink('projects', project.key) };
}

function expansions({ target }: ApprovalView, { caller, expand }: ApprovalOptions): Partial<ApprovalRep> {
  if (!target) return {};
  const { project, environment, environments, thing } = target;
  const shown = environment ? [environment] : environments;
  const flag = thing.kind === 'flag' && {
    ...toGlobalDocument(thing.flag, byIndex),
    _links: { self: apiLink('flags', project.key, thing.flag.key) },
  };
  const segment =
    thing.kind === 'segment' &&
    toSegmentRep(thing.segment, { projectKey: project.key, environmentKey: environment?.key ?? '' });
  return {
    ...(expand.has('project') && { project: toProjectRep(project) }),
    ...(expand.has('environments') && { environments: shown.map((one) => toEnvironmentRep(one, { project, caller })) }),
    ...(expand.has('flag') && flag && { flag }),
    ...(expand.has('resource') && {
      resource: { kind: thing.kind, ...(flag && { flag }), ...(segment && { segment }) },
    }),
  };
}
