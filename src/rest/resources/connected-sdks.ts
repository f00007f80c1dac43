import type { Viewer } from '../../domain/evaluation/client-flag.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import { BELIEVED_MS, KEPT_CHANGES } from '../../domain/receipts.ts';
import type { Deps } from '../../operations/write.ts';
import { findPayloadVersions } from '../../store/deliveries.ts';
import { getEnvironment } from '../../store/environments.ts';
import { getProject } from '../../store/projects.ts';
import { type ConnectedSdks, listChangeReceipts, listConnectedSdks } from '../../store/receipts.ts';
import { EnvironmentParams } from '../../wire/rest/common.ts';
import { ConnectedSdksQuery, ConnectedSdksRep } from '../../wire/rest/connected-sdks.ts';
import type { RestApp } from '../app.ts';
import { parseFilter } from '../filter.ts';
import { cutPage, pageLinks, toPage } from '../paging.ts';
import { sumOf, toConnectedChanges, toConnectedGroup } from '../representations/connected-sdks.ts';

const KINDS: readonly Viewer[] = ['server', 'mobile', 'browser'];
/** Groups that lack a change and are named. */
const MOST_BEHIND = 20;

/** Which SDKs are connected, what they have been sent, and how long it took (docs/wire/sdk.md, "Receipts"). */
export function connectedSdkRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;

  app.get(
    '/projects/:projectKey/environments/:environmentKey/connected-sdks',
    {
      schema: {
        summary: 'Get which SDKs are connected and what they have been sent',
        tags: ['Environments'],
        params: EnvironmentParams,
        querystring: ConnectedSdksQuery,
        response: { 200: ConnectedSdksRep },
      },
    },
    async ({ params, query, url }) => {
      const matches = readFilter(query.filter);
      const project = await getProject(db, params.projectKey);
      const { id } = await getEnvironment(db, project.id, params.environmentKey);
      const payloadVersion = (await findPayloadVersions(db, [id])).get(id) ?? 0;
      const groups = (await listConnectedSdks(db, id, deps.clock.now() - BELIEVED_MS)).toSorted(byName);
      const receipts = await listChangeReceipts(db, id, payloadVersion - KEPT_CHANGES);
      const behind = groups.filter((group) => group.payloadVersion < payloadVersion).toSorted(byDelay);
      const matching = groups.filter(matches);
      const ofKind = (kind: Viewer) => sumOf(groups.filter((group) => group.kind === kind));
      const page = toPage(query);
      return {
        _links: pageLinks(url, page, matching.length),
        payloadVersion,
        ...(groups.length > 0 && { reportedAt: Math.max(...groups.map(({ reportedAt }) => reportedAt)) }),
        totals: {
          streams: sumOf(groups),
          instances: sumOf(groups, 'instances'),
          behind: sumOf(behind),
          byKind: { server: ofKind('server'), mobile: ofKind('mobile'), browser: ofKind('browser') },
        },
        totalCount: matching.length,
        items: cutPage(matching, page).map(toConnectedGroup),
        behind: behind.slice(0, MOST_BEHIND).map(toConnectedGroup),
        changes: toConnectedChanges(receipts, groups),
      };
    },
  );
}

/** @throws InvalidRequest for a field or kind that is not known */
function readFilter(text: string | undefined): (group: ConnectedSdks) => boolean {
  const { kind, application } = parseFilter(text, ['kind', 'application']);
  if (kind !== undefined && !KINDS.some((known) => known === kind)) {
    throw new InvalidRequest(`filter: expected kind to be one of ${KINDS.join(', ')}, got ${show(kind)}`);
  }
  return (group) =>
    (kind === undefined || group.kind === kind) && (application === undefined || group.applicationId === application);
}

/** By kind, SDK, application and state, so that pages do not depend on the store. */
function byName(left: ConnectedSdks, right: ConnectedSdks): number {
  const [leftName, rightName] = [left, right].map((group) =>
    [group.kind, group.sdkName, group.sdkVersion, group.applicationId, group.applicationVersion].join(' '),
  ) as [string, string];
  if (leftName === rightName) return left.payloadVersion - right.payloadVersion;
  return leftName < rightName ? -1 : 1;
}

/** The longest behind first; those of whom it is not known yet last. */
function byDelay(left: ConnectedSdks, right: ConnectedSdks): number {
  const [leftSince, rightSince] = [left.behindSince ?? Infinity, right.behindSince ?? Infinity];
  return leftSince === rightSince ? left.payloadVersion - right.payloadVersion : leftSince - rightSince;
}
