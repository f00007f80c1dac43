/** Base roles of members and tokens, weakest first. */
export type BaseRole = 'no_access' | 'reader' | 'writer' | 'admin' | 'owner';

/** A member as other resources show them. */
export interface MemberSummary {
  readonly id: string;
  readonly email: string;
  readonly role: BaseRole;
  readonly firstName?: string;
  readonly lastName?: string;
}

/** A team as other resources show it. */
export interface TeamSummary {
  readonly key: string;
  readonly name: string;
}

/** A caller of the REST API, known by an access token. */
export interface TokenActor {
  readonly kind: 'token';
  readonly tokenId: string;
  readonly tokenName: string;
  /** The last four characters of the secret, as shown in lists and audit entries. */
  readonly tokenEnding: string;
  readonly isServiceToken: boolean;
  /** What the caller may do now: the weaker of the token's and its member's role; a service token has its own alone. */
  readonly role: BaseRole;
  /** The owner of a personal token, the creator of a service token. */
  readonly member: MemberSummary;
  /** API version used when the request names none, as yyyymmdd. */
  readonly defaultApiVersion: number | undefined;
}

/** The release engine, changing a flag on behalf of the release of that flag. */
export interface ReleaseActor {
  readonly kind: 'release';
  readonly releaseId: string;
  readonly pipelineName: string;
}

/** Slipway itself: first start, timers. */
export interface SystemActor {
  readonly kind: 'system';
}

/** Who does something. */
export type Actor = TokenActor | ReleaseActor | SystemActor;

export const SYSTEM: SystemActor = { kind: 'system' };

const STRENGTH: Record<BaseRole, number> = { no_access: 0, reader: 1, writer: 2, admin: 3, owner: 4 };

/** The weaker of two roles: a personal token never allows more than its member may do. */
export function weakerRole(left: BaseRole, right: BaseRole): BaseRole {
  return STRENGTH[left] <= STRENGTH[right] ? left : right;
}
