import { gzipSync } from 'node:zlib';
import { ROWS } from '../tests/support/access-matrix/rows.ts';
import type { TestRequest } from '../tests/support/app.ts';
import { BETA, SEMANTIC } from '../tests/support/headers.ts';
import { bodyOf, mutate } from './bodies.ts';
import type { Chance } from './chance.ts';
import type { HttpRequest } from './http-request.ts';
import { asObject } from './json.ts';
import { ODD_HEADER, ODD_TEXT, ODD_VALUE } from './odd.ts';
import type { Operation } from './operations.ts';
import { sdkRequest } from './sdk-requests.ts';
import type { World } from './world.ts';

/** A request to any route: one that the service would take, or one with something broken. */
export async function drawRequest(
  chance: Chance,
  { operations, world, token }: { operations: readonly Operation[]; world: World; token: string },
): Promise<HttpRequest> {
  const kind = chance.pick(['row', 'row', 'operation', 'operation', 'operation', 'sdk'] as const);
  if (kind === 'sdk') return sdkRequest(chance, world.keys);
  if (kind === 'row') {
    const row = chance.pick(ROWS);
    const id = (await row.given?.(world.fixture).catch(() => undefined)) ?? chance.pick(world.known);
    return toHttp(chance, row.request(world.fixture, id), token);
  }
  return toHttp(chance, operationRequest(chance, chance.pick(operations), world), token);
}

/** A request of a route of the OpenAPI document. */
function operationRequest(chance: Chance, { method, path, query, body }: Operation, world: World): TestRequest {
  const text = (name: string) => (chance.happens(92) ? parameterOf(chance, name, world) : chance.draw(ODD_TEXT));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(name).toWellFormed()));
  const asked = query
    .filter(() => chance.happens(30))
    .map(({ name, schema }) => {
      const value = chance.happens(50) ? chance.draw(ODD_TEXT) : (QUERIES[name] ?? bodyOf(chance, schema, world.known));
      return `${encodeURIComponent(name)}=${encodeURIComponent(String(value).toWellFormed())}`;
    });
  return {
    method: method as 'GET',
    path: `${filled}${asked.length > 0 ? '?' : ''}${asked.join('&')}`,
    headers: { ...BETA, ...(method === 'PATCH' && chance.happens(50) && SEMANTIC) },
    ...(body !== undefined && { body: bodyOf(chance, body, world.known) }),
  };
}

/** Parameters that have a grammar of their own. */
const QUERIES: Readonly<Record<string, string>> = {
  limit: '2',
  offset: '1',
  filter: 'query:a',
  sort: 'name',
  expand: 'environments,teams,access,approvalRequests',
  env: 'test',
  from: '1767603600000',
  to: '1777603600000',
  before: '1777603600000',
  after: '1767603600000',
};

function parameterOf(chance: Chance, name: string, { fixture, keys, known }: World): string {
  const ofName: Readonly<Record<string, string>> = {
    projectKey: fixture.project,
    flagKey: fixture.flag,
    environmentKey: chance.pick(['test', 'test', 'production', keys.clientSideId]),
    pipelineKey: 'standard',
    teamKey: fixture.spare,
    roleKey: fixture.spare,
    memberId: chance.pick([fixture.memberId, 'me']),
    tokenId: fixture.tokenId,
  };
  return (chance.happens(85) ? ofName[name] : undefined) ?? chance.pick(known);
}

function toHttp(chance: Chance, request: TestRequest, token: string): HttpRequest {
  const { method = 'GET', body, headers = {} } = request;
  const path = request.path.startsWith('/') ? request.path : `/api/v2/${request.path}`;
  const broken = chance.happens(45) && body !== undefined ? mutate(chance, body) : body;
  const bytes = broken === undefined && !chance.happens(5) ? undefined : toBytes(chance, broken);
  return {
    method: chance.happens(3) ? chance.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']) : method,
    path: encodeURI(chance.happens(5) ? breakPath(chance, path) : path).replaceAll('%25', '%'),
    headers: {
      authorization: chance.happens(95) ? token : chance.draw(ODD_HEADER),
      ...(bytes && { 'content-type': 'application/json' }),
      ...headers,
      ...(chance.happens(8) && { [chance.pick(HEADERS)]: chance.draw(ODD_HEADER) }),
    },
    body: bytes,
  };
}

const HEADERS = [
  'content-type',
  'ld-api-version',
  'accept',
  'x-http-method-override',
  'cookie',
  'origin',
  'content-encoding',
];

function toBytes(chance: Chance, body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (chance.happens(90)) return Buffer.from(JSON.stringify(body ?? null));
  const text = JSON.stringify(body ?? chance.draw(ODD_VALUE) ?? null);
  return chance.pick([
    () => Buffer.from(text.slice(0, -1)),
    () => Buffer.from(`${text}${text}`),
    () => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xc0, 0x00])]),
    () => Buffer.from(text.replace(/:/, ':"\xff\xfe",'), 'latin1'),
    () => Buffer.from(`{"__proto__":${text},"constructor":{"prototype":${text}}}`),
    () => Buffer.from(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    () =>
      Buffer.from(
        `{"key":"a","key":"b",${Object.keys(asObject(body))
          .map((name) => `${JSON.stringify(name)}:1e999`)
          .join()}}`,
      ),
    () => gzipSync(text),
    () => Buffer.alloc(0),
    () => Buffer.from('\ufeffnull'),
  ])();
}

function breakPath(chance: Chance, path: string): string {
  const odd = encodeURIComponent(chance.draw(ODD_TEXT).toWellFormed());
  return chance.pick([
    `${path}/`,
    `${path}//`,
    `${path}/${odd}`,
    `${path}%`,
    `${path}?${odd}=${odd}`,
    `/${path}`,
    path.toUpperCase(),
    `${path}?limit=${odd}&offset=${odd}`,
  ]);
}
