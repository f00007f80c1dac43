import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, Overloaded, RateLimited, SlipwayError, StoreUnavailable } from '../domain/errors.ts';
import { unavailableReason } from '../store/unavailable.ts';
import type { ErrorBody } from '../wire/rest/common.ts';

/** When to come back once the store did not answer: restarts of databases take seconds. */
const RETRY_AFTER_S = 5;

/** The one table from error to status; a code without one does not compile. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 400,
  invalid_patch: 400,
  patch_failed: 422,
  email_already_exists_in_account: 400,
  duplicate_emails: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  key_exists: 409,
  optimistic_locking_error: 409,
  too_large: 413,
  overloaded: 503,
  store_unavailable: 503,
  rate_limited: 429,
  unreachable: 502,
};

/** Answers an error: ours by the table, Fastify's own client errors as invalid requests, all others as 500. */
export function sendError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  sendErrorAs((body) => body, error, request, reply);
}

/** The same in a body of the caller's making, for protocols that have one of their own. */
export function sendErrorAs(
  toBody: (body: ErrorBody, status: number) => ErrorBody,
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const reason = unavailableReason(error);
  const told = reason === undefined ? error : new StoreUnavailable(RETRY_AFTER_S);
  const { status, body } = describe(told, request);
  if (status === 500) request.log.error({ err: error }, 'request failed');
  if (told !== error) request.log.warn({ err: error, reason }, 'the store does not answer');
  if (told instanceof RateLimited || told instanceof Overloaded || told instanceof StoreUnavailable) {
    void reply.header('retry-after', String(told.retryAfterSeconds));
  }
  if (told instanceof RateLimited) void reply.headers(told.headers);
  void reply.code(status).send(toBody(body, status));
}

function describe(error: Error, request: FastifyRequest): { status: number; body: ErrorBody } {
  if (error instanceof SlipwayError) {
    return {
      status: STATUS[error.code],
      body: { code: error.code, message: error.message, ...error.details, id: request.id },
    };
  }
  const { statusCode } = error as FastifyError;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const code: ErrorCode = statusCode === STATUS.too_large ? 'too_large' : 'invalid_request';
    return { status: statusCode, body: { code, message: error.message, id: request.id } };
  }
  return { status: 500, body: { code: 'internal_service_error', message: 'Internal server error', id: request.id } };
}
