import type { TokenLimit } from './custom-role.ts';

/** A secret that opens the API: a member's own, or one of the account that outlives its creator. */
export interface AccessToken {
  readonly id: string;
  /** The owner of a personal token, the creator of a service token. */
  readonly memberId: string;
  readonly name: string;
  readonly description: string;
  /** The last four characters of the secret. */
  readonly ending: string;
  readonly isServiceToken: boolean;
  readonly limit: TokenLimit;
  /** API version used when the request names none, as yyyymmdd. */
  readonly defaultApiVersion?: number | undefined;
  readonly createdAt: number;
  readonly lastModified: number;
  readonly version: number;
  readonly lastUsedAt?: number | undefined;
}
