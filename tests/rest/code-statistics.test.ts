import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const REPOSITORIES = 'code-refs/repositories';

describe.each(ENGINES)('what code says of flags on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let repository: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    project = `project-${count}`;
    repository = `repo-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    for (const key of ['often', 'once', 'never']) {
      await app.clock.advance(1);
      await app.call({ method: 'POST', path: `flags/${project}`, body: { key, name: key } });
    }
    await addRepository(repository);
  });

  const addRepository = (name: string) =>
    app.call({
      method: 'POST',
      path: REPOSITORIES,
      body: { name, type: 'github', sourceLink: `https://git.test/${name}` },
    });
  const hunk = (flagKey: string, startingLineNumber: number) => ({ projKey: project, flagKey, startingLineNumber });
  const put = (body: object = {}, name = 'main', repo = repository) =>
    app.call({
      method: 'PUT',
      path: `${REPOSITORIES}/${repo}/branches/${name}`,
      body: {
        name,
        head: 'a1',
        syncTime: 9,
        commitTime: 7,
        references: [
          { path: 'a.ts', hunks: [hunk('often', 1), hunk('often', 20), hunk('once', 30)] },
          { path: 'b.ts', hunks: [hunk('often', 1)] },
        ],
        ...body,
      },
    });
  const patch = (body: object) => app.call({ method: 'PATCH', path: `${REPOSITORIES}/${repository}`, body });
  const statistic = (name: string, more: object) => ({
    _links: { self: { href: `/api/v2/${REPOSITORIES}/${name}`, type: 'application/json' } },
    name,
    type: 'github',
    sourceLink: `https://git.test/${name}`,
    defaultBranch: 'main',
    enabled: true,
    version: 1,
    latestCommitTime: 7,
    ...more,
  });

  describe('statistics', () => {
    const statistics = async (query = '') => (await app.call({ path: `code-refs/statistics/${project}${query}` })).body;

    it('count hunks and files in default branches, by flag and repository', async () => {
      await addRepository(`another-${repository}`);
      await put();
      await put({ references: [{ path: 'x.go', hunks: [hunk('often', 1)] }] }, 'main', `another-${repository}`);
      await put({}, 'old');
      expect(await statistics()).toEqual({
        _links: {
          self: { href: `/api/v2/code-refs/statistics/${project}`, type: 'application/json' },
          parent: { href: '/api/v2/code-refs/statistics', type: 'application/json' },
        },
        flags: {
          often: [
            statistic(`another-${repository}`, { hunkCount: 1, fileCount: 1 }),
            statistic(repository, { hunkCount: 3, fileCount: 2 }),
          ],
          once: [statistic(repository, { hunkCount: 1, fileCount: 1 })],
        },
      });
      expect(Object.keys((await statistics('?flagKey=once')).flags)).toEqual(['once']);
      expect((await statistics('?flagKey=never')).flags).toEqual({});
    });

    it('follow the default branch, what is found, and what is deleted', async () => {
      await put();
      await put({ commitTime: undefined, references: [{ path: 'x', hunks: [hunk('never', 1)] }] }, 'trunk');
      await patch({ defaultBranch: 'trunk' });
      const { flags } = await statistics();
      expect(Object.keys(flags)).toEqual(['never']);
      expect(flags.never[0]).not.toHaveProperty('latestCommitTime');
      await put({ references: [] }, 'trunk');
      expect((await statistics()).flags).toEqual({});
      await patch({ defaultBranch: 'main' });
      expect(Object.keys((await statistics()).flags)).toEqual(['often', 'once']);
      await app.call({ method: 'POST', path: `${REPOSITORIES}/${repository}/branch-delete-tasks`, body: ['main'] });
      expect((await statistics()).flags).toEqual({});
    });

    it('are linked to from the root, for projects that exist and that the caller may see', async () => {
      const links = async (token?: string) =>
        (await app.call({ path: 'code-refs/statistics', ...(token !== undefined && { token }) })).body;
      const href = `/api/v2/code-refs/statistics/${project}`;
      expect((await links()).projects).not.toContainEqual({ href, type: 'application/json' });
      await put({
        references: [{ path: 'x', hunks: [hunk('often', 1), { ...hunk('often', 2), projKey: 'nowhere' }] }],
      });
      expect(await links()).toMatchObject({ self: { href: '/api/v2/code-refs/statistics' } });
      expect((await links()).projects).toContainEqual({ href, type: 'application/json' });
      expect(JSON.stringify(await links())).not.toContain('nowhere');
      const { body } = await app.call({
        method: 'POST',
        path: 'tokens',
        body: {
          name: 'blinkered',
          serviceToken: true,
          inlineRole: [
            { effect: 'allow', resources: ['proj/*'], actions: ['viewProject'] },
            { effect: 'deny', resources: [`proj/${project}`], actions: ['viewProject'] },
          ],
        },
      });
      expect((await links(body.token)).projects).not.toContainEqual({ href, type: 'application/json' });
      expect((await app.call({ path: `code-refs/statistics/${project}`, token: body.token })).status).toBe(404);
      expect((await app.call({ path: 'code-refs/statistics/nowhere' })).status).toBe(404);
    });
  });

  describe('the list of flags', () => {
    const filtered = async (filter: string) => {
      const { body } = await app.call({ path: `flags/${project}?filter=${filter}` });
      const keys = body.items.map(({ key }: { key: string }) => key);
      expect(body.totalCount).toBe(keys.length);
      return keys;
    };

    it('is filtered by how often code speaks of them', async () => {
      expect(await filtered('codeReferences.min:1')).toEqual([]);
      await put();
      await put({ references: [{ path: 'x', hunks: [hunk('never', 1)] }] }, 'old');
      expect(await filtered('codeReferences.min:1')).toEqual(['once', 'often']);
      expect(await filtered('codeReferences.min:2')).toEqual(['often']);
      expect(await filtered('codeReferences.max:0')).toEqual(['never']);
      expect(await filtered('codeReferences.min:0')).toEqual(['never', 'once', 'often']);
      expect(await filtered('codeReferences.min:1,codeReferences.max:1')).toEqual(['once']);
      expect(await filtered('codeReferences.min:2,codeReferences.max:1')).toEqual([]);
    });

    it('counts all repositories together, but those that are not enabled', async () => {
      await addRepository(`another-${repository}`);
      await put();
      await put({}, 'main', `another-${repository}`);
      expect(await filtered('codeReferences.min:6')).toEqual(['often']);
      await patch({ enabled: false });
      expect(await filtered('codeReferences.min:4')).toEqual([]);
      expect(await filtered('codeReferences.min:3')).toEqual(['often']);
    });

    it('knows the flags of other projects by their project', async () => {
      await put({ references: [{ path: 'x', hunks: [{ ...hunk('often', 1), projKey: 'default' }] }] });
      expect(await filtered('codeReferences.min:1')).toEqual([]);
    });

    it('expands code references, and so does a flag', async () => {
      await put();
      await patch({ enabled: false });
      const query = '?filter=query:o&expand=codeReferences';
      const { body } = await app.call({ path: `flags/${project}${query}&sort=key` });
      const [often, once] = [
        { hunkCount: 3, fileCount: 2 },
        { hunkCount: 1, fileCount: 1 },
      ].map((counts) => statistic(repository, { ...counts, enabled: false, version: 2 }));
      expect(body.items.map((flag: { codeReferences: object }) => flag.codeReferences)).toEqual([
        { items: [often] },
        { items: [once] },
      ]);
      const one = await app.call({ path: `flags/${project}/never?expand=codeReferences` });
      expect(one.body.codeReferences).toEqual({ items: [] });
      expect((await app.call({ path: `flags/${project}/never` })).body).not.toHaveProperty('codeReferences');
    });
  });

  describe('extinctions', () => {
    const gone = (more: object = {}) => {
      return { revision: 'r1', message: 'Clean up', time: 50, flagKey: 'once', projKey: project, ...more };
    };
    const post = (body: unknown, branch = 'main', repo = repository, token?: string) =>
      app.call({
        method: 'POST',
        path: `${REPOSITORIES}/${repo}/branches/${branch}/extinction-events`,
        body,
        ...(token !== undefined && { token }),
      });
    const list = (query = '') => app.call({ path: `code-refs/extinctions?projKey=${project}${query}` });
    const revisions = async (query = '') => {
      const items: Record<string, { revision: string }[]> = (await list(query)).body.items;
      return Object.entries(items).map(([key, all]) => [key, ...all.map(({ revision }) => revision)]);
    };

    it('are told, and listed by flag, the latest first', async () => {
      await put();
      expect(await post([gone(), gone({ revision: 'r2', time: 60 }), gone({ flagKey: 'often' })])).toMatchObject({
        status: 200,
        body: undefined,
      });
      expect((await list()).body).toEqual({
        _links: { self: { href: '/api/v2/code-refs/extinctions', type: 'application/json' } },
        items: { once: [gone({ revision: 'r2', time: 60 }), gone()], often: [gone({ flagKey: 'often' })] },
      });
      expect((await listChanges(app.slipway.database.db, 1))[0]).toMatchObject({
        accesses: [{ action: 'updateCodeRefsRepositoryBranches' }],
        description: ['Flags gone from the branch main: 2'],
      });
    });

    it('are known once, however often they are told', async () => {
      await put();
      await post([gone(), gone({ message: 'Again' })]);
      await post([gone({ message: 'And again' })]);
      expect((await list()).body.items.once).toEqual([gone({ message: 'And again' })]);
      expect((await post([])).status).toBe(200);
    });

    it('are filtered by repository, branch, flag and time', async () => {
      await put();
      await put({}, 'old');
      await post([gone({ time: 10 }), gone({ revision: 'r2', time: 20, flagKey: 'often' })]);
      await post([gone({ revision: 'r3' })], 'old');
      expect(await revisions()).toEqual([
        ['often', 'r2'],
        ['once', 'r1'],
      ]);
      expect(await revisions('&branchName=old')).toEqual([['once', 'r3']]);
      expect(await revisions('&flagKey=often')).toEqual([['often', 'r2']]);
      expect(await revisions(`&repoName=${repository.toUpperCase()}`)).toHaveLength(2);
      expect(await revisions('&repoName=nothing')).toEqual([]);
      expect(await revisions('&from=10&to=19')).toEqual([['once', 'r1']]);
      expect(await revisions('&from=11&to=20')).toEqual([['often', 'r2']]);
      await patch({ defaultBranch: 'old' });
      expect(await revisions()).toEqual([['once', 'r3']]);
    });

    it.each([
      ['&from=5', 'to: expected a time in Unix milliseconds with from, got nothing'],
      ['&to=5', 'from: expected a time in Unix milliseconds with to, got nothing'],
      ['&from=x&to=5', 'from: expected integer, got "x"'],
      ['&from=99999999999999999999&to=5', 'from: expected <= 9007199254740991'],
    ])('are not listed by %s', async (query, message) => {
      expect(await list(query)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    });

    it.each([
      ['an object', {}, 'body: expected an array of extinctions, got {}'],
      ['a text', ['x'], '[0]: expected an object, got "x"'],
      ['no revision', [{ message: '' }], '[0].revision: expected a string, got nothing'],
      ['no message', [{ revision: 'r' }], '[0].message: expected a string, got nothing'],
      ['a bad time', [{ revision: 'r', message: '', time: 'now' }], '[0].time: expected a whole number, got "now"'],
      ['a bad key', [{ revision: 'r', message: '', time: 1, flagKey: '' }], '[0].flagKey: "" is not a valid key'],
      [
        'no project',
        [{ revision: 'r', message: '', time: 1, flagKey: 'x' }],
        '[0].projKey: expected a string, got nothing',
      ],
    ])('are not told with %s', async (_, body, message) => {
      await put();
      expect(await post(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    });

    it('are told by nobody who only reads, and of nothing that is not there', async () => {
      await put();
      expect((await post([gone()], 'main', repository, await app.addToken('reader'))).status).toBe(403);
      expect((await post([gone()], 'absent')).status).toBe(404);
      expect((await post([gone()], 'main', 'absent')).status).toBe(404);
    });
  });
});
