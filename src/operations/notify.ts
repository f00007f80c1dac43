import { showsProject } from '../domain/access/can.ts';
import type { Notice } from '../domain/notice.ts';
import { listMembersWithIds } from '../store/members.ts';
import { insertNotices } from '../store/notices.ts';
import { findProjectById } from '../store/projects.ts';
import { loadRolesOfMembers } from '../store/roles.ts';
import { listMemberIdsOfTeams } from '../store/teams.ts';
import { queueMail } from './mail/queue-mail.ts';
import type { Write } from './write.ts';

/** How long it is worth trying to tell somebody by mail. */
const WORTH_MS = 7 * 24 * 60 * 60 * 1000;

/** Who is told: members, and all members of teams. */
export interface Recipients {
  readonly memberIds: readonly string[];
  readonly teamKeys: readonly string[];
}

/** The ids of those who are meant, each once, known or not. */
export async function findRecipients({ tx }: Write, { memberIds, teamKeys }: Recipients): Promise<ReadonlySet<string>> {
  return new Set([...memberIds, ...(await listMemberIdsOfTeams(tx, teamKeys))]);
}

/**
 * Tells members, and the members of teams, of something, each once, in their inbox and by mail. Part of the write.
 * Those who are unknown, and those who may not view the project, are passed over.
 */
export async function notify(write: Write, recipients: Recipients, notice: Notice): Promise<void> {
  const { tx, ids, now } = write;
  const project = await findProjectById(tx, notice.projectId);
  if (!project) return;
  const members = await listMembersWithIds(tx, [...(await findRecipients(write, recipients))]);
  const roles = await loadRolesOfMembers(tx, members);
  const told = members.filter((_member, index) => showsProject(roles[index] ?? [], project));
  const received = told.map(({ id: memberId }) => ({ ...notice, id: ids.objectId(), memberId, at: now }));
  await insertNotices(tx, received, now);
  const body = `${notice.text}\n\n${write.publicUrl}${notice.path}`;
  for (const { email } of told) {
    await queueMail(write, { recipient: email, subject: notice.title, body, expiresAt: now + WORTH_MS });
  }
}
