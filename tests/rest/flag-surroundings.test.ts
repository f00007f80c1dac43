import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('followers, links and tags on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let kim: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    const member = { email: 'kim@x.org', firstName: 'Kim', role: 'reader' };
    kim = (await app.call({ method: 'POST', path: 'members', body: [member] })).body.items[0]._id;
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project, tags: ['core'] } });
    for (const key of ['one', 'two']) {
      await app.call({ method: 'POST', path: `flags/${project}`, body: { key, name: key, tags: ['flagged', key] } });
    }
  });

  describe('followers', () => {
    const path = (flag = 'one', environment = 'test') =>
      `projects/${project}/flags/${flag}/environments/${environment}/followers`;
    const follow = (memberId: string, flag?: string) => app.call({ method: 'PUT', path: `${path(flag)}/${memberId}` });
    const ids = async (of: string) => (await app.call({ path: of })).body.items.map(({ _id }: { _id: string }) => _id);

    it('come and go, and are found by flag and by environment', async () => {
      expect((await follow(kim)).status).toBe(204);
      expect((await follow(kim)).status).toBe(204);
      expect(await ids(path())).toEqual([kim]);
      expect(await ids(path('one', 'production'))).toEqual([]);
      const { body } = await app.call({ path: `projects/${project}/environments/test/followers` });
      expect(body.items).toEqual([
        { flagKey: 'one', followers: [expect.objectContaining({ _id: kim, firstName: 'Kim' })] },
      ]);
      const list = async (query: string) =>
        (await app.call({ path: `flags/${project}?${query}` })).body.items.map(({ key }: { key: string }) => key);
      expect(await list(`filter=followerId:${kim}`)).toEqual(['one']);
      expect(await list(`filter=followerId:${kim},filterEnv:production`)).toEqual([]);
      expect((await app.call({ method: 'DELETE', path: `${path()}/${kim}` })).status).toBe(204);
      expect(await ids(path())).toEqual([]);
      expect(await list(`filter=followerId:${kim}`)).toEqual([]);
    });

    it('are members, and are managed by nobody but themselves and who may', async () => {
      expect((await follow('nobody')).status).toBe(404);
      expect((await follow(kim, 'nothing')).status).toBe(404);
      const token = await app.addToken('reader');
      expect((await app.call({ method: 'PUT', path: `${path()}/${kim}`, token })).status).toBe(403);
      const me = (await app.call({ path: 'members/me', token })).body._id;
      expect((await app.call({ method: 'PUT', path: `${path()}/${me}`, token })).status).toBe(204);
    });
  });

  describe('links', () => {
    const path = () => `flag-links/projects/${project}/flags/one`;
    const send = (method: 'POST' | 'PATCH' | 'DELETE' | 'GET', where: string, body?: unknown, token?: string) =>
      app.call({
        method,
        path: where,
        headers: BETA,
        ...(body !== undefined && { body }),
        ...(token !== undefined && { token }),
      });
    const create = (body: object = {}) => send('POST', path(), { deepLink: 'https://x.org/1', ...body });

    it('are made, listed, changed and deleted', async () => {
      const timestamp = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
      const { status, body } = await create({
        key: 'issue',
        title: 'Issue 1',
        description: 'Why',
        timestamp,
        metadata: { a: 'b' },
      });
      const me = (await app.call({ path: 'members/me' })).body._id;
      const type = 'application/json';
      expect(status).toBe(201);
      expect(body).toEqual({
        _links: { self: { href: `/api/v2/${path()}/${body._id}`, type }, parent: { href: `/api/v2/${path()}`, type } },
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        _key: 'issue',
        _deepLink: 'https://x.org/1',
        _timestamp: {
          milliseconds: timestamp,
          seconds: Math.floor(timestamp / 1000),
          rfc3339: '2026-01-02T03:04:05.006Z',
          simple: '2026-01-02',
        },
        title: 'Issue 1',
        description: 'Why',
        _metadata: { a: 'b' },
        _createdAt: app.clock.now(),
        _member: { _links: { self: { href: `/api/v2/members/${me}`, type } }, _id: me },
      });
      expect((await send('GET', path())).body.items).toEqual([body]);
      const changed = await send('PATCH', `${path()}/issue`, [{ op: 'replace', path: '/title', value: 'New' }]);
      expect(changed.body).toEqual({ ...body, title: 'New' });
      expect((await send('DELETE', `${path()}/${body._id}`)).status).toBe(204);
      expect((await send('GET', path())).body.items).toEqual([]);
      expect((await send('DELETE', `${path()}/issue`)).status).toBe(404);
    });

    it('need the beta header, an address, and a right', async () => {
      await create({ key: 'taken' });
      expect((await app.call({ path: path() })).status).toBe(403);
      expect((await create({ deepLink: 'javascript:alert(1)' })).body.message).toContain(
        'deepLink: expected an http or https URL',
      );
      expect((await create({ key: 'taken' })).status).toBe(409);
      const token = await app.addToken('reader');
      expect((await send('POST', path(), { deepLink: 'https://x.org' }, token)).status).toBe(403);
      expect(
        (await send('PATCH', `${path()}/taken`, [{ op: 'replace', path: '/title', value: 'x' }], token)).status,
      ).toBe(403);
      expect((await send('DELETE', `${path()}/taken`, undefined, token)).status).toBe(403);
    });
  });

  describe('tags', () => {
    const tags = async (query: string, token?: string) =>
      (await app.call({ path: `tags?${query}`, ...(token !== undefined && { token }) })).body.items;

    it('are those in use, of all kinds or some', async () => {
      const metric = { key: 'm', kind: 'custom', eventKey: 'e', tags: ['measured'] };
      await app.call({ method: 'POST', path: `metrics/${project}`, body: metric });
      await app.call({
        method: 'POST',
        path: `segments/${project}/test`,
        body: { key: 's', name: 'S', tags: ['part'] },
      });
      await app.call({
        method: 'PATCH',
        path: `projects/${project}/environments/test`,
        body: [{ op: 'add', path: '/tags/-', value: 'env' }],
      });
      expect(await tags('')).toEqual(['core', 'env', 'flagged', 'measured', 'one', 'part', 'two']);
      expect(await tags('kind=flag')).toEqual(['flagged', 'one', 'two']);
      expect(await tags('kind=segment&kind=metric')).toEqual(['measured', 'part']);
      expect(await tags('pre=P')).toEqual(['part']);
      expect(await tags('limit=1&offset=1')).toEqual(['env']);
      expect((await app.call({ path: 'tags?kind=cloud' })).body.message).toContain(
        'kind: expected one of project, environment',
      );
      await app.call({ method: 'PATCH', path: `flags/${project}/two`, body: { archived: true, tags: ['gone'] } });
      expect(await tags('kind=flag&pre=gone')).toEqual([]);
      expect(await tags('kind=flag&pre=gone&archived=true')).toEqual(['gone']);
    });

    it('are not those of projects that the caller may not view', async () => {
      const inlineRole = [{ effect: 'deny', resources: [`proj/${project}`], actions: ['viewProject'] }];
      const { token } = (await app.call({ method: 'POST', path: 'tokens', body: { inlineRole, serviceToken: true } }))
        .body;
      await app.call({
        method: 'POST',
        path: `flags/${project}`,
        body: { key: 'three', name: 'Three', tags: ['hidden'] },
      });
      expect(await tags('pre=hidden')).toEqual(['hidden']);
      expect(await tags('pre=hidden', token)).toEqual([]);
    });
  });
});
