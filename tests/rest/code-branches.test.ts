import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const hunk = (projKey: string, flagKey: string, startingLineNumber = 1) => ({ startingLineNumber, projKey, flagKey });
const REFERENCES = [
  {
    path: 'src/cart.ts',
    hint: 'typescript',
    hunks: [
      { ...hunk('default', 'cart', 45), lines: "flag('cart')", aliases: ['CART', 'isCart'] },
      hunk('default', 'cart', 90),
      hunk('default', 'wish'),
    ],
  },
  { path: 'docs/cart.md', hunks: [hunk('default', 'cart'), hunk('hidden', 'cart'), { startingLineNumber: 0 }] },
];

describe.each(ENGINES)('branches of code repositories on $name', (engine) => {
  let app: TestApp;
  let path: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    await app.call({ method: 'POST', path: 'projects', body: { key: 'hidden', name: 'Hidden' } });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    const name = `repo-${count++}`;
    path = `code-refs/repositories/${name}`;
    await app.call({ method: 'POST', path: 'code-refs/repositories', body: { name } });
  });

  const branchPath = (name: string) => `${path}/branches/${encodeURIComponent(name)}`;
  const put = (body: object = {}, name = 'main', token?: string) =>
    app.call({
      method: 'PUT',
      path: branchPath(name),
      body: { name, head: 'a1', syncTime: 5, ...body },
      ...(token !== undefined && { token }),
    });
  const get = async (query = '', name = 'main') => (await app.call({ path: `${branchPath(name)}${query}` })).body;
  const remove = (body: unknown, token?: string) =>
    app.call({ method: 'POST', path: `${path}/branch-delete-tasks`, body, ...(token !== undefined && { token }) });
  const names = async () =>
    (await app.call({ path: `${path}/branches` })).body.items.map(({ name }: { name: string }) => name);
  /** A reader who does not see the project `hidden`. */
  const addBlinkered = async () => {
    const role = [
      { effect: 'allow', resources: ['proj/*'], actions: ['viewProject'] },
      { effect: 'deny', resources: ['proj/hidden'], actions: ['viewProject'] },
    ];
    const { body } = await app.call({
      method: 'POST',
      path: 'tokens',
      body: { name: 'blinkered', inlineRole: role, serviceToken: true },
    });
    return body.token as string;
  };

  it('are stored, and shown with all that was found', async () => {
    const answer = await put({ updateSequenceId: 25, commitTime: 4, references: REFERENCES });
    expect(answer).toMatchObject({ status: 200, body: undefined });
    const self = { href: `/api/v2/${branchPath('main')}`, type: 'application/json' };
    const branch = { name: 'main', head: 'a1', updateSequenceId: 25, syncTime: 5 };
    const links = { self, parent: { ...self, href: `/api/v2/${path}/branches` } };
    expect(await get()).toEqual({ _links: links, ...branch, references: REFERENCES });
    expect((await app.call({ path: `${path}/branches` })).body).toEqual({
      _links: { self: links.parent, parent: { ...self, href: `/api/v2/${path}` } },
      items: [{ _links: links, ...branch }],
    });
    expect((await listChanges(app.slipway.database.db, 1))[0]).toMatchObject({
      kind: 'code-reference-repository',
      accesses: [{ action: 'updateCodeRefsRepositoryBranches' }],
      description: ['Stored the branch main at a1: 6 references in 2 files'],
    });
  });

  it('have names with slashes', async () => {
    await put({}, 'feature/new cart');
    expect((await get('', 'feature/new cart')).name).toBe('feature/new cart');
    expect((await put({ name: 'other' }, 'main')).body.message).toBe(
      'name: expected "main", as in the path, got "other"',
    );
  });

  it('are shown for one project or flag', async () => {
    await put({ references: REFERENCES });
    const found = async (query: string) => {
      const { references } = await get(query);
      return references.map(({ path, hunks }: { path: string; hunks: unknown[] }) => [path, hunks.length]);
    };
    expect(await found('?projKey=default')).toEqual([
      ['src/cart.ts', 3],
      ['docs/cart.md', 1],
    ]);
    expect(await found('?projKey=default&flagKey=wish')).toEqual([['src/cart.ts', 1]]);
    expect(await found('?flagKey=cart')).toEqual([
      ['src/cart.ts', 2],
      ['docs/cart.md', 2],
    ]);
    expect(await found('?flagKey=nothing')).toEqual([]);
  });

  it('are replaced by later scans, and not by earlier ones', async () => {
    await put({ updateSequenceId: 5, references: REFERENCES });
    const stale = await put({ updateSequenceId: 5, head: 'b2' });
    expect(stale).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(stale.body.message).toBe('updateSequenceId: expected more than 5, the one that is stored, got 5');
    expect((await put({ updateSequenceId: 4, head: 'b2' })).status).toBe(409);
    expect((await get()).head).toBe('a1');
    expect((await put({ updateSequenceId: 6, head: 'c3' })).status).toBe(200);
    expect(await get()).toMatchObject({ head: 'c3', updateSequenceId: 6, references: [] });
    await put({ head: 'd4' });
    expect(await get()).not.toHaveProperty('updateSequenceId');
    expect((await put({ updateSequenceId: 1 })).status).toBe(200);
  });

  it('of two scans at once keep the later one', async () => {
    await Promise.all(
      [3, 1, 4, 2].map((updateSequenceId) => put({ updateSequenceId, head: `head-${updateSequenceId}` })),
    );
    expect((await get()).head).toBe('head-4');
  });

  it.each([
    ['no head', { head: undefined }, 'head: expected a value, got nothing'],
    ['an empty head', { head: '' }, 'head: expected a text of 1 to 256 characters, got ""'],
    ['no time', { syncTime: '5' }, 'syncTime: expected integer, got "5"'],
    ['a time before all times', { syncTime: -1 }, 'syncTime: expected a time in Unix milliseconds, got -1'],
    ['a bad commit time', { commitTime: 1.5 }, 'commitTime: expected a whole number, got 1.5'],
    ['a bad sequence', { updateSequenceId: '1' }, 'updateSequenceId: expected a whole number, got "1"'],
    ['references that are none', { references: {} }, 'references: expected an array of objects'],
    ['no path', { references: [{ hunks: [] }] }, 'references[0].path: expected a string, got nothing'],
    ['hunks that are none', { references: [{ path: 'a', hunks: 1 }] }, 'references[0].hunks: expected an array'],
    [
      'a hunk without a line',
      { references: [{ path: 'a', hunks: [{}] }] },
      'references[0].hunks[0].startingLineNumber: expected a whole number, got nothing',
    ],
    [
      'a bad flag key',
      { references: [{ path: 'a', hunks: [{ startingLineNumber: 1, flagKey: 'a b' }] }] },
      'references[0].hunks[0].flagKey: "a b" is not a valid key',
    ],
    [
      'bad aliases',
      { references: [{ path: 'a', hunks: [{ startingLineNumber: 1, aliases: [1] }] }] },
      'references[0].hunks[0].aliases: expected an array of strings',
    ],
    [
      'too many files',
      { references: Array.from({ length: 10_001 }, () => ({ path: 'a', hunks: [] })) },
      'references: expected at most 10000 files, got 10001',
    ],
    [
      'too many hunks',
      { references: [{ path: 'a', hunks: Array.from({ length: 25_001 }, () => ({ startingLineNumber: 1 })) }] },
      'references: expected at most 25000 hunks, got 25001',
    ],
  ])('are not stored with %s', async (_, body, message) => {
    expect(await put(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect(await names()).toEqual([]);
  });

  it('may bring more than other bodies', async () => {
    const lines = 'x'.repeat(900);
    const hunks = Array.from({ length: 10_000 }, (_, line) => ({ ...hunk('default', 'cart', line), lines }));
    expect((await put({ references: [{ path: 'long.ts', hunks }] })).status).toBe(200);
    expect((await get()).references[0].hunks).toHaveLength(10_000);
  });

  it('are deleted by name, and what there is not does no harm', async () => {
    for (const name of ['main', 'a', 'b/c']) await put({}, name);
    expect(await names()).toEqual(['a', 'b/c', 'main']);
    expect(await remove(['a', 'b/c', 'gone'])).toMatchObject({ status: 200, body: undefined });
    expect(await names()).toEqual(['main']);
    expect((await listChanges(app.slipway.database.db, 1))[0]?.description).toEqual(['Deleted branches: a, b/c']);
    expect((await remove([])).status).toBe(200);
    expect((await remove({ names: ['main'] })).body.message).toContain('body: expected an array of strings');
    expect((await remove(['main', 5])).status).toBe(400);
  });

  it('go with their repository', async () => {
    await put({ references: [{ path: 'a', hunks: [hunk('default', 'here-alone')] }] });
    const flags = async () => (await app.call({ path: 'code-refs/statistics/default?flagKey=here-alone' })).body.flags;
    expect(await flags()).toHaveProperty('here-alone');
    await app.call({ method: 'DELETE', path });
    expect(await flags()).toEqual({});
    expect((await app.call({ path: `${path}/branches` })).status).toBe(404);
    expect((await app.call({ path: branchPath('main') })).status).toBe(404);
    expect((await put()).status).toBe(404);
    expect((await remove(['main'])).status).toBe(404);
  });

  it('are changed by nobody who only reads, and show nothing of projects that one may not see', async () => {
    await put({ references: REFERENCES });
    const token = await app.addToken('reader');
    expect((await put({}, 'main', token)).status).toBe(403);
    expect((await remove(['main'], token)).status).toBe(403);
    const { body } = await app.call({ path: branchPath('main'), token: await addBlinkered() });
    const projects = body.references.flatMap(({ hunks }: { hunks: { projKey?: string }[] }) =>
      hunks.map(({ projKey }) => projKey),
    );
    expect(projects).toEqual(['default', 'default', 'default', 'default', undefined]);
    expect((await app.call({ path: branchPath('absent') })).status).toBe(404);
  });

  it('are stored by a token that may do nothing else, in one repository', async () => {
    const resources = [path.replace('code-refs/repositories', 'code-reference-repository')];
    const inlineRole = [{ effect: 'allow', resources, actions: ['updateCodeRefsRepositoryBranches'] }];
    const { body } = await app.call({ method: 'POST', path: 'tokens', body: { inlineRole, serviceToken: true } });
    expect((await put({}, 'main', body.token)).status).toBe(200);
    expect((await remove(['main'], body.token)).status).toBe(200);
    expect((await app.call({ method: 'DELETE', path, token: body.token })).status).toBe(403);
    const name = `repo-${count++}`;
    await app.call({ method: 'POST', path: 'code-refs/repositories', body: { name } });
    path = `code-refs/repositories/${name}`;
    expect(await put({}, 'main', body.token)).toMatchObject({
      status: 403,
      body: { access: { resource: `code-reference-repository/${name}` } },
    });
  });

  it('are listed with their repositories', async () => {
    await put({ references: REFERENCES });
    await put({ references: REFERENCES }, 'old');
    const own = async (query: string) => {
      const { body } = await app.call({ path: `code-refs/repositories?${query}` });
      return body.items.find(({ name }: { name: string }) => path.endsWith(`/${name}`));
    };
    const shape = async (query: string) =>
      (await own(query)).branches.map((branch: { name: string; references?: { hunks: unknown[] }[] }) => [
        branch.name,
        branch.references?.flatMap(({ hunks }) => hunks).length,
      ]);
    expect(await own('')).not.toHaveProperty('branches');
    expect(await own('projKey=default')).not.toHaveProperty('branches');
    expect(await shape('withBranches=')).toEqual([
      ['main', undefined],
      ['old', undefined],
    ]);
    expect(await shape('withReferencesForDefaultBranch=true')).toEqual([
      ['main', 6],
      ['old', undefined],
    ]);
    expect(await shape('withReferencesForDefaultBranch=1&projKey=hidden')).toEqual([
      ['main', 1],
      ['old', undefined],
    ]);
    expect(await shape('flagKey=wish&projKey=default')).toEqual([
      ['main', 1],
      ['old', undefined],
    ]);
    expect(await shape('branchName=old')).toEqual([['old', undefined]]);
  });
});
