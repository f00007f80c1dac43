import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('projects on $name', (engine) => {
  let app: TestApp;
  let key: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    key = `project-${count++}`;
    await app.clock.advance(1_000);
    await app.call({ method: 'POST', path: 'projects', body: { key, name: `Name ${key}` } });
  });

  const get = async (query = '') => (await app.call({ path: `projects/${key}${query}` })).body;
  const patch = (operations: readonly object[], token = app.token) =>
    app.call({ method: 'PATCH', path: `projects/${key}`, body: operations, token });
  const newest = async () => (await listChanges(app.slipway.database.db, 1))[0];

  it('links to the other pages of a list, with the query of the request', async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five']) {
      await app.call({ method: 'POST', path: 'projects', body: { key: `${key}.${name}`, name, tags: [key] } });
    }
    const filter = `filter=tags:${key}`;
    const { body } = await app.call({ path: `projects?${filter}&limit=2&offset=2` });
    expect(body.totalCount).toBe(5);
    const at = (offset: number) => ({
      href: `/api/v2/projects?filter=${encodeURIComponent(`tags:${key}`)}&limit=2&offset=${offset}`,
      type: 'application/json',
    });
    expect(body._links).toEqual({ self: at(2), first: at(0), prev: at(0), next: at(4), last: at(4) });
    const read: string[] = [];
    for (let page = (await app.call({ path: `projects?${filter}&limit=2` })).body; ; ) {
      read.push(...page.items.map(({ name }: { name: string }) => name));
      if (!page._links.next) break;
      page = (await app.call({ path: page._links.next.href })).body;
    }
    expect(read.toSorted()).toEqual(['five', 'four', 'one', 'three', 'two']);
    expect(await app.call({ path: `projects?${filter}&offset=100` })).toMatchObject({
      status: 200,
      body: { items: [], totalCount: 5 },
    });
  });

  it('shows environments only when they are expanded, and ignores what else is', async () => {
    expect(await get()).not.toHaveProperty('environments');
    expect(await get('?expand=nix')).not.toHaveProperty('environments');
    expect((await get('?expand=nix,environments')).environments).toMatchObject({
      totalCount: 2,
      items: [{ key: 'test' }, { key: 'production' }],
      _links: { self: { href: `/api/v2/projects/${key}/environments?limit=20&offset=0` } },
    });
    const { body } = await app.call({ path: `projects?filter=keys:${key}` });
    expect(body.items[0]).not.toHaveProperty('environments');
  });

  it('keeps the two names of client-side availability in step', async () => {
    const snippet = { op: 'replace', path: '/includeInSnippetByDefault', value: true };
    expect((await patch([snippet])).body.defaultClientSideAvailability.usingEnvironmentId).toBe(true);
    const availability = { usingEnvironmentId: false, usingMobileKey: false };
    const replaced = await patch([{ op: 'replace', path: '/defaultClientSideAvailability', value: availability }]);
    expect(replaced.body).toMatchObject({
      includeInSnippetByDefault: false,
      defaultClientSideAvailability: availability,
    });
  });

  it('clears what may be absent, and answers with a plain list of environments', async () => {
    const convention = { case: 'kebabCase' };
    await patch([{ op: 'replace', path: '/namingConvention', value: convention }]);
    const bad = { method: 'POST', path: `flags/${key}`, body: { key: 'Not_Kebab', name: 'N' } } as const;
    expect((await app.call(bad)).status).toBe(400);
    const { body } = await patch([{ op: 'replace', path: '/namingConvention', value: null }]);
    expect(body.environments).toMatchObject([{ key: 'test' }, { key: 'production' }]);
    expect((await app.call(bad)).status).toBe(201);
  });

  it.each([
    ['the wrapped form', (operations: readonly object[]) => ({ patch: operations, comment: 'why' })],
    ['the bare form', (operations: readonly object[]) => operations],
  ])('takes %s of a JSON patch', async (_name, wrap) => {
    const body = wrap([{ op: 'replace', path: '/name', value: 'Other' }]);
    expect((await app.call({ method: 'PATCH', path: `projects/${key}`, body })).body.name).toBe('Other');
  });

  it('takes a patch that changes nothing as done, from a reader too', async () => {
    const before = await newest();
    const reader = await app.addToken('reader');
    const same = { op: 'replace', path: '/name', value: `Name ${key}` };
    expect((await patch([same, { op: 'replace', path: '/_id', value: 'x' }], reader)).status).toBe(200);
    expect(await newest()).toEqual(before);
    expect(await patch([{ ...same, value: 'Other' }], reader)).toMatchObject({
      status: 403,
      body: { access: { action: 'updateProjectName', resource: `proj/${key}` } },
    });
  });

  it.each([
    ['tags', ['fine', 'not fine'], 'tags[1]: "not fine" is not a valid tag'],
    ['tags', 'web', 'tags: expected an array of strings, got "web"'],
    ['name', ' ', 'name: " " is not a valid name'],
    ['name', null, 'name: expected a string'],
    ['includeInSnippetByDefault', 'yes', 'includeInSnippetByDefault: expected true or false, got "yes"'],
    ['namingConvention', { case: 'train' }, 'namingConvention.case: expected one of camelCase'],
    ['defaultClientSideAvailability', {}, 'defaultClientSideAvailability.usingEnvironmentId: expected true or false'],
    ['key', 'other', 'key: expected'],
  ])('refuses /%s %j by its name', async (member, value, message) => {
    const before = await get();
    const answer = await patch([{ op: 'replace', path: `/${member}`, value }]);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(answer.body.message).toContain(message);
    expect(await get()).toEqual(before);
  });

  it.each([
    ['no environments', { environments: [] }, 400],
    ['a bad environment', { environments: [{ key: 'a', name: 'A', color: 'red' }] }, 400],
    ['an environment twice', { environments: ['A', 'B'].map((name) => ({ key: 'a', name, color: '000000' })) }, 409],
    ['a key that is too long', { key: 'k'.repeat(101) }, 400],
  ])('creates nothing of a project with %s', async (_name, more, status) => {
    const before = await newest();
    const body = { key: `${key}.bad`, name: 'Bad', ...more };
    expect((await app.call({ method: 'POST', path: 'projects', body })).status).toBe(status);
    expect((await app.call({ path: `projects/${key}.bad` })).status).toBe(404);
    expect(await newest()).toEqual(before);
  });

  it('ends the SDK keys of a deleted project, and gives its key to the next with nothing of the old', async () => {
    const { apiKey } = (await get('?expand=environments')).environments.items[0];
    await app.call({ method: 'POST', path: `flags/${key}`, body: { key: 'flag', name: 'Flag' } });
    const poll = (token: string) => app.call({ path: '/sdk/latest-all', token });
    expect((await poll(apiKey)).status).toBe(200);
    await app.call({ method: 'DELETE', path: `projects/${key}` });
    expect(await newest()).toMatchObject({ kind: 'project', titleVerb: 'deleted the project', before: { key } });
    await app.clock.advance(120_000);
    expect((await poll(apiKey)).status).toBe(401);
    const { body } = await app.call({ method: 'POST', path: 'projects', body: { key, name: 'Next' } });
    expect((await app.call({ path: `flags/${key}` })).body.totalCount).toBe(0);
    expect((await poll(body.environments[0].apiKey)).body.flags).toEqual({});
  });

  it('keeps secrets out of the audit log', async () => {
    await app.call({
      method: 'PATCH',
      path: `projects/${key}/environments/test`,
      body: [{ op: 'replace', path: '/name', value: 'Renamed' }],
    });
    await app.call({ method: 'DELETE', path: `projects/${key}/environments/test` });
    const log = JSON.stringify(await listChanges(app.slipway.database.db, 1_000));
    expect(log).toContain('Renamed');
    expect(log).not.toMatch(/(sdk|mob|api)-[0-9a-f]{8}-/);
  });
});
