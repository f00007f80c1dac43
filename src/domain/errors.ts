/**
 * The errors a request can end in. `code` is what clients see in the error body (docs/wire/errors.md);
 * `rest/errors.ts` maps every code to one HTTP status.
 */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_patch'
  | 'patch_failed'
  | 'email_already_exists_in_account'
  | 'duplicate_emails'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'key_exists'
  | 'optimistic_locking_error'
  | 'too_large'
  | 'overloaded'
  | 'store_unavailable'
  | 'rate_limited'
  | 'unreachable';

/** Base of every error that is the caller's to read: a stable code, a sentence, and extra members of the error body. */
export class SlipwayError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The request cannot be understood or breaks a rule. The message names the field, the value and what was expected. */
export class InvalidRequest extends SlipwayError {
  constructor(message: string) {
    super('invalid_request', message);
  }
}

/** A JSON patch that cannot be applied to the resource. */
export class InvalidPatch extends SlipwayError {
  constructor(message: string) {
    super('invalid_patch', message);
  }
}

/** The same, on the resources that have a status of their own for it. */
export class PatchFailed extends SlipwayError {
  constructor(message: string) {
    super('patch_failed', message);
  }
}

/** Addresses that cannot be invited: they are members already, or named twice. */
export class TakenEmails extends SlipwayError {
  constructor(code: 'email_already_exists_in_account' | 'duplicate_emails', emails: readonly string[]) {
    const why = code === 'duplicate_emails' ? 'are named more than once' : 'belong to members already';
    super(code, `email: expected addresses of new members, got some that ${why}: ${emails.join(', ')}`, {
      invalid_emails: emails,
    });
  }
}

/** No credential, or one we do not know. */
export class Unauthorized extends SlipwayError {
  constructor(message = 'Invalid access token') {
    super('unauthorized', message);
  }
}

/** The caller is known but may not do this. */
export class Forbidden extends SlipwayError {
  constructor(message: string, details?: Readonly<Record<string, unknown>>) {
    super('forbidden', message, details);
  }
}

/** Something named in the path does not exist. */
export class NotFound extends SlipwayError {
  constructor(resource: string, name: string) {
    super('not_found', `Invalid resource identifier: unknown ${resource} '${name}'`);
  }
}

/** The path exists, the method or the direct change does not. */
export class MethodNotAllowed extends SlipwayError {
  constructor(message: string) {
    super('method_not_allowed', message);
  }
}

/** The resource is taken, or still in use. */
export class Conflict extends SlipwayError {
  constructor(message: string) {
    super('conflict', message);
  }
}

/** A segment of the key is there already; clients know this by a code of its own. */
export class TakenSegmentKey extends SlipwayError {
  constructor(key: string) {
    super('key_exists', `A segment with key '${key}' already exists`);
  }
}

/** A condition that the caller attached to the change, such as a `test` of a JSON patch, does not hold. */
export class PreconditionFailed extends SlipwayError {
  constructor(message: string) {
    super('optimistic_locking_error', message);
  }
}

/** What was sent is larger than we take; sending it again does not help. */
export class TooLarge extends SlipwayError {
  constructor(message: string) {
    super('too_large', message);
  }
}

/** Too much at once; the caller may come back after a while. */
export class RateLimited extends SlipwayError {
  readonly retryAfterSeconds: number;
  /** What else tells clients when to come back. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(retryAfterSeconds: number, headers: Readonly<Record<string, string>> = {}) {
    super('rate_limited', "You've exceeded the API rate limit. Try again later.");
    this.retryAfterSeconds = retryAfterSeconds;
    this.headers = headers;
  }
}

/** More at once than we serve; the caller may come back after a while. */
export class Overloaded extends SlipwayError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('overloaded', 'Too many connections at once. Try again later.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The store does not answer; the caller may come back after a while. */
export class StoreUnavailable extends SlipwayError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('store_unavailable', 'The store does not answer. Try again later.');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Another service that we need does not answer as it should. */
export class Unreachable extends SlipwayError {
  constructor(message: string) {
    super('unreachable', message);
  }
}

/** Somebody else changed the resource between our reading and our writing; the operation may be tried again. */
export class StaleVersion extends SlipwayError {
  constructor(message = 'Conflict. Optimistic lock error. Try again later.') {
    super('optimistic_locking_error', message);
  }
}
