import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, SEMANTIC, startApp, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const newFlag = (more: object): TestRequest => ({
  method: 'POST',
  path: 'flags/default',
  body: { key: 'new', name: 'New', ...more },
});
const raw = (body: string): TestRequest => ({ method: 'POST', path: 'flags/default', body });
const patchFlag = (body: unknown): TestRequest => ({
  method: 'PATCH',
  path: 'flags/default/present',
  headers: SEMANTIC,
  body,
});
const patchProject = (body: unknown): TestRequest => ({ method: 'PATCH', path: 'projects/default', body });

const NO_PATCH = 'expected a JSON patch, an array of operations, got';
const BAD_JSON = "Body is not valid JSON but content-type is set to 'application/json'";
const FORM = 'multipart/form-data; boundary=x';
const NOT_FOUND = 'Invalid resource identifier';

/** What nobody sends on purpose, and what people with bad intentions do: the request, the status and the message. */
const REFUSED: readonly [string, TestRequest, number, string][] = [
  ['a member __proto__', raw('{"key":"new","name":"N","__proto__":{"temporary":false}}'), 400, BAD_JSON],
  ['a nested __proto__', raw('{"key":"new","name":"N","customProperties":{"__proto__":{}}}'), 400, BAD_JSON],
  ['a constructor with a prototype', raw('{"key":"n","name":"N","constructor":{"prototype":{}}}'), 400, BAD_JSON],
  ['half a surrogate pair', newFlag({ name: '\ud800' }), 400, 'name: expected well-formed text without NUL'],
  ['NUL in a name', newFlag({ name: 'a\0b' }), 400, 'name: expected well-formed text without NUL, got "a\\u0000b"'],
  ['NUL in a key', newFlag({ key: 'a\0' }), 400, 'key: expected well-formed text without NUL'],
  ['NUL in the name of a member', newFlag({ customProperties: { 'a\0': {} } }), 400, 'customProperties: expected'],
  ['NUL in a list', newFlag({ tags: ['ok', '\0'] }), 400, 'tags[1]: expected well-formed text without NUL'],
  ['NUL in an instruction', patchFlag({ instructions: [{ kind: '\0' }] }), 400, 'instructions[0].kind: expected'],
  ['NUL in a path', { path: 'flags/default/%00' }, 404, NOT_FOUND],
  ['NUL in the path of a deletion', { method: 'DELETE', path: 'projects/%00' }, 404, NOT_FOUND],
  ['NUL in env', { path: 'flags/default?env=%00' }, 400, 'env: expected text without NUL'],
  ['a path that is not well-formed', { path: 'flags/default/%zz' }, 400, 'is not a valid url component'],
  ['a path without end', { path: `flags/default/${'k'.repeat(1_000)}` }, 414, 'is exceeding the max param length'],
  [
    'a number beyond double precision',
    raw('{"key":"new","name":"N","variations":[{"value":1},{"value":1e400}]}'),
    400,
    'variations[1].value: expected a number that fits double precision, got a larger one',
  ],
  [
    'nesting without end',
    raw(`{"key":"new","name":"N","variations":[{"value":${'['.repeat(50_000)}${']'.repeat(50_000)}}]}`),
    400,
    'body: expected at most 100 levels of nesting, got more',
  ],
  ['a broken limit', { path: 'projects?limit=1.5' }, 400, 'limit: expected integer, got "1.5"'],
  ['a limit in words', { path: 'projects?limit=true' }, 400, 'limit: expected integer, got "true"'],
  ['a hexadecimal limit', { path: 'projects?limit=0x10' }, 400, 'limit: expected integer, got "0x10"'],
  ['an empty offset', { path: 'projects?offset=' }, 400, 'offset: expected integer, got ""'],
  ['a negative offset', { path: 'projects?offset=-1' }, 400, 'offset: expected >= 0, got -1'],
  ['an offset beyond all numbers', { path: 'flags/default?offset=9223372036854775808' }, 400, 'offset: expected <='],
  ['a limit twice', { path: 'projects?limit=1&limit=2' }, 400, 'limit: expected integer, got ["1","2"]'],
  ['a filter twice', { path: 'projects?filter=query:a&filter=query:b' }, 400, 'filter: expected string, got'],
  ['a bad dryRun', { ...patchFlag({}), path: 'flags/default/present?dryRun=yes' }, 400, 'dryRun: expected boolean'],
  ['an unknown flag to clone', { ...newFlag({}), path: 'flags/default?clone=absent' }, 404, "unknown flag 'absent'"],
  ['null for a flag', raw('null'), 400, 'body: expected object, got null'],
  ['a text for a flag', raw('"flag"'), 400, 'body: expected object, got "flag"'],
  ['an array for instructions', patchFlag([]), 400, 'body: expected an object, got []'],
  ['no instructions at all', patchFlag({}), 400, 'instructions: expected an array, got nothing'],
  ['an empty semantic patch', patchFlag(''), 400, 'body: expected an object, got null'],
  [
    'null for an instruction',
    patchFlag({ instructions: [null] }),
    400,
    'instructions[0]: expected an object, got null',
  ],
  ['an object for a JSON patch', patchProject({ name: 'x' }), 400, `${NO_PATCH} {"name":"x"}`],
  ['null for a JSON patch', patchProject('null'), 400, `${NO_PATCH} null`],
  ['an operation without path', patchProject([{ op: 'replace', value: 1 }]), 400, 'patch[0].path: expected a JSON'],
  ['an operation without value', patchProject([{ op: 'add', path: '/name' }]), 400, 'patch[0].value: expected a value'],
  [
    'a patch into a prototype',
    patchProject([{ op: 'add', path: '/tags/__proto__/polluted', value: 1 }]),
    400,
    'patch[0]: add of /tags/__proto__/polluted is not possible: no such path',
  ],
  [
    'a patch that doubles itself',
    patchProject(Array.from({ length: 40 }, () => ({ op: 'copy', from: '/tags', path: '/tags/-' }))),
    400,
    'expected a patch that copies at most',
  ],
  ['the method override GET', { ...raw('{}'), headers: { 'x-http-method-override': 'GET' } }, 400, 'key: expected'],
  [
    'an undefined method on a flag',
    { method: 'POST', path: 'flags/default/present', body: {} },
    405,
    'Method not allowed',
  ],
  [
    'a form without an end',
    { method: 'POST', path: 'teams/absent/members', body: 'no form', headers: { 'content-type': FORM } },
    400,
    'body: expected multipart/form-data, got another body: Unexpected end of multipart data',
  ],
  ['beta said about another resource', { path: 'nix', headers: BETA }, 404, NOT_FOUND],
];

describe.each(ENGINES)('bad input on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'present', name: 'Present' } });
  });
  afterAll(() => app.close());

  const everything = async () => ({
    projects: (await app.call({ path: 'projects?expand=environments' })).body,
    flags: (await app.call({ path: 'flags/default?env=test,production&summary=0' })).body,
    changes: await listChanges(app.slipway.database.db, 100),
  });

  it.each(REFUSED)('refuses %s and changes nothing', async (_name, request, status, message) => {
    const before = await everything();
    const answer = await app.call(request);
    expect(answer).toMatchObject({
      status,
      body: { code: expect.any(String), message: expect.stringContaining(message), id: expect.any(String) },
    });
    expect(await everything()).toEqual(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('asks for a token before it looks at anything else', async () => {
    for (const path of ['nix', 'flags/default?limit=x', 'projects/default/release-pipelines']) {
      expect(await app.call({ path, token: null, headers: { 'ld-api-version': 'x' } })).toMatchObject({
        status: 401,
        body: { code: 'unauthorized' },
      });
    }
  });

  it('answers OPTIONS that ask for nothing like a preflight', async () => {
    expect((await app.call({ method: 'OPTIONS', path: 'projects', token: null })).status).toBe(204);
  });

  it('answers HEAD like GET without a body', async () => {
    const { status, body } = await app.call({ method: 'HEAD', path: 'flags/default/present' });
    expect([status, body]).toEqual([200, undefined]);
    expect((await app.call({ method: 'HEAD', path: 'flags/default/nix' })).status).toBe(404);
  });

  it('ignores the body null on DELETE', async () => {
    expect(await app.call({ method: 'DELETE', path: 'flags/default/nix', body: 'null' })).toMatchObject({
      status: 404,
      body: { message: "Invalid resource identifier: unknown flag 'nix'" },
    });
  });

  it('reaches resources by keys of every length that it gave them', async () => {
    const key = 'k'.repeat(256);
    expect((await app.call(newFlag({ key }))).status).toBe(201);
    expect((await app.call({ path: `flags/default/${key}` })).body.key).toBe(key);
    expect((await app.call({ method: 'DELETE', path: `flags/default/${key}` })).status).toBe(204);
  });

  it('treats names that JavaScript knows like any other', async () => {
    const environment = { key: 'constructor', name: 'Constructor', color: '000000' };
    await app.call({ method: 'POST', path: 'projects/default/environments', body: environment });
    const turnOn = (environmentKey: string) => patchFlag({ environmentKey, instructions: [{ kind: 'turnFlagOn' }] });
    expect((await app.call(turnOn('constructor'))).body.environments.constructor).toMatchObject({
      on: true,
      version: 2,
    });
    expect((await app.call(turnOn('toString'))).status).toBe(400);
    const customProperties = { toString: { name: 'valueOf', value: ['hasOwnProperty'] } };
    expect((await app.call(newFlag({ key: 'hasOwnProperty', customProperties }))).body).toMatchObject({
      customProperties,
    });
    await app.call({ method: 'DELETE', path: 'projects/default/environments/constructor' });
    await app.call({ method: 'DELETE', path: 'flags/default/hasOwnProperty' });
  });

  it('gives texts and JSON values back as they came', async () => {
    const name = '  Größe 👍 \u2028 "quoted" \\ </script> ';
    const variations = [{ value: { a: null, b: [1, 1.5, true, 'x', {}] } }, { value: null }, { value: 1e21 }];
    const { body } = await app.call(newFlag({ key: 'texts', name, description: name, variations }));
    expect(body).toMatchObject({ name: name.trim(), description: name, variations });
    expect((await app.call({ path: 'flags/default/texts' })).body).toEqual(body);
    await app.call({ method: 'DELETE', path: 'flags/default/texts' });
  });
});
