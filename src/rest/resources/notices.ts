import { Type } from 'typebox';
import { inboxOf, markAllNotices, markNotice } from '../../operations/notices.ts';
import type { Deps } from '../../operations/write.ts';
import { countNotices, getNotice, type ListedNotice, listNotices } from '../../store/notices.ts';
import { NoticeCollection, NoticeRep, NoticesQuery } from '../../wire/rest/notice.ts';
import type { RestApp } from '../app.ts';
import { parseFilter, toBoolean } from '../filter.ts';
import { apiLink } from '../links.ts';
import { pageLinks, toPage } from '../paging.ts';
import { parseJsonPatch } from '../patch-body.ts';

const NoticeParams = Type.Object({ id: Type.String({ description: 'Id of the notice' }) });

/** What the caller has been told of: list, read, mark by JSON patch, mark all. */
export function noticeRoutes(app: RestApp, deps: Deps): void {
  const { db } = deps.database;
  const tags = ['Notices'];

  app.get(
    '/members/me/notices',
    {
      schema: { summary: 'List your notices', tags, querystring: NoticesQuery, response: { 200: NoticeCollection } },
    },
    async ({ actor, query, url }) => {
      const isRead = toBoolean('isRead', parseFilter(query.filter, ['isRead']).isRead);
      const page = toPage(query);
      const inbox = await inboxOf(db, actor);
      const totalCount = await countNotices(db, inbox, isRead);
      return {
        _links: pageLinks(url, page, totalCount),
        totalCount,
        unreadCount: isRead === false ? totalCount : await countNotices(db, inbox, false),
        items: (await listNotices(db, inbox, { isRead, ...page })).map(toRep),
      };
    },
  );

  app.post(
    '/members/me/notices/read',
    { schema: { summary: 'Mark all your notices as read', tags, response: { 204: Type.Null() } } },
    async ({ actor }, reply) => {
      await markAllNotices(deps, actor);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/members/me/notices/:id',
    { schema: { summary: 'Get a notice', tags, params: NoticeParams, response: { 200: NoticeRep } } },
    async ({ actor, params }) => toRep(await getNotice(db, await inboxOf(db, actor), params.id)),
  );

  app.patch(
    '/members/me/notices/:id',
    {
      schema: {
        summary: 'Mark a notice as read by JSON patch',
        tags,
        params: NoticeParams,
        body: Type.Unknown({ description: 'A JSON patch of isRead' }),
        response: { 200: NoticeRep },
      },
    },
    async ({ actor, params, body }) =>
      toRep(await markNotice(deps, { actor, id: params.id, patch: parseJsonPatch(body) })),
  );

  function toRep({ id, kind, title, text, path, at, readAt, projectKey }: ListedNotice): NoticeRep {
    return {
      _links: {
        self: apiLink('members', 'me', 'notices', id),
        parent: apiLink('members', 'me', 'notices'),
        project: apiLink('projects', projectKey),
      },
      _id: id,
      kind,
      title,
      text,
      link: `${deps.publicUrl}${path}`,
      at,
      isRead: readAt !== undefined,
      projectKey,
    };
  }
}
