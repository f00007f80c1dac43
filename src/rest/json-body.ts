import type { FastifyInstance } from 'fastify';
import { InvalidRequest } from '../domain/errors.ts';
import { show } from '../domain/json.ts';

/** Deepest nesting that we take: writing JSON needs a stack frame for each level. */
const MAX_DEPTH = 100;

/**
 * Refuses what JSON can say and we could not give back as it came: numbers beyond double precision, texts that are not
 * well-formed or contain NUL (PostgreSQL stores neither), and nesting without end.
 * @throws InvalidRequest naming the place
 */
export function requireStorable(value: unknown, at = '', depth = 0): void {
  if (typeof value === 'string') requireText(value, at);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new InvalidRequest(`${at || 'body'}: expected a number that fits double precision, got a larger one`);
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth === MAX_DEPTH) throw new InvalidRequest(`body: expected at most ${MAX_DEPTH} levels of nesting, got more`);
  for (const [name, member] of Object.entries(value)) {
    requireText(name, at);
    requireStorable(member, Array.isArray(value) ? `${at}[${name}]` : `${at && `${at}.`}${name}`, depth + 1);
  }
}

function requireText(text: string, at: string): void {
  if (isStorable(text)) return;
  throw new InvalidRequest(`${at || 'body'}: expected well-formed text without NUL, got ${show(text)}`);
}

/** Whether both engines keep a text as it is. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/** JSON whatever the media type says, but for forms; an empty body is none, and `null` on a GET or DELETE does no harm. */
export function parseEveryBodyAsJson(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body as string, (error, value) => done(error ?? findFault(value), value));
  });
}

function findFault(body: unknown): Error | null {
  try {
    requireStorable(body);
    return null;
  } catch (error) {
    return error as Error;
  }
}
