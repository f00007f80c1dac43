import { Type } from 'typebox';
import { specifier } from '../../domain/access/resource.ts';
import { VERSION_ACTIONS } from '../../domain/application.ts';
import { deleteApplicationVersion, updateApplicationVersion } from '../../operations/applications.ts';
import type { Deps } from '../../operations/write.ts';
import { applications, listVersions } from '../../store/applications.ts';
import { ApplicationVersionCollection, ApplicationVersionRep } from '../../wire/rest/application.ts';
import type { RestApp } from '../app.ts';
import { ApplicationListQuery, COMMON_FILTERS, isTrueOf, parseOrder } from '../application-list.ts';
import { type FilterFields, parseFilterExpression } from '../filter-expression.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';
import { toAccessRep, wantsAccess } from '../representations/access.ts';
import { toVersionRep } from '../representations/application.ts';

const ApplicationParams = Type.Object({ applicationKey: Type.String({ description: 'The application key' }) });
const VersionParams = Type.Object({
  ...ApplicationParams.properties,
  versionKey: Type.String({ description: 'The key of the version' }),
});
const DEFAULT_LIMIT = 50;
const VERSION_FILTERS: FilterFields = { ...COMMON_FILTERS, supported: ['equals', 'notEquals'] };
const RIGHTS = [...Object.values(VERSION_ACTIONS), 'deleteApplicationVersion'];

/** Versions of applications: list, JSON patch, delete. They come by themselves, from SDKs. */
export function applicationVersionRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const config = { isBeta: true };
  const tags = ['Applications (beta)'];

  app.get(
    '/applications/:applicationKey/versions',
    {
      config,
      schema: {
        summary: 'List the versions of an application',
        tags,
        params: ApplicationParams,
        querystring: ApplicationListQuery,
        response: { 200: ApplicationVersionCollection },
      },
    },
    async ({ actor, params, query, url }) => {
      const isMeant = parseFilterExpression(query.filter, VERSION_FILTERS);
      const order = parseOrder(query.sort);
      const application = await applications.get(db, {}, params.applicationKey);
      const all = await listVersions(db, application.id);
      const matches = all.filter(({ key, name, isSupported }) =>
        isMeant((term) => isTrueOf({ key, name, supported: isSupported }, term)),
      );
      const page = toPage({ ...query, limit: query.limit || DEFAULT_LIMIT });
      const access = wantsAccess(query.expand) && {
        _access: toAccessRep(actor, specifier.inAccount('application', application), RIGHTS),
      };
      return {
        _links: pageLinks(url, page, matches.length),
        totalCount: matches.length,
        items: cutPage(matches.toSorted(order), page).map((version) => ({
          ...toVersionRep(application.key, version),
          ...access,
        })),
      };
    },
  );

  app.patch(
    '/applications/:applicationKey/versions/:versionKey',
    {
      config,
      schema: {
        summary: 'Update a version of an application by JSON patch',
        tags,
        params: VersionParams,
        body: Type.Unknown({ description: 'A JSON patch' }),
        response: { 200: ApplicationVersionRep },
      },
    },
    async ({ actor, params, body }) => {
      const version = await updateApplicationVersion(deps, { actor, ...params, patch: parseJsonPatch(body) });
      return toVersionRep(params.applicationKey, version);
    },
  );

  app.delete(
    '/applications/:applicationKey/versions/:versionKey',
    {
      config,
      schema: {
        summary: 'Delete a version of an application',
        tags,
        params: VersionParams,
        response: { 204: Type.Null() },
      },
    },
    async ({ actor, params }, reply) => {
      await deleteApplicationVersion(deps, { actor, ...params });
      return reply.code(204).send(null);
    },
  );
}
