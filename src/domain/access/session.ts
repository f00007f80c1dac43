/** Somebody signed in with a browser. */
export interface Session {
  readonly id: string;
  readonly memberId: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** When it ends, however much it is used. */
  readonly expiresAt: number;
  /** Since when its secret is the present one. */
  readonly secretSince: number;
}

const HOUR_MS = 60 * 60 * 1000;

/** How long a session lasts at most. */
export const SESSION_LIFETIME_MS = 30 * 24 * HOUR_MS;
/** How long it lasts without being used. */
export const SESSION_IDLE_MS = 12 * HOUR_MS;
/** How long the former secret works beside the new one, for requests that were on their way. */
export const FORMER_SECRET_MS = 60_000;

const SECRET_LIFETIME_MS = 24 * HOUR_MS;

export function isOver({ expiresAt, lastUsedAt }: Session, now: number): boolean {
  return now >= expiresAt || now - lastUsedAt >= SESSION_IDLE_MS;
}

/** Secrets are changed daily, so that one that leaks does not serve for long. */
export function needsNewSecret({ secretSince }: Session, now: number): boolean {
  return now - secretSince >= SECRET_LIFETIME_MS;
}
