import type { AccessToken } from '../../domain/access/token.ts';
import { insertAccessToken } from '../../store/access-tokens.ts';
import { hashSecret } from '../secrets.ts';
import type { Write } from '../write.ts';

/** A token as asked for. */
export type NewAccessToken = Pick<AccessToken, 'memberId' | 'name' | 'isServiceToken' | 'limit'> &
  Partial<Pick<AccessToken, 'description' | 'defaultApiVersion'>> & {
    /** What callers will send; only its hash and its last four characters are stored. */
    readonly secret: string;
  };

/** Stores an access token inside a running write. */
export async function addAccessToken(write: Write, request: NewAccessToken): Promise<AccessToken> {
  const { secret, ...rest } = request;
  const token: AccessToken = {
    description: '',
    ...rest,
    id: write.ids.objectId(),
    ending: secret.slice(-4),
    createdAt: write.now,
    lastModified: write.now,
    version: 1,
  };
  await insertAccessToken(write.tx, token, hashSecret(secret));
  return token;
}
