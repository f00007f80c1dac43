import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a proxy or caller may name a request by: short, and nothing that could be taken for something else in a log. */
const FORMAT = /^[\w.:+/=@-]{1,128}$/;

/** The id of a request: the sender's `X-Request-Id` when it is one, otherwise a new one. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && FORMAT.test(given) ? given : randomUUID();
}
