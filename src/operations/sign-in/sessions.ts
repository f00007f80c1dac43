import type { MemberActor } from '../../domain/access/actor.ts';
import type { Member } from '../../domain/access/member.ts';
import { isOver, needsNewSecret, type Session, SESSION_LIFETIME_MS } from '../../domain/access/session.ts';
import { getMember, saveLastSeen } from '../../store/members.ts';
import {
  deleteSession,
  deleteSessionsThatAreOver,
  findSession,
  insertSession,
  replaceSessionSecret,
  saveSessionUse,
} from '../../store/sessions.ts';
import { actAsMember } from '../account/callers.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import type { Deps, Write } from '../write.ts';

/** A secret for the browser to keep, and until when. */
export interface SessionSecret {
  readonly secret: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** A member who has just signed in. */
export interface SignedIn {
  readonly member: Member;
  readonly session: SessionSecret;
}

/** How exactly the last use of a session is known. */
const LAST_USE_PRECISION_MS = 60_000;

/** Begins a session in a running write. */
export async function openSession({ tx, ids, now }: Write, member: Member): Promise<SignedIn> {
  await deleteSessionsThatAreOver(tx, now);
  const secret = newSecret();
  const expiresAt = now + SESSION_LIFETIME_MS;
  const times = { createdAt: now, lastUsedAt: now, expiresAt, secretSince: now };
  await insertSession(tx, { id: ids.objectId(), memberId: member.id, ...times }, hashSecret(secret));
  await saveLastSeen(tx, member.id, now);
  return { member, session: { secret, expiresAt } };
}

/** Who calls with the secret of a session. */
export interface SessionCaller {
  readonly actor: MemberActor;
  /** What the browser is to keep from now on, when the secret has had its day. */
  readonly renewed: SessionSecret | undefined;
}

/** Who is signed in with a secret, if anybody; the use of it is remembered. */
export async function findSessionCaller(deps: Deps, secret: string): Promise<SessionCaller | undefined> {
  const { db } = deps.database;
  const now = deps.clock.now();
  const found = await findSession(db, hashSecret(secret), now);
  if (!found || isOver(found.session, now)) return undefined;
  const { session, isFormerSecret } = found;
  const actor = await actAsMember(db, await getMember(db, session.memberId), { kind: 'session', id: session.id });
  if (now - session.lastUsedAt >= LAST_USE_PRECISION_MS) {
    await deps.database.transaction(async (tx) => {
      await saveSessionUse(tx, session.id, now);
      await saveLastSeen(tx, session.memberId, now);
    });
  }
  return { actor, renewed: isFormerSecret ? undefined : await renewInTime(deps, session, secret) };
}

async function renewInTime(deps: Deps, session: Session, secret: string): Promise<SessionSecret | undefined> {
  const now = deps.clock.now();
  if (!needsNewSecret(session, now)) return undefined;
  const next = newSecret();
  const hashes = { former: hashSecret(secret), next: hashSecret(next), now };
  const isOurs = await deps.database.transaction((tx) => replaceSessionSecret(tx, session.id, hashes));
  return isOurs ? { secret: next, expiresAt: session.expiresAt } : undefined;
}

/** Ends the session of a secret, if there is one. */
export async function signOut(deps: Deps, secret: string): Promise<void> {
  const found = await findSession(deps.database.db, hashSecret(secret), deps.clock.now());
  if (found) await deps.database.transaction((tx) => deleteSession(tx, found.session.id));
}
