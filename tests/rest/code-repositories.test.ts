import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const REPOSITORIES = 'code-refs/repositories';

describe.each(ENGINES)('code repositories on $name', (engine) => {
  let app: TestApp;
  let name: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    name = `Shop-${count++}`;
  });

  const create = (body: object = {}, token?: string) =>
    app.call({ method: 'POST', path: REPOSITORIES, body: { name, ...body }, ...(token !== undefined && { token }) });
  const get = (query = '') => app.call({ path: `${REPOSITORIES}/${name}${query}` });
  const patch = (body: unknown, headers: Record<string, string> = {}) =>
    app.call({ method: 'PATCH', path: `${REPOSITORIES}/${name}`, body, headers });
  const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];

  it('make one with the whole official body', async () => {
    const type = 'application/json';
    const self = { href: `/api/v2/${REPOSITORIES}/${name}`, type };
    const settings = {
      type: 'github',
      sourceLink: 'https://git.test/shop',
      commitUrlTemplate: 'https://git.test/shop/commit/${sha}',
      hunkUrlTemplate: 'https://git.test/shop/blob/${sha}/${filePath}#L${lineNumber}',
      defaultBranch: 'trunk',
    };
    const { status, body } = await create(settings);
    expect(status).toBe(200);
    expect(body).toEqual({
      _links: {
        self,
        parent: { href: `/api/v2/${REPOSITORIES}`, type },
        branches: { href: `${self.href}/branches`, type },
      },
      name,
      ...settings,
      enabled: true,
      version: 1,
    });
    expect((await get()).body).toEqual(body);
    expect((await app.call({ path: `${REPOSITORIES}/${name.toUpperCase()}` })).body).toEqual(body);
    expect((await listChanges(app.slipway.database.db, 1))[0]).toMatchObject({
      kind: 'code-reference-repository',
      accesses: [{ action: 'createCodeRefsRepository', resource: `code-reference-repository/${name}` }],
    });
  });

  it('make one of a name alone, and take empty texts for none', async () => {
    const empty = { sourceLink: '', commitUrlTemplate: '', hunkUrlTemplate: '', defaultBranch: '' };
    const { body } = await create(empty);
    expect(body).toMatchObject({ type: 'custom', defaultBranch: 'main', enabled: true });
    expect(body).not.toHaveProperty('sourceLink');
    expect(body).not.toHaveProperty('branches');
  });

  it.each([
    ['no name', { name: undefined }, 400, 'name: expected a value, got nothing'],
    ['an empty name', { name: '' }, 400, 'name: expected a text of 1 to 256 characters, got ""'],
    ['a name with a slash', { name: 'a/b' }, 400, "name: expected letters, digits, '.', '_' or '-', got \"a/b\""],
    ['a long name', { name: 'x'.repeat(257) }, 400, 'name: expected a text of 1 to 256 characters'],
    ['another type', { type: 'cvs' }, 400, 'type: expected one of bitbucket, custom, github, gitlab, got "cvs"'],
    ['a link that runs', { sourceLink: 'javascript:alert(1)' }, 400, 'sourceLink: expected an http or https URL'],
    ['a bad commit template', { commitUrlTemplate: 'x' }, 400, 'commitUrlTemplate: expected an http or https URL'],
    ['a bad hunk template', { hunkUrlTemplate: 5 }, 400, 'hunkUrlTemplate: expected string, got 5'],
    ['a bad branch', { defaultBranch: ['main'] }, 400, 'defaultBranch: expected string'],
  ])('are not made with %s', async (_, body, status, message) => {
    expect(await create(body)).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
    expect((await get()).status).toBe(404);
  });

  it('are not made when the name is taken, whatever its case', async () => {
    await create();
    const message = `A repository with name '${name.toLowerCase()}' already exists`;
    expect(await create({ name: name.toLowerCase() })).toMatchObject({
      status: 409,
      body: { code: 'conflict', message },
    });
    expect((await create()).status).toBe(409);
  });

  it('change by JSON patch and by merge patch, each setting with its own action', async () => {
    await create();
    const actions = async () =>
      (await listChanges(app.slipway.database.db, 1))[0]?.accesses.map(({ action }) => action);
    expect((await patch(replace('/defaultBranch', 'trunk'))).body).toMatchObject({
      defaultBranch: 'trunk',
      version: 2,
    });
    expect(await actions()).toEqual(['updateCodeRefsRepositoryConfiguration']);
    expect((await patch({ sourceLink: 'https://git.test/', type: 'gitlab' })).body).toMatchObject({
      sourceLink: 'https://git.test/',
      type: 'gitlab',
      version: 3,
    });
    expect((await patch({ patch: replace('/enabled', false), comment: 'Off' })).body.enabled).toBe(false);
    expect(await actions()).toEqual(['updateCodeRefsRepositoryOn']);
    expect((await patch({ sourceLink: null })).body).not.toHaveProperty('sourceLink');
    expect((await patch(replace('/version', 9))).body.version).toBe(5);
    const renamed = await patch(replace('/name', `${name}-new`));
    expect(renamed.body.name).toBe(`${name}-new`);
    expect(await actions()).toEqual(['updateCodeRefsRepositoryName']);
    expect((await get()).status).toBe(404);
  });

  it.each([
    ['a bad type', replace('/type', 'cvs'), 400, 'type: expected one of bitbucket'],
    ['no switch', replace('/enabled', 'yes'), 400, 'enabled: expected true or false, got "yes"'],
    ['no name', [{ op: 'remove', path: '/name' }], 400, 'name: expected a string, got nothing'],
    ['a bad URL', { sourceLink: 'ftp://x' }, 400, 'sourceLink: expected an http or https URL'],
    ['no patch', 'null', 400, 'body: expected an object, got null'],
    ['a test that fails', [{ op: 'test', path: '/name', value: 'x' }], 409, 'patch[0]: test of /name failed'],
  ])('do not change by %s', async (_, body, status, message) => {
    await create();
    expect(await patch(body)).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
    expect((await get()).body.version).toBe(1);
  });

  it('do not take the name of another, but may change the case of their own', async () => {
    await create();
    await create({ name: `${name}-b` });
    expect((await patch(replace('/name', `${name}-B`))).status).toBe(409);
    expect((await patch(replace('/name', name.toUpperCase()))).body.name).toBe(name.toUpperCase());
  });

  it('are listed by name', async () => {
    await create({ name: `b-${name}` });
    await create({ name: `A-${name}` });
    await create({ name: `.${name}` });
    const { body } = await app.call({ path: REPOSITORIES });
    expect(body._links.self.href).toBe(`/api/v2/${REPOSITORIES}`);
    const names = body.items.map((item: { name: string }) => item.name).filter((one: string) => one.endsWith(name));
    expect(names).toEqual([`.${name}`, `A-${name}`, `b-${name}`]);
  });

  it('are deleted, and by nobody who only reads', async () => {
    await create();
    const path = `${REPOSITORIES}/${name}`;
    const token = await app.addToken('reader');
    expect((await create({ name: `${name}-2` }, token)).status).toBe(403);
    expect((await app.call({ method: 'PATCH', path, body: { type: 'github' }, token })).status).toBe(403);
    expect((await app.call({ method: 'DELETE', path, token })).status).toBe(403);
    expect((await app.call({ path: `${path}?expand=access`, token })).body._access.allowed).toEqual([]);
    expect((await get('?expand=access')).body._access.denied).toEqual([]);
    expect((await app.call({ method: 'DELETE', path })).status).toBe(204);
    expect((await listChanges(app.slipway.database.db, 1))[0]?.accesses).toMatchObject([
      { action: 'deleteCodeRefsRepository' },
    ]);
    expect((await get()).status).toBe(404);
    expect((await patch({ type: 'github' })).status).toBe(404);
    expect((await app.call({ method: 'DELETE', path })).status).toBe(404);
  });
});
