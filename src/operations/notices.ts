import { type Caller, personOf } from '../domain/access/actor.ts';
import { canView, seesAllProjects } from '../domain/access/can.ts';
import { Forbidden } from '../domain/errors.ts';
import { patchNotice } from '../domain/notice.ts';
import type { Db } from '../store/database.ts';
import { getNotice, type Inbox, type ListedNotice, saveAllRead, saveReading } from '../store/notices.ts';
import { listProjects } from '../store/projects.ts';
import { type Deps, write } from './write.ts';

/**
 * The caller's own notices, of the projects that the caller may view now.
 * @throws Forbidden for service tokens, which are nobody's
 */
export async function inboxOf(db: Db, actor: Caller): Promise<Inbox> {
  const person = personOf(actor);
  if (!person) {
    throw new Forbidden('A service token has no notices; expected a personal token, or somebody who is signed in');
  }
  if (seesAllProjects(actor)) return { memberId: person.id, projectIds: undefined };
  const visible = (await listProjects(db)).filter((project) => canView(actor, project));
  return { memberId: person.id, projectIds: visible.map(({ id }) => id) };
}

/** Marks a notice as read, or as not read, by a JSON patch. @throws Forbidden, NotFound, InvalidPatch, InvalidRequest */
export async function markNotice(
  deps: Deps,
  { actor, id, patch }: { readonly actor: Caller; readonly id: string; readonly patch: unknown },
): Promise<ListedNotice> {
  return write(deps, actor, async ({ tx, now }) => {
    const notice = patchNotice(await getNotice(tx, await inboxOf(tx, actor), id), patch, now);
    await saveReading(tx, notice);
    return notice;
  });
}

/** Marks all of the caller's notices as read. @throws Forbidden */
export async function markAllNotices(deps: Deps, actor: Caller): Promise<void> {
  await write(deps, actor, async ({ tx, now }) => saveAllRead(tx, await inboxOf(tx, actor), now));
}
