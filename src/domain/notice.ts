import { Fields } from './fields.ts';
import { applyJsonPatch } from './json-patch.ts';

/** Something that happened, as members are told of it (docs/wire/notices.md). */
export interface Notice {
  /** A stable name of what happened, such as `approval-requested`. */
  readonly kind: string;
  /** One line; the subject of the mail. */
  readonly title: string;
  readonly text: string;
  /** Path of the page about it, below where people reach the service: `/approvals/…`. */
  readonly path: string;
  readonly projectId: string;
  /** The id of what it is about. */
  readonly subject: string;
}

/** A notice in the inbox of a member. */
export interface InboxNotice extends Notice {
  readonly id: string;
  readonly memberId: string;
  readonly at: number;
  /** When the member has read it; absent while that has not happened. */
  readonly readAt?: number | undefined;
}

/** How many notices a member keeps. */
export const MAX_NOTICES = 500;
/** How long a member keeps them. */
export const NOTICE_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

/**
 * Applies a JSON patch of `isRead`, which is all that can be changed of a notice. It stays read since when it was.
 * @throws InvalidPatch, PreconditionFailed, InvalidRequest naming the bad field
 */
export function patchNotice<N extends InboxNotice>(notice: N, patch: unknown, now: number): N {
  const document = { isRead: notice.readAt !== undefined };
  const isRead = new Fields(applyJsonPatch(document, patch, Object.keys(document)), '').boolean('isRead');
  return { ...notice, readAt: isRead ? (notice.readAt ?? now) : undefined };
}
