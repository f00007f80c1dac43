import { type Static, Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { canView } from '../../domain/access/can.ts';
import type { ApprovalRequest } from '../../domain/approval.ts';
import { InvalidRequest, NotFound } from '../../domain/errors.ts';
import { copySteps } from '../../domain/flag/copy-config.ts';
import { getConfig } from '../../domain/flag/flag.ts';
import { type Json, show } from '../../domain/json.ts';
import {
  applyApproval,
  type ChangeApproval,
  createApproval,
  deleteApproval,
  patchApproval,
  reviewApproval,
} from '../../operations/approvals/approval-requests.ts';
import type { ApprovalTarget } from '../../operations/approvals/approval-target.ts';
import { type ApprovalView, viewApprovals } from '../../operations/approvals/approval-views.ts';
import type { Deps, Write } from '../../operations/write.ts';
import { getApproval, listApprovals } from '../../store/approvals.ts';
import { getEnvironment, listAllEnvironments } from '../../store/environments.ts';
import { getFlagForUpdate } from '../../store/flags.ts';
import { getProject, getProjectForUpdate } from '../../store/projects.ts';
import { getSegmentForUpdate } from '../../store/segments.ts';
import {
  ApprovalCollection,
  ApprovalPost,
  ApprovalRep,
  CopyApprovalPost,
  ResourceApprovalPost,
  ReviewPost,
} from '../../wire/rest/approval.ts';
import { PageQuery } from '../../wire/rest/common.ts';
import type { ApiVersion } from '../api-version.ts';
import type { RestApp } from '../app.ts';
import { type FilterFields, parseFilterExpression, type Term, textOf, textsOf } from '../filter-expression.ts';
import { apiPath } from '../links.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseSemanticPatch } from '../patch-body.ts';
import { namesIn } from '../representations/audit-links.ts';
import { resourceIdOf, toApprovalRep } from '../representations/approval.ts';

const Expand = Type.Object({
  expand: Type.Optional(Type.String({ description: 'flag, project, environments, resource' })),
});
const ListQuery = Type.Object({
  ...PageQuery.properties,
  ...Expand.properties,
  filter: Type.Optional(
    Type.String({ description: 'projectKey equals p, status anyOf ["pending"], reviewStatus, requestorId …' }),
  ),
});
const ApprovalParams = Type.Object({ id: Type.String({ description: 'Id of the request' }) });
const PlaceParams = Type.Object({
  projectKey: Type.String({ description: 'The project key' }),
  flagKey: Type.String({ description: 'The flag key' }),
  environmentKey: Type.String({ description: 'The environment key' }),
});
const FlagApprovalParams = Type.Object({ ...PlaceParams.properties, ...ApprovalParams.properties });
const ApplyBody = Type.Optional(Type.Unknown({ description: 'A comment' }));
const MAX_LIMIT = 200;

const FILTERS: FilterFields = {
  notifyMemberIds: ['anyOf'],
  requestorId: ['equals'],
  resourceId: ['equals'],
  resourceKind: ['equals'],
  reviewStatus: ['anyOf', 'equals'],
  status: ['anyOf', 'equals'],
  projectKey: ['equals'],
};

type FlagPlace = Static<typeof PlaceParams>;

/** Approval requests: of everything, and of a flag in an environment. */
export function approvalRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Approvals'];
  const flagPath = '/projects/:projectKey/flags/:flagKey/environments/:environmentKey';

  app.get(
    '/approval-requests',
    {
      schema: {
        summary: 'List approval requests',
        tags,
        querystring: ListQuery,
        response: { 200: ApprovalCollection },
      },
    },
    async ({ actor, query, url }) => {
      const isMeant = parseFilterExpression(query.filter, FILTERS);
      const all = await visible(actor, await listApprovals(db));
      const matches = all.filter((view) => isMeant((term) => isTrue(view, term)));
      const page = toPage(query, MAX_LIMIT);
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: cutPage(matches, page).map((view) => toRep(actor, view, query.expand)),
      };
    },
  );

  app.post(
    '/approval-requests',
    {
      schema: {
        summary: 'Request approval',
        tags,
        body: ResourceApprovalPost,
        response: { 200: ApprovalRep, 201: ApprovalRep },
      },
    },
    async ({ actor, apiVersion, body }, reply) => {
      const request = await createApproval(deps, {
        actor,
        body,
        find: (write) => findByResource(write, actor, body.resourceId),
      });
      return reply.code(createdStatus(apiVersion)).send(await represent(actor, request));
    },
  );

  app.get(
    '/approval-requests/:id',
    {
      schema: {
        summary: 'Get an approval request',
        tags,
        params: ApprovalParams,
        querystring: Expand,
        response: { 200: ApprovalRep },
      },
    },
    async ({ actor, params, query }) => {
      const [view] = await visible(actor, [await getApproval(db, params.id)]);
      if (!view) throw new NotFound('approval request', params.id);
      return toRep(actor, view, query.expand);
    },
  );

  app.get(
    `${flagPath}/approval-requests`,
    {
      schema: {
        summary: 'List the approval requests of a flag',
        tags,
        params: PlaceParams,
        response: { 200: ApprovalCollection },
      },
    },
    async ({ actor, params }) => {
      const { flag, environment } = await deps.database.transaction(async (tx) => {
        const project = await getProject(tx, params.projectKey);
        return {
          environment: await getEnvironment(tx, project.id, params.environmentKey),
          flag: await getFlagForUpdate(tx, project.id, params.flagKey),
        };
      });
      const requests = await listApprovals(db, { resourceId: flag.id, environmentId: environment.id });
      const views = await viewApprovals(deps, requests);
      const { projectKey, flagKey, environmentKey } = params;
      const path = apiPath(
        'projects',
        projectKey,
        'flags',
        flagKey,
        'environments',
        environmentKey,
        'approval-requests',
      );
      return {
        _links: { self: { href: path, type: 'application/json' } },
        totalCount: views.length,
        items: views.map((view) => toRep(actor, view)),
      };
    },
  );

  app.post(
    `${flagPath}/approval-requests`,
    {
      schema: {
        summary: 'Request approval for a change of a flag',
        tags,
        params: PlaceParams,
        body: ApprovalPost,
        response: { 200: ApprovalRep, 201: ApprovalRep },
      },
    },
    async ({ actor, apiVersion, params, body }, reply) => {
      const request = await createApproval(deps, { actor, body, find: (write) => findFlag(write, params) });
      return reply.code(createdStatus(apiVersion)).send(await represent(actor, request));
    },
  );

  app.post(
    `${flagPath}/approval-requests-flag-copy`,
    {
      schema: {
        summary: 'Request approval to copy a flag from another environment',
        tags,
        params: PlaceParams,
        body: CopyApprovalPost,
        response: { 200: ApprovalRep, 201: ApprovalRep },
      },
    },
    async ({ actor, apiVersion, params, body }, reply) => {
      const { source } = body;
      const copied = ({ thing }: ApprovalTarget) => {
        const flag = thing.kind === 'flag' ? thing.flag : undefined;
        if (!flag || !Object.hasOwn(flag.environments, source.key) || source.key === params.environmentKey) {
          throw new InvalidRequest(`source.key: expected another environment of the flag, got ${show(source.key)}`);
        }
        const steps = copySteps(getConfig(flag, source.key), params.environmentKey, body);
        return { source, instructions: steps.map(({ instruction }) => instruction as Json) };
      };
      const request = await createApproval(deps, { actor, body, find: (write) => findFlag(write, params), copied });
      return reply.code(createdStatus(apiVersion)).send(await represent(actor, request));
    },
  );

  for (const [path, params] of [
    ['/approval-requests/:id', ApprovalParams],
    [`${flagPath}/approval-requests/:id`, FlagApprovalParams],
  ] as const) {
    const change = (
      actor: Caller,
      given: Static<typeof ApprovalParams> | Static<typeof FlagApprovalParams>,
    ): ChangeApproval => ({
      actor,
      id: given.id,
      about: 'flagKey' in given ? (write) => placeOf(write, given) : undefined,
    });

    if (params === FlagApprovalParams) {
      app.get(
        path,
        {
          schema: {
            summary: 'Get an approval request of a flag',
            tags,
            params: FlagApprovalParams,
            response: { 200: ApprovalRep },
          },
        },
        async ({ actor, params: given }) => {
          const request = await getApproval(db, given.id);
          const [view] = await viewApprovals(deps, [request]);
          const { thing, environment } = view?.target ?? {};
          const isThere =
            thing?.kind === 'flag' && thing.flag.key === given.flagKey && environment?.key === given.environmentKey;
          if (!view || !isThere) throw new NotFound('approval request', given.id);
          return toRep(actor, view);
        },
      );
    }

    app.delete(
      path,
      { schema: { summary: 'Delete an approval request', tags, params, response: { 204: Type.Null() } } },
      async ({ actor, params: given }, reply) => {
        await deleteApproval(deps, change(actor, given));
        return reply.code(204).send(null);
      },
    );

    app.patch(
      path,
      {
        config: { isBeta: true },
        schema: {
          summary: 'Update an approval request by semantic patch',
          tags,
          params,
          body: Type.Unknown({ description: 'Instructions' }),
          response: { 200: ApprovalRep },
        },
      },
      async ({ actor, params: given, body }) => {
        const { instructions } = parseSemanticPatch(body).patch;
        return represent(actor, await patchApproval(deps, { ...change(actor, given), instructions }));
      },
    );

    app.post(
      `${path}/reviews`,
      {
        schema: {
          summary: 'Review an approval request',
          tags,
          params,
          body: ReviewPost,
          response: { 200: ApprovalRep },
        },
      },
      async ({ actor, params: given, body }) =>
        represent(actor, await reviewApproval(deps, { ...change(actor, given), body })),
    );

    app.post(
      `${path}/apply`,
      {
        schema: { summary: 'Apply an approval request', tags, params, body: ApplyBody, response: { 200: ApprovalRep } },
      },
      async ({ actor, params: given }) => represent(actor, await applyApproval(deps, change(actor, given))),
    );
  }

  async function represent(actor: Caller, request: ApprovalRequest): Promise<ApprovalRep> {
    const [view] = await viewApprovals(deps, [request]);
    if (!view) throw new NotFound('approval request', request.id);
    return toRep(actor, view);
  }

  /** Those whose project the caller may view. */
  async function visible(actor: Caller, requests: readonly ApprovalRequest[]): Promise<readonly ApprovalView[]> {
    const views = await viewApprovals(deps, requests);
    return views.filter(({ project }) => canView(actor, project));
  }
}

/** Clients of the first versions know no 201. */
function createdStatus({ version }: ApiVersion): 200 | 201 {
  return version < 20210729 ? 200 : 201;
}

function toRep(caller: Caller, view: ApprovalView, expand?: string): ApprovalRep {
  return toApprovalRep(view, { caller, expand: new Set(expand?.split(',')) });
}

async function placeOf(write: Write, place: FlagPlace) {
  const { thing, environment } = await findFlag(write, place);
  return { resourceId: thing.kind === 'flag' ? thing.flag.id : '', environmentId: environment?.id ?? '' };
}

/** A flag in an environment, held with its project. @throws NotFound */
async function findFlag(
  { tx }: Write,
  { projectKey, flagKey, environmentKey }: Partial<FlagPlace> & Pick<FlagPlace, 'projectKey' | 'flagKey'>,
): Promise<ApprovalTarget> {
  const project = await getProjectForUpdate(tx, projectKey);
  const environments = await listAllEnvironments(tx, [project.id]);
  const environment = environmentKey === undefined ? undefined : environments.find(({ key }) => key === environmentKey);
  if (environmentKey !== undefined && !environment) throw new NotFound('environment', environmentKey);
  const flag = await getFlagForUpdate(tx, project.id, flagKey);
  return { project, environments, environment, thing: { kind: 'flag', flag } };
}

/** What a specifier names: a flag, in an environment or in all, or a segment. @throws NotFound, InvalidRequest */
async function findByResource(write: Write, actor: Caller, resourceId: string): Promise<ApprovalTarget> {
  const { proj: projectKey, env, flag: flagKey, segment: segmentKey } = namesIn(resourceId);
  const environmentKey = env === '*' ? undefined : env;
  if (projectKey === undefined || (flagKey === undefined && segmentKey === undefined)) {
    throw new InvalidRequest(`resourceId: expected a specifier such as "proj/p:env/e:flag/f", got ${show(resourceId)}`);
  }
  const project = await getProject(write.tx, projectKey);
  if (!canView(actor, project)) throw new NotFound('project', projectKey);
  if (flagKey !== undefined) {
    return findFlag(write, { projectKey, flagKey, ...(environmentKey !== undefined && { environmentKey }) });
  }
  const environments = await listAllEnvironments(write.tx, [project.id]);
  const environment = await getEnvironment(write.tx, project.id, environmentKey ?? '');
  const segment = await getSegmentForUpdate(write.tx, environment.id, segmentKey ?? '');
  return { project, environments, environment, thing: { kind: 'segment', segment } };
}

function isTrue(view: ApprovalView, term: Term): boolean {
  const { request, project } = view;
  switch (term.field) {
    case 'notifyMemberIds':
      return textsOf(term).some((id) => request.notifyMemberIds.includes(id));
    case 'requestorId':
      return request.requestor.id === textOf(term);
    case 'resourceId':
      return resourceIdOf(view) === textOf(term);
    case 'resourceKind':
      return request.resourceKind === textOf(term);
    case 'reviewStatus':
      return textsOf(term).includes(view.reviewStatus);
    case 'status':
      return textsOf(term).includes(request.status);
    default:
      return project.key === textOf(term);
  }
}
