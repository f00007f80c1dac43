import { Type } from 'typebox';
import type { Caller } from '../../domain/access/actor.ts';
import { canView } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { type Application, APPLICATION_ACTIONS } from '../../domain/application.ts';
import { deleteApplication, updateApplication } from '../../operations/applications.ts';
import type { Deps } from '../../operations/write.ts';
import { applications, findFlagsOf } from '../../store/applications.ts';
import type { Db } from '../../store/database.ts';
import { listProjects } from '../../store/projects.ts';
import { ExpandQuery } from '../../wire/rest/access.ts';
import { ApplicationCollection, ApplicationRep } from '../../wire/rest/application.ts';
import type { RestApp } from '../app.ts';
import { ApplicationListQuery, COMMON_FILTERS, isTrueOf, parseOrder } from '../application-list.ts';
import { type FilterFields, parseFilterExpression } from '../filter-expression.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { type SeenFlag, toApplicationRep } from '../representations/application.ts';

const ApplicationParams = Type.Object({ applicationKey: Type.String({ description: 'The application key' }) });
const DEFAULT_LIMIT = 10;
const JsonPatch = Type.Unknown({ description: 'A JSON patch' });

const APPLICATION_FILTERS: FilterFields = { ...COMMON_FILTERS, kind: ['equals', 'notEquals', 'anyOf'] };

/** Applications: list, read, JSON patch, delete. They come by themselves, from SDKs. */
export function applicationRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };
  const tags = ['Applications (beta)'];

  app.get(
    '/applications',
    {
      config,
      schema: {
        summary: 'List applications',
        tags,
        querystring: ApplicationListQuery,
        response: { 200: ApplicationCollection },
      },
    },
    async ({ actor, query, url }) => {
      const isMeant = parseFilterExpression(query.filter, APPLICATION_FILTERS);
      const order = parseOrder(query.sort);
      const all = await applications.list(db, {});
      const matches = all.filter((application) => isMeant((term) => isTrueOf(application, term)));
      const page = toPage({ ...query, limit: query.limit || DEFAULT_LIMIT });
      const shown = cutPage(matches.toSorted(order), page);
      const flags = await seenFlags(
        db,
        actor,
        shown.map(({ key }) => key),
        query.expand,
      );
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: shown.map((application) => toRep(actor, application, query.expand, flags)),
      };
    },
  );

  app.get(
    '/applications/:applicationKey',
    {
      config,
      schema: {
        summary: 'Get an application',
        tags,
        params: ApplicationParams,
        querystring: ExpandQuery,
        response: { 200: ApplicationRep },
      },
    },
    async ({ actor, params, query }) => {
      const application = await applications.get(db, {}, params.applicationKey);
      return toRep(actor, application, query.expand, await seenFlags(db, actor, [application.key], query.expand));
    },
  );

  app.patch(
    '/applications/:applicationKey',
    {
      config,
      schema: {
        summary: 'Update an application by JSON patch',
        tags,
        params: ApplicationParams,
        body: JsonPatch,
        response: { 200: ApplicationRep },
      },
    },
    async ({ actor, params, body }) =>
      toApplicationRep(await updateApplication(deps, { actor, ...params, patch: parseJsonPatch(body) })),
  );

  app.delete(
    '/applications/:applicationKey',
    {
      config,
      schema: { summary: 'Delete an application', tags, params: ApplicationParams, response: { 204: Type.Null() } },
    },
    async ({ actor, params }, reply) => {
      await deleteApplication(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );
}

const RIGHTS = [...Object.values(APPLICATION_ACTIONS), 'deleteApplication'];

type FlagsByApplication = ReadonlyMap<string, readonly SeenFlag[]>;

function toRep(
  actor: Caller,
  application: Application,
  expand: string | undefined,
  flags: FlagsByApplication | undefined,
): ApplicationRep {
  return {
    ...toApplicationRep(application, flags && (flags.get(application.key) ?? [])),
    ...(wantsAccess(expand) && {
      _access: toAccessRep(actor, specifier.inAccount('application', application), RIGHTS),
    }),
  };
}

/** The flags that applications have evaluated, of projects that the caller may see; undefined unless asked for. */
async function seenFlags(
  db: Db,
  actor: Caller,
  applicationKeys: readonly string[],
  expand: string | undefined,
): Promise<FlagsByApplication | undefined> {
  if (!expand?.split(',').includes('flags')) return undefined;
  const projects = (await listProjects(db)).filter((project) => canView(actor, project));
  const keys = new Map(projects.map(({ id, key }) => [id, key]));
  const flags = (await findFlagsOf(db, applicationKeys)).flatMap((flag) => {
    const projectKey = keys.get(flag.projectId);
    return projectKey === undefined ? [] : [{ ...flag, projectKey }];
  });
  return Map.groupBy(flags, ({ applicationKey }) => applicationKey);
}
