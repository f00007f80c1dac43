import type { SelectQueryBuilder } from 'kysely';
import { type InboxNotice, MAX_NOTICES, NOTICE_LIFETIME_MS } from '../domain/notice.ts';
import { NotFound } from '../domain/errors.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import type { PageRequest } from './paging.ts';
import type { NoticesTable, Tables } from './tables.ts';

/** The notices of a member that may be seen. */
export interface Inbox {
  readonly memberId: string;
  /** Only those of these projects; all when undefined. */
  readonly projectIds: readonly string[] | undefined;
}

/** A notice with the key that its project has now. */
export interface ListedNotice extends InboxNotice {
  readonly projectKey: string;
}

type NoticeDocument = Pick<InboxNotice, 'title' | 'text' | 'path'>;

/** Puts notices into the inboxes of their members, and takes out of these what is too old or too much. */
export async function insertNotices(tx: Tx, notices: readonly InboxNotice[], now: number): Promise<void> {
  for (const chunk of chunks(notices)) await tx.insertInto('notices').values(chunk.map(toRow)).execute();
  for (const memberId of new Set(notices.map((notice) => notice.memberId))) await forgetOldNotices(tx, memberId, now);
}

async function forgetOldNotices(tx: Tx, memberId: string, now: number): Promise<void> {
  const tooMany = tx
    .selectFrom('notices')
    .select('id')
    .where('member_id', '=', memberId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .offset(MAX_NOTICES)
    .limit(MAX_NOTICES);
  await tx
    .deleteFrom('notices')
    .where('member_id', '=', memberId)
    .where(({ or, eb }) => or([eb('at', '<', now - NOTICE_LIFETIME_MS), eb('id', 'in', tooMany)]))
    .execute();
}

/** The newest first. */
export async function listNotices(
  db: Db,
  inbox: Inbox,
  { isRead, limit, offset }: PageRequest & { readonly isRead: boolean | undefined },
): Promise<readonly ListedNotice[]> {
  const rows = await selectNotices(db, inbox, isRead)
    .selectAll('notices')
    .select('projects.key as project_key')
    .orderBy('notices.at', 'desc')
    .orderBy('notices.id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map(toListed);
}

export async function countNotices(db: Db, inbox: Inbox, isRead: boolean | undefined): Promise<number> {
  const { count } = await selectNotices(db, inbox, isRead)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** @throws NotFound also for what is in the inbox of somebody else */
export async function getNotice(db: Db, inbox: Inbox, id: string): Promise<ListedNotice> {
  const row = await selectNotices(db, inbox, undefined)
    .selectAll('notices')
    .select('projects.key as project_key')
    .where('notices.id', '=', id)
    .executeTakeFirst();
  if (!row) throw new NotFound('notice', id);
  return toListed(row);
}

/** Stores whether and since when a notice is read. */
export async function saveReading(tx: Tx, { id, readAt }: InboxNotice): Promise<void> {
  await tx
    .updateTable('notices')
    .set({ read_at: readAt ?? null })
    .where('id', '=', id)
    .execute();
}

/** Marks all as read that are not yet. */
export async function saveAllRead(tx: Tx, inbox: Inbox, now: number): Promise<void> {
  await tx
    .updateTable('notices')
    .set({ read_at: now })
    .where('read_at', 'is', null)
    .where('id', 'in', selectNotices(tx, inbox, false).select('notices.id'))
    .execute();
}

function selectNotices(
  db: Db,
  { memberId, projectIds }: Inbox,
  isRead: boolean | undefined,
): SelectQueryBuilder<Tables, 'notices' | 'projects', object> {
  let notices = db
    .selectFrom('notices')
    .innerJoin('projects', 'projects.id', 'notices.project_id')
    .where('notices.member_id', '=', memberId);
  if (isRead !== undefined) notices = notices.where('notices.read_at', isRead ? 'is not' : 'is', null);
  if (projectIds === undefined) return notices;
  return notices.where(({ eb, lit }) => (projectIds.length === 0 ? lit(false) : eb('projects.id', 'in', projectIds)));
}

function toRow({ id, memberId, projectId, kind, subject, at, readAt, title, text, path }: InboxNotice): NoticesTable {
  return {
    id,
    member_id: memberId,
    project_id: projectId,
    kind,
    subject,
    at,
    read_at: readAt ?? null,
    document: JSON.stringify({ title, text, path } satisfies NoticeDocument),
  };
}

function toListed(row: NoticesTable & { readonly project_key: string }): ListedNotice {
  return {
    ...(JSON.parse(row.document) as NoticeDocument),
    id: row.id,
    memberId: row.member_id,
    projectId: row.project_id,
    projectKey: row.project_key,
    kind: row.kind,
    subject: row.subject,
    at: row.at,
    ...(row.read_at !== null && { readAt: row.read_at }),
  };
}
