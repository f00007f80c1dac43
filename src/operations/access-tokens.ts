import { createHash } from 'node:crypto';
import type { BaseRole, TokenActor } from '../domain/access/actor.ts';
import { findTokenActor, saveAccessToken } from '../store/account.ts';
import type { Db } from '../store/database.ts';
import type { Write } from './write.ts';

export interface NewToken {
  readonly memberId: string;
  readonly name: string;
  readonly role: BaseRole;
  readonly isServiceToken: boolean;
  /** What callers will send; only its hash and its last four characters are stored. */
  readonly secret: string;
}

/** Stores an access token. */
export async function addAccessToken(write: Write, token: NewToken): Promise<void> {
  const { secret, ...rest } = token;
  await saveAccessToken(write.tx, {
    ...rest,
    id: write.ids.objectId(),
    secretHash: hashSecret(secret),
    ending: secret.slice(-4),
    createdAt: write.now,
  });
}

/** Who calls with this secret, if anybody we know. */
export async function findCaller(db: Db, secret: string): Promise<TokenActor | undefined> {
  return findTokenActor(db, hashSecret(secret));
}

/** The secrets are long and random, so a plain SHA-256 keeps them safe and lets them be looked up. */
function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
