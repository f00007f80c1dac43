import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, SEMANTIC, startApp, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { scrape } from '../support/scrape.ts';

const PIPELINES = 'projects/default/release-pipelines';

/** Requests that must be refused: what is wrong, the request, the status, the code and the whole message. */
const REFUSED: readonly [string, TestRequest, number, string, string][] = [
  [
    'malformed JSON',
    { method: 'POST', path: 'flags/default', body: '{"key":' },
    400,
    'invalid_request',
    "Body is not valid JSON but content-type is set to 'application/json'",
  ],
  ['no body', { method: 'POST', path: 'flags/default' }, 400, 'invalid_request', 'body: expected object, got null'],
  [
    'an array for an object',
    { method: 'POST', path: 'projects', body: [] },
    400,
    'invalid_request',
    'body: expected object, got []',
  ],
  [
    'a missing field',
    { method: 'POST', path: 'flags/default', body: { name: 'X' } },
    400,
    'invalid_request',
    'key: expected a value, got nothing',
  ],
  [
    'a wrong type',
    { method: 'POST', path: 'flags/default', body: { key: 'x', name: 5 } },
    400,
    'invalid_request',
    'name: expected string, got 5',
  ],
  [
    'a text for a boolean',
    { method: 'POST', path: 'flags/default', body: { key: 'x', name: 'X', temporary: 'yes' } },
    400,
    'invalid_request',
    'temporary: expected boolean, got "yes"',
  ],
  [
    'a bad key',
    { method: 'POST', path: 'flags/default', body: { key: '-x', name: 'X' } },
    400,
    'invalid_request',
    `key: "-x" is not a valid key; expected 1 to 256 letters, digits, '.', '_' or '-', starting with a letter or digit`,
  ],
  [
    'a duplicate key',
    { method: 'POST', path: 'flags/default', body: { key: 'present', name: 'X' } },
    409,
    'conflict',
    "A flag with key 'present' already exists",
  ],
  [
    'a duplicate project',
    { method: 'POST', path: 'projects', body: { key: 'default', name: 'X' } },
    409,
    'conflict',
    "A project with key 'default' already exists",
  ],
  [
    'a duplicate environment',
    { method: 'POST', path: 'projects/default/environments', body: { key: 'test', name: 'X', color: '000000' } },
    409,
    'conflict',
    "An environment with key 'test' already exists",
  ],
  ['an unknown project', { path: 'flags/nix' }, 404, 'not_found', "Invalid resource identifier: unknown project 'nix'"],
  [
    'an unknown flag',
    { path: 'flags/default/nix' },
    404,
    'not_found',
    "Invalid resource identifier: unknown flag 'nix'",
  ],
  [
    'an unknown environment in env',
    { path: 'flags/default?env=nix' },
    404,
    'not_found',
    "Invalid resource identifier: unknown environment 'nix'",
  ],
  ['an unknown path', { path: 'nix' }, 404, 'not_found', 'Invalid resource identifier'],
  ['an undefined method', { method: 'PUT', path: 'flags/default' }, 405, 'method_not_allowed', 'Method not allowed'],
  ['a negative limit', { path: 'flags/default?limit=-1' }, 400, 'invalid_request', 'limit: expected >= 0, got -1'],
  [
    'a limit that is no number',
    { path: 'projects?limit=many' },
    400,
    'invalid_request',
    'limit: expected integer, got "many"',
  ],
  [
    'a bad switch',
    { path: 'flags/default?summary=perhaps' },
    400,
    'invalid_request',
    'summary: expected boolean, got "perhaps"',
  ],
  [
    'an unknown filter',
    { path: 'projects?filter=color:red' },
    400,
    'invalid_request',
    'filter: "color:red" is not a known filter; expected query:value, tags:value, keys:value',
  ],
  [
    'an unknown order',
    { path: 'projects?sort=size' },
    400,
    'invalid_request',
    'sort: "size" is not a known order; expected one of createdOn, name, with - for descending',
  ],
  [
    'an unknown API version',
    { path: 'projects', headers: { 'ld-api-version': '20200101' } },
    400,
    'invalid_request',
    'LD-API-Version: expected beta or one of 20160426, 20191212, 20210729, 20220603, 20240415, got "20200101"',
  ],
  [
    'a beta resource without the header',
    { path: PIPELINES },
    403,
    'forbidden',
    'This API is in beta. To use it, your request must include the header `LD-API-Version: beta`.',
  ],
  [
    'a purpose that flags cannot be made for',
    { method: 'POST', path: 'flags/default', body: { key: 'x', name: 'X', purpose: 'holdout' } },
    400,
    'invalid_request',
    'purpose: expected "migration" or nothing, got "holdout"',
  ],
  [
    'instructions without their media type',
    { method: 'PATCH', path: 'flags/default/present', body: { instructions: [] } },
    400,
    'invalid_request',
    'Content-Type: expected "application/json; domain-model=launchdarkly.semanticpatch" with a body of instructions, got "application/json"',
  ],
  [
    'no instructions',
    { method: 'PATCH', path: 'flags/default/present', headers: SEMANTIC, body: { instructions: [] } },
    400,
    'invalid_request',
    'instructions: expected at least one instruction, got an empty array',
  ],
];

describe.each(ENGINES)('conventions of the API on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'present', name: 'Present' } });
  });
  afterAll(() => app.close());

  const everything = async () => ({
    projects: (await app.call({ path: 'projects?expand=environments' })).body,
    flags: (await app.call({ path: 'flags/default?env=test,production&summary=0' })).body,
    pipelines: (await app.call({ path: PIPELINES, headers: BETA })).body,
    changes: await listChanges(app.slipway.database.db, 100),
  });

  it.each(REFUSED)('refuses %s and changes nothing', async (_name, request, status, code, message) => {
    const before = await everything();
    const answer = await app.call(request);
    expect(answer).toMatchObject({ status, body: { code, message, id: expect.any(String) } });
    expect(await everything()).toEqual(before);
  });

  it.each([
    ['PUT', 'flags/default', ['GET', 'HEAD', 'POST']],
    ['POST', 'flags/default/present/', ['DELETE', 'GET', 'HEAD', 'PATCH', 'PUT']],
    ['POST', 'flags/default/any.key?summary=1', ['DELETE', 'GET', 'HEAD', 'PATCH', 'PUT']],
    ['DELETE', 'openapi.json', ['GET', 'HEAD']],
  ] as const)('tells what there is in place of %s %s', async (method, path, methods) => {
    const { status, headers } = await app.call({ method, path });
    expect([status, String(headers['allow']).split(', ').toSorted()]).toEqual([405, methods]);
  });

  it.each([
    [
      'creating a flag',
      { method: 'POST', path: 'flags/default', body: { key: 'x', name: 'X' } },
      'createFlag',
      'proj/default:env/production:flag/x',
    ],
    [
      'deleting a flag',
      { method: 'DELETE', path: 'flags/default/present' },
      'deleteFlag',
      'proj/default:env/production:flag/present',
    ],
    [
      'turning a flag on',
      {
        method: 'PATCH',
        path: 'flags/default/present',
        headers: SEMANTIC,
        body: { environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }] },
      },
      'updateOn',
      'proj/default:env/test:flag/present',
    ],
    [
      'creating a project',
      { method: 'POST', path: 'projects', body: { key: 'x', name: 'X' } },
      'createProject',
      'proj/x',
    ],
    [
      'renaming an environment',
      {
        method: 'PATCH',
        path: 'projects/default/environments/test',
        body: [{ op: 'replace', path: '/name', value: 'X' }],
      },
      'updateName',
      'proj/default:env/test',
    ],
    [
      'creating a pipeline',
      {
        method: 'POST',
        path: PIPELINES,
        headers: BETA,
        body: { key: 'p', name: 'P', phases: [{ name: 'A', audiences: [{ name: 'a', environmentKey: 'test' }] }] },
      },
      'createReleasePipeline',
      'proj/default:release-pipeline/p',
    ],
  ] as const)(
    'refuses a reader %s, says which action on what, and changes nothing',
    async (_name, request, action, resource) => {
      const before = await everything();
      const answer = await app.call({ ...request, token: await app.addToken('reader') });
      expect(answer.status).toBe(403);
      expect(answer.body).toEqual({
        code: 'forbidden',
        message: 'Access to the requested resource was denied',
        reason: { effect: 'deny' },
        access: { action, resource },
        id: expect.any(String),
      });
      expect(await everything()).toEqual(before);
    },
  );

  it('lets a reader read, a writer write but delete no project, and nobody without access see anything', async () => {
    const statusOf = async (role: 'reader' | 'writer' | 'no_access', request: TestRequest) =>
      (await app.call({ ...request, token: await app.addToken(role) })).status;
    expect(await statusOf('reader', { path: 'flags/default/present' })).toBe(200);
    expect(await statusOf('writer', { method: 'POST', path: 'projects', body: { key: 'mine', name: 'Mine' } })).toBe(
      201,
    );
    expect(await statusOf('writer', { method: 'DELETE', path: 'projects/mine' })).toBe(403);
    expect(await statusOf('no_access', { path: 'projects' })).toBe(403);
    expect((await app.call({ method: 'DELETE', path: 'projects/mine' })).status).toBe(204);
  });

  it('takes a method from X-HTTP-Method-Override on POST only', async () => {
    const tunnelled = {
      method: 'POST',
      path: 'flags/default/present',
      headers: { 'x-http-method-override': 'DELETE' },
    } as const;
    expect((await app.call({ ...tunnelled, method: 'GET' })).status).toBe(200);
    expect((await app.call(tunnelled)).status).toBe(204);
    expect((await app.call({ path: 'flags/default/present' })).status).toBe(404);
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'present', name: 'Present' } });
  });

  it.each([
    ['a trailing slash', { path: 'flags/default/present/' }, 200],
    ['HEAD', { method: 'HEAD', path: 'flags/default/present' }, 200],
    ['the body null on GET', { path: 'projects', body: 'null' }, 200],
    [
      'a JSON body under another media type',
      {
        method: 'POST',
        path: 'projects',
        body: { key: 'plain', name: 'Plain' },
        headers: { 'content-type': 'text/plain' },
      },
      201,
    ],
    [
      'unknown members of a body',
      { method: 'POST', path: 'projects', body: { key: 'more', name: 'More', unknown: 1 } },
      201,
    ],
    ['unknown parameters of a query', { path: 'projects?unknown=1' }, 200],
    ['beta said in a header sent twice', { path: PIPELINES, headers: { 'ld-api-version': '20240415, beta' } }, 200],
  ] as const)('accepts %s', async (_name, request, status) => {
    expect((await app.call(request as TestRequest)).status).toBe(status);
  });

  it('answers preflights of any origin without a token', async () => {
    const { status, headers } = await app.call({
      method: 'OPTIONS',
      path: 'flags/default',
      token: null,
      headers: { origin: 'https://tool.example', 'access-control-request-method': 'PATCH' },
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe('https://tool.example');
    expect(headers['access-control-allow-methods']).toContain('PATCH');
  });

  it('reports health, readiness and metrics without a token', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect(await app.call({ path, token: null })).toMatchObject({ status: 200, body: { status: 'ok' } });
    }
    expect((await scrape(app))('slipway_sdk_streams_open')).toBe(0);
  });
});
