import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saveEvaluations } from '../../src/store/evaluations.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';

const DAY = 24 * 60 * 60 * 1000;
const OLD = { 'ld-api-version': '20220603' };

describe.each(ENGINES)('what the list of flags goes by on $name', (engine) => {
  let app: TestApp;
  const { create, list, patch, remove } = flagApi(() => app);

  const keys = async (query: string, headers?: Record<string, string>): Promise<readonly string[]> => {
    const { status, body } = await list(query, headers);
    expect({ status, message: body.message }).toEqual({ status: 200, message: undefined });
    return body.items.map(({ key }: { key: string }) => key);
  };
  const filtered = (filter: string, more = '') => keys(`?filter=${encodeURIComponent(filter)}${more}`);
  const shown = async (query: string, headers?: Record<string, string>): Promise<readonly string[]> =>
    Object.keys((await list(query, headers)).body.items[0].environments);
  const add = (...newKeys: readonly string[]) =>
    Promise.all(newKeys.map((key) => create({ key, name: key }))).then((answers) =>
      expect(answers.map(({ status }) => status)).toEqual(newKeys.map(() => 201)),
    );
  const clear = async () => {
    for (const state of ['live', 'deprecated', 'archived']) {
      for (const key of await filtered(`state:${state}`)) await remove(key);
    }
  };

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterEach(clear);
  afterAll(() => app.close());

  it('breaks ties by key: without regard to case, then byte by byte', async () => {
    await add('b', 'a', 'C', 'A', 'B', 'a-1', 'a.1', 'a_1');
    const byKey = ['A', 'a', 'a-1', 'a.1', 'a_1', 'B', 'b', 'C'];
    for (const sort of ['', '?sort=type', '?sort=-type', '?sort=tags', '?sort=maintainerId', '?sort=-creationDate']) {
      expect(await keys(sort)).toEqual(byKey);
    }
    expect(await keys('?sort=-key')).toEqual(byKey.toReversed());
    expect(await keys('?sort=targetingModifiedDate&env=test')).toEqual(byKey);
  });

  it('has every flag on exactly one page', async () => {
    await add('p1', 'p2', 'p3', 'p4', 'p5');
    const seen: string[] = [];
    let href = '/api/v2/flags/default?limit=2&env=test&env=production&sort=type&filter=query:p';
    const queries = new Set<string>();
    while (href) {
      const { body } = await app.call({ path: href });
      seen.push(...body.items.map(({ key }: { key: string }) => key));
      const { searchParams } = new URL(body._links.self.href, 'http://host');
      searchParams.delete('offset');
      queries.add(searchParams.toString());
      href = body._links.next?.href;
    }
    expect(seen).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
    expect([...queries]).toEqual(['limit=2&env=test&env=production&sort=type&filter=query%3Ap']);
    const last = (await list('?limit=2&offset=4')).body._links;
    expect(Object.keys(last)).toEqual(['self', 'first', 'prev']);
    expect((await list('?limit=0')).body._links.self.href).toBe('/api/v2/flags/default?limit=20&offset=0');
    expect((await list('?limit=5000')).body._links.self.href).toBe('/api/v2/flags/default?limit=1000&offset=0');
    expect((await list('?offset=9')).body._links.self.href).toBe('/api/v2/flags/default?offset=9&limit=20');
  });

  it('pages what is filtered by status, too', async () => {
    await add('s1', 's2', 's3');
    const { body } = await list('?filter=status:new,filterEnv:test&limit=2&sort=-key');
    expect(body).toMatchObject({ totalCount: 3, items: [{ key: 's3' }, { key: 's2' }] });
    expect(Object.keys(body._links)).toEqual(['self', 'next', 'last']);
  });

  it('knows what is launched: on for a week, for everyone, and asked for', async () => {
    await add('launched', 'split');
    await patch('launched', [{ kind: 'turnFlagOn' }]);
    await app.clock.advance(8 * DAY);
    const environmentId = (await app.call({ path: 'projects/default/environments/test' })).body._id as string;
    const evaluations = ['launched', 'split'].map((flagKey) => ({
      flagKey,
      defaultValue: undefined,
      contextKinds: new Set<string>(),
      applicationIds: new Set<string>(),
    }));
    await app.slipway.database.transaction((tx) =>
      saveEvaluations(tx, { environmentId, requestedAt: app.clock.now(), evaluations }),
    );
    expect(await filtered('status:launched,filterEnv:test')).toEqual(['launched']);
    expect(await filtered('status:active,filterEnv:test')).toEqual(['split']);
    expect(await filtered('status:launched,filterEnv:production')).toEqual([]);
  });

  it('finds what a pipeline has on its way or through, and not what was taken out', async () => {
    await add('under-way', 'taken-out', 'stranger');
    const pipeline = {
      key: 'p',
      name: 'P',
      phases: [{ name: 'A', audiences: [{ name: 'All', environmentKey: 'test' }] }],
    };
    await app.call({ method: 'POST', path: 'projects/default/release-pipelines', headers: BETA, body: pipeline });
    for (const key of ['under-way', 'taken-out']) {
      const path = `projects/default/flags/${key}/release`;
      await app.call({ method: 'PUT', path, headers: BETA, body: { releasePipelineKey: 'p' } });
    }
    await app.call({ method: 'DELETE', path: 'flags/default/taken-out/release', headers: BETA });
    expect(await filtered('releasePipeline:p')).toEqual(['under-way']);
    expect(await filtered('releasePipeline:q')).toEqual([]);
    const path = 'projects/default/flags/under-way/release';
    const [phase] = (await app.call({ path, headers: BETA })).body.phases;
    await app.call({ method: 'PUT', path: `${path}/phases/${phase._id}`, headers: BETA, body: { status: 'active' } });
    await app.clock.advance(2000);
    expect((await app.call({ path, headers: BETA })).body.phases[0].complete).toBe(true);
    expect(await filtered('releasePipeline:p')).toEqual(['under-way']);
  });

  it('finds what a team maintains, and puts it last when sorted by member', async () => {
    await app.addTeam('team');
    await create({ key: 'ours', name: 'Ours', maintainerTeamKey: 'team' });
    await create({ key: 'theirs', name: 'Theirs' });
    expect(await filtered('maintainerTeamKey:team')).toEqual(['ours']);
    expect(await keys('?sort=maintainerId')).toEqual(['theirs', 'ours']);
    expect(await keys('?sort=-maintainerId')).toEqual(['theirs', 'ours']);
  });

  it('takes tag as filter=tags', async () => {
    await create({ key: 'both', name: 'Both', tags: ['x', 'y'] });
    await create({ key: 'one', name: 'One', tags: ['x'] });
    expect(await keys('?tag=x&sort=key')).toEqual(['both', 'one']);
    expect(await keys('?tag=x%2By')).toEqual(['both']);
    expect(await keys('?tag=x&filter=tags:x+y')).toEqual(['both']);
  });

  it('shows older versions every environment, whichever it is filtered by', async () => {
    await add('flag');
    expect(await shown('?filter=filterEnv:test', OLD)).toEqual(['production', 'test']);
    expect(await shown('?env=test', OLD)).toEqual(['test']);
    expect(await shown('?filter=filterEnv:test')).toEqual(['test']);
    const { rules } = (await list('?filter=filterEnv:test&summary=0')).body.items[0].environments.test;
    expect(rules).toEqual([]);
  });

  it('compares the environments asked for and no others', async () => {
    await app.call({
      method: 'POST',
      path: 'projects/default/environments',
      body: { key: 'staging', name: 'Staging', color: '000000' },
    });
    await add('everywhere-alike', 'on-in-test', 'on-in-both');
    await patch('on-in-test', [{ kind: 'turnFlagOn' }]);
    for (const environmentKey of ['test', 'production']) {
      await patch('on-in-both', [{ kind: 'turnFlagOn' }], { environmentKey });
    }
    expect(await keys('?compare=true', OLD)).toEqual(['on-in-both', 'on-in-test']);
    expect(await keys('?compare=true&env=test,production', OLD)).toEqual(['on-in-test']);
    expect(await keys('?compare=true&env=test', OLD)).toEqual([]);
    const withStatus = '?compare=true&env=test,production&filter=status:new,filterEnv:staging';
    expect(await keys(withStatus, OLD)).toEqual(['on-in-test']);
    expect(await shown(withStatus, OLD)).toEqual(['production', 'test', 'staging']);
    const { body } = await list('?compare=true&limit=1', OLD);
    expect(body).toMatchObject({ totalCount: 2, totalCountWithDifferences: 2, items: [{ key: 'on-in-both' }] });
    expect((await list('?compare=false', OLD)).body).not.toHaveProperty('totalCountWithDifferences');
    await app.call({ method: 'DELETE', path: 'projects/default/environments/staging' });
  });

  it.each([
    ['a date beyond all dates', 'creationDate:{"before":1e300}', 'filter: creationDate.before: expected'],
    ['a date below all dates', 'evaluated:{"after":-1e300},filterEnv:test', 'filter: evaluated.after: expected'],
  ])('refuses %s', async (_name, filter, message) => {
    const { status, body } = await list(`?filter=${encodeURIComponent(filter)}`);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_request' });
    expect(body.message).toContain(message);
  });
  it.each(['filter=tags:', 'filter=contextKindsEvaluated:', 'tag='])(
    'refuses %s with words without end',
    async (query) => {
      const { status, body } = await list(`?${query}${'word%2B'.repeat(21)}`);
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_request' });
      expect(body.message).toContain(': expected at most 20 words joined by +, got 21');
      expect(await keys(`?${query}${'word%2B'.repeat(20)}`)).toEqual([]);
      const words = Array.from({ length: 20 }, (_, index) => `word-${index}`);
      expect(await keys(`?${query}${words.join('%2B')}`)).toEqual([]);
    },
  );
});
