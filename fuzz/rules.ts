import type { HttpRequest } from './http-request.ts';
import { asObject, parseJson } from './json.ts';
import type { Answer } from './send.ts';
import type { Digest } from './subject.ts';

/** How long an answer may take, in milliseconds, on a machine that does other things too. */
const SLOW_MS = 5_000;

/** What is wrong with an answer, whatever was asked; nothing when all is well. */
export function judge({ method, path }: HttpRequest, { status, body, elapsedMs }: Answer): readonly string[] {
  const problems: string[] = [];
  if (status < 200 || status >= 500) problems.push(`status ${status}: ${body.slice(0, 300)}`);
  if (elapsedMs > SLOW_MS) problems.push(`took ${Math.round(elapsedMs)} ms`);
  if (status >= 400 && method !== 'HEAD' && !hasErrorShape(path, body)) {
    problems.push(`status ${status} with a body that is not documented: ${body.slice(0, 300)}`);
  }
  return problems;
}

/** docs/wire/errors.md; docs/wire/ofrep.md for OpenFeature. */
function hasErrorShape(path: string, body: string): boolean {
  const { code, message, id, errorCode } = asObject(parseJson(body));
  if (path.startsWith('/ofrep/') && typeof errorCode === 'string') return true;
  return typeof code === 'string' && typeof message === 'string' && typeof id === 'string';
}

/** Which tables differ. */
export function changedTables(before: Digest, after: Digest): readonly string[] {
  return Object.keys(after).filter((table) => before[table] !== after[table]);
}
