import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const ENVIRONMENT = 'projects/default/environments/test';
const DAY = 24 * 60 * 60 * 1000;
const link = (href: string, type = 'application/json') => ({ href, type });
const id = (canonical: string) => Buffer.from(canonical).toString('base64url');

const KIM = { kind: 'user', key: 'kim', name: 'Kim Li', born: '2001-05-01T00:00:00Z', address: { city: 'Ulm' } };
const MAX = {
  kind: 'user',
  key: 'max',
  name: 'Max',
  vip: true,
  age: 44,
  _meta: { redactedAttributes: ['mail', '/address/city'] },
};
const TEAM = { kind: 'multi', user: { key: 'max', name: 'Max' }, org: { key: 'acme', name: 'Acme', 'job/title': 'x' } };

describe.each(ENGINES)('contexts on $name', (engine) => {
  let app: TestApp;
  let sdkKey = '';
  let environmentId = '';
  const post = (path: string, body?: unknown) => app.call({ method: 'POST', path: `${ENVIRONMENT}/${path}`, body });
  const get = (path: string) => app.call({ path: `${ENVIRONMENT}/${path}` });
  const tell = async (contexts: readonly object[], applicationId?: string) => {
    const headers = applicationId === undefined ? {} : { 'x-launchdarkly-tags': `application-id/${applicationId}` };
    const body = contexts.map((context) => ({ kind: 'index', context }));
    expect((await app.call({ method: 'POST', path: '/bulk', token: sdkKey, headers, body })).status).toBe(202);
  };
  const keys = (items: readonly { context: { kind: string; key: string } }[]) =>
    items.map(({ context }) => (context.kind === 'multi' ? 'multi' : `${context.kind}:${context.key}`));
  const search = async (filter: string, path = 'contexts') =>
    keys((await post(`${path}/search`, { filter })).body.items);

  beforeAll(async () => {
    app = await startApp(engine);
    ({ apiKey: sdkKey, _id: environmentId } = (await app.call({ path: ENVIRONMENT })).body);
    await app.clock.advance(1);
    await tell([MAX]);
    await app.clock.advance(1);
    await tell([TEAM], 'shop');
    await app.clock.advance(1);
    await tell([KIM]);
  });
  afterAll(() => app.close());

  describe('are searched', () => {
    it('last seen first, with the whole official body', async () => {
      const { status, body } = await post('contexts/search');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        _links: { self: link(`/api/v2/${ENVIRONMENT}/contexts/search`) },
        _environmentId: environmentId,
        totalCount: 4,
      });
      expect(body).not.toHaveProperty('continuationToken');
      expect(body._links).not.toHaveProperty('next');
      expect(keys(body.items)).toEqual(['user:kim', 'user:max', 'org:acme', 'user:max']);
      expect(body.items[0]).toEqual({
        lastSeen: new Date(app.clock.now()).toISOString(),
        context: KIM,
        _links: {
          parent: link(`/api/v2/${ENVIRONMENT}`),
          self: link(`/api/v2/${ENVIRONMENT}/contexts/user/kim`),
          site: link('/default/test/contexts/user/kim', 'text/html'),
        },
      });
      expect(body.items[1]).toMatchObject({
        applicationId: 'shop',
        context: { kind: 'user', key: 'max', name: 'Max' },
      });
      expect(body.items[3].context).toEqual(MAX);
    });

    it.each([
      ['applicationId equals shop', ['user:max', 'org:acme']],
      ['applicationId notEquals shop', ['user:kim', 'user:max']],
      [`id equals ${id('kim')}`, ['user:kim']],
      [`id anyOf ["${id('kim')}","${id('org:acme')}"]`, ['user:kim', 'org:acme']],
      ['key equals acme', ['org:acme']],
      ['key startsWith "ki"', ['user:kim']],
      ['kind equals "user"', ['user:kim', 'user:max', 'user:max']],
      ['kind notEquals "user"', ['org:acme']],
      ['kind anyOf ["org","user"],key equals acme', ['org:acme']],
      ['kinds equals ["org"]', ['org:acme']],
      ['kinds contains ["org","user"]', []],
      ['kindKey equals "user:kim"', ['user:kim']],
      ['kindKeys anyOf ["user:kim","org:acme"]', ['user:kim', 'org:acme']],
      ['q equals "acM"', ['org:acme']],
      ['q equals ["li", "acme"]', ['user:kim', 'org:acme']],
      ['name equals "Kim Li"', ['user:kim']],
      ['name anyOf ["Kim Li", "Acme"]', ['user:kim', 'org:acme']],
      ['name notEquals Max', ['user:kim', 'org:acme']],
      ['name startsWith K', ['user:kim']],
      ['*.name startsWith A | key equals kim', ['user:kim', 'org:acme']],
      ['(kind equals user | kind equals org), user.vip exists true', ['user:max']],
      ['user.vip equals true', ['user:max']],
      ['user.age equals 44', ['user:max']],
      ['user.age equals "44"', []],
      ['user./address/city equals Ulm', ['user:kim']],
      ['user.address equals {"city":"Ulm"}', ['user:kim']],
      ['org.job/title equals x', ['org:acme']],
      ['org./job~1title equals x', ['org:acme']],
      ['user.born after "2001-01-01T00:00:00Z"', ['user:kim']],
      ['user.born before "2001-01-01T00:00:00Z"', []],
      ['*.age before 45', ['user:max']],
    ])('by %s', async (filter, expected) => {
      expect(await search(filter)).toEqual(expected);
    });

    it('from the first one seen on', async () => {
      expect(keys((await post('contexts/search?sort=ts')).body.items)).toEqual([
        'user:max',
        'org:acme',
        'user:max',
        'user:kim',
      ]);
    });

    it.each(['ts', '-ts'])('in pages, ordered by %s', async (sort) => {
      const all = (await post('contexts/search', { sort })).body.items;
      const first = (await post('contexts/search', { sort, limit: 3 })).body;
      expect(first).toMatchObject({ totalCount: 4, continuationToken: expect.any(String) });
      const second = (await post('contexts/search', { sort, limit: 3, continuationToken: first.continuationToken }))
        .body;
      expect(second.totalCount).toBe(4);
      expect(second).not.toHaveProperty('continuationToken');
      expect([...first.items, ...second.items]).toEqual(all);
      const next = await app.call({ method: 'POST', path: first._links.next.href.replace('/api/v2/', '') });
      expect(next.body.items).toEqual(second.items);
    });

    it('without a count when asked for none', async () => {
      expect((await post('contexts/search?includeTotalCount=false')).body).not.toHaveProperty('totalCount');
    });

    it.each([
      ['?limit=3', { limit: 3 }, 'body: expected the query parameters (limit) or a body (limit), got both'],
      ['?sort=key', undefined, 'sort: "key" is not a known order'],
      ['', { limit: 0 }, 'limit'],
      ['', { size: 3 }, 'size'],
      ['', { filter: 'age equals 3' }, 'filter: "age" is not a known field'],
      ['', { filter: 'kind startsWith u' }, 'filter: expected one of equals, notEquals, anyOf for kind'],
      ['', { filter: 'user.born after soon' }, 'filter: expected a date for user.born'],
      ['', { filter: 'key equals {"a":1}' }, 'filter: expected a text for key'],
      ['', { continuationToken: 'x' }, 'continuationToken: expected the token of an earlier page, got "x"'],
      ['', { continuationToken: id('[1,"a","b"]') }, 'continuationToken: expected the token of an earlier page'],
      ['', { continuationToken: id('[1,"a","b\\u0000","c"]') }, 'continuationToken: expected'],
    ])('but not with %s and %j', async (query, body, message) => {
      expect(await post(`contexts/search${query}`, body)).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining(message) },
      });
      expect((await post(`context-instances/search${query}`, body)).status).toBe(400);
    });
  });

  it('are read by kind and key, once for each application', async () => {
    const { body } = await get('contexts/user/max');
    expect(body.items.map(({ applicationId }: { applicationId?: string }) => applicationId)).toEqual([
      'shop',
      undefined,
    ]);
    expect((await get('contexts/user/max?filter=applicationId equals shop')).body.items).toHaveLength(1);
    expect((await get('contexts/user/none')).body).toMatchObject({ totalCount: 0, items: [] });
    expect((await get('contexts/user/max?filter=kind equals user')).status).toBe(400);
  });

  describe('in instances', () => {
    it('are searched', async () => {
      const { body } = await post('context-instances/search');
      expect(keys(body.items)).toEqual(['user:kim', 'multi', 'user:max']);
      expect(body.items[1]).toEqual({
        id: id('org:acme:user:max'),
        lastSeen: expect.any(String),
        applicationId: 'shop',
        context: TEAM,
        _links: {
          parent: link(`/api/v2/${ENVIRONMENT}`),
          self: link(`/api/v2/${ENVIRONMENT}/context-instances/${id('org:acme:user:max')}`),
          site: link(`/default/test/context-instances/${id('org:acme:user:max')}`, 'text/html'),
        },
      });
      expect(await search('kinds contains ["org"]', 'context-instances')).toEqual(['multi']);
      expect(await search('kinds equals ["user"]', 'context-instances')).toEqual(['user:kim', 'user:max']);
      expect(await search('kindKeys anyOf ["user:max"]', 'context-instances')).toEqual(['multi', 'user:max']);
      expect(await search(`id equals ${id('org:acme:user:max')}`, 'context-instances')).toEqual(['multi']);
    });

    it('are read by id', async () => {
      const { body } = await get(`context-instances/${id('org:acme:user:max')}`);
      expect(body).toMatchObject({ totalCount: 1, items: [{ context: TEAM }] });
      expect((await get(`context-instances/${id('none')}`)).body).toMatchObject({ totalCount: 0 });
      expect(await get('context-instances/!')).toMatchObject({
        status: 400,
        body: { message: 'id: expected the id of a context instance, got "!"' },
      });
    });

    it('are forgotten', async () => {
      await tell([{ kind: 'user', key: 'gone' }]);
      const path = `${ENVIRONMENT}/context-instances/${id('gone')}`;
      const remove = (token?: string) => app.call({ method: 'DELETE', path, ...(token !== undefined && { token }) });
      expect((await remove(await app.addToken('reader'))).status).toBe(403);
      expect((await remove()).status).toBe(204);
      expect((await remove()).status).toBe(404);
      expect((await get(`context-instances/${id('gone')}`)).body.totalCount).toBe(0);
      const { items } = (await app.call({ path: 'auditlog?limit=1' })).body;
      expect(items[0]).toMatchObject({ titleVerb: 'deleted a context instance of the environment' });
    });
  });

  describe('have attributes', () => {
    it('with how many have them', async () => {
      const { body } = await get('context-attributes?filter=kind equals org');
      const plain = (name: string) => ({ name, weight: 1, redacted: false });
      expect(body).toEqual({ items: [{ kind: 'org', names: ['/job~1title', '/key', '/name'].map(plain) }] });
    });

    it.each([
      [
        'name startsWith /a',
        [
          ['/address/city', 2, true],
          ['/age', 1, false],
        ],
      ],
      ['name startsWith ma', [['/mail', 1, true]]],
      ['kind equals none', []],
    ])('by %s', async (filter, expected) => {
      const { items } = (await get(`context-attributes?filter=${filter}`)).body;
      expect(items.flatMap(({ names }: { names: object[] }) => names.map((name) => Object.values(name)))).toEqual(
        expected,
      );
    });

    it('with their values', async () => {
      const users = (await get('context-attributes/name?filter=kind equals user')).body;
      expect(users).toEqual({
        items: [
          {
            kind: 'user',
            values: [
              { name: 'Max', weight: 2 },
              { name: 'Kim Li', weight: 1 },
            ],
          },
        ],
      });
      expect((await get('context-attributes/%2Faddress%2Fcity')).body.items).toEqual([
        { kind: 'user', values: [{ name: 'Ulm', weight: 1 }] },
      ]);
      expect((await get('context-attributes/name?filter=value startsWith A')).body.items).toEqual([
        { kind: 'org', values: [{ name: 'Acme', weight: 1 }] },
      ]);
      expect((await get('context-attributes/name?limit=1')).body.items[1].values).toHaveLength(1);
    });

    it.each(['context-attributes?filter=age equals 3', 'context-attributes?limit=101', 'context-attributes/%2F'])(
      'but not with %s',
      async (path) => {
        expect((await get(path)).status).toBe(400);
      },
    );
  });

  describe('have kinds', () => {
    const KINDS = 'projects/default/context-kinds';
    const list = async () => (await app.call({ path: KINDS })).body.items;
    const put = (key: string, body: object, token?: string) =>
      app.call({ method: 'PUT', path: `${KINDS}/${key}`, body, ...(token !== undefined && { token }) });

    it('of which one is always there and others come with contexts', async () => {
      const [org, user] = await list();
      expect(org).toMatchObject({ key: 'org', name: 'org', createdFrom: 'auto-add', version: 1, archived: false });
      expect(user).toMatchObject({ key: 'user', name: 'User', createdFrom: 'default', lastSeen: expect.any(Number) });
      const other = await app.call({ method: 'POST', path: 'projects', body: { key: 'other', name: 'Other' } });
      expect(other.status).toBe(201);
      expect((await app.call({ path: 'projects/other/context-kinds' })).body.items).toHaveLength(1);
    });

    it('that are made and changed by hand', async () => {
      const { status, body } = await put('device', { name: 'Device', description: 'Things' });
      expect(status).toBe(200);
      expect(body).toEqual({
        status: 'success',
        _links: { self: link(`/api/v2/${KINDS}/device`), parent: link(`/api/v2/${KINDS}`) },
      });
      await put('device', { name: 'Devices', hideInTargeting: true, version: 1 });
      await put('org', { name: 'Organisation' });
      await put('org', { name: 'Organization' });
      expect(await list()).toMatchObject([
        { key: 'device', name: 'Devices', description: 'Things', version: 2, archived: true, createdFrom: 'manual' },
        { key: 'org', name: 'Organization', version: 3, createdFrom: 'auto-add' },
        { key: 'user' },
      ]);
      const { items } = (await app.call({ path: 'auditlog?limit=1' })).body;
      expect(items[0]).toMatchObject({ kind: 'context-kind', titleVerb: 'updated the context kind' });
    });

    it('that readers cannot change', async () => {
      const token = await app.addToken('reader');
      expect((await put('device', { name: 'X' }, token)).status).toBe(403);
      expect((await put('another', { name: 'X' }, token)).status).toBe(403);
    });

    it.each([
      ['multi', { name: 'X' }, 400, 'key: expected a context kind'],
      ['a b', { name: 'X' }, 400, 'key: expected a context kind'],
      ['x', {}, 400, 'name'],
      ['x', { name: '' }, 400, 'name: "" is not a valid name'],
      ['x', { name: 'X', archived: 'no' }, 400, 'archived: expected true or false'],
      ['user', { name: 'X', version: 9 }, 409, 'version: expected 1, got 9'],
    ])('but not %s with %j', async (key, body, status, message) => {
      expect(await put(encodeURIComponent(key), body)).toMatchObject({
        status,
        body: { message: expect.stringContaining(message) },
      });
    });
  });

  describe('have settings of flags', () => {
    const targets = async () => (await app.call({ path: 'flags/default/cart' })).body.environments.test;
    const put = (path: string, body: object, token?: string) =>
      app.call({ method: 'PUT', path, body, ...(token !== undefined && { token }) });
    const PATH = `${ENVIRONMENT}/contexts/org/acme/flags/cart`;
    const USER = 'users/default/test/kim/flags/cart';

    beforeAll(async () => {
      await app.call({ method: 'POST', path: 'flags/default', body: { key: 'cart', name: 'Cart' } });
    });

    it('by individual targets', async () => {
      expect((await put(PATH, { setting: true, comment: 'for Acme' })).status).toBe(204);
      expect((await targets()).contextTargets).toMatchObject([{ contextKind: 'org', values: ['acme'], variation: 0 }]);
      await put(PATH, { setting: false });
      await put(USER, { setting: true });
      const { contextTargets, targets: users } = await targets();
      expect(contextTargets).toMatchObject([{ contextKind: 'org', values: ['acme'], variation: 1 }]);
      expect(users).toMatchObject([{ values: ['kim'], variation: 0 }]);
    });

    it('that change nothing when they are so already', async () => {
      await put(PATH, { setting: true });
      const { version } = await targets();
      expect((await put(PATH, { setting: true })).status).toBe(204);
      expect((await targets()).version).toBe(version);
    });

    it('and are taken away', async () => {
      await put(PATH, {});
      await put(USER, { setting: null });
      expect((await put(USER, { setting: null })).status).toBe(204);
      expect(await targets()).toMatchObject({ targets: [], contextTargets: [] });
    });

    it.each([
      [PATH, { setting: 'blue' }, 400, 'setting: expected the value of a variation (true, false) or null, got "blue"'],
      [PATH, { setting: true, comment: 5 }, 400, 'comment'],
      [PATH.replace('org', 'multi'), { setting: true }, 400, 'contextKind: expected a context kind'],
      [PATH.replace('cart', 'none'), { setting: true }, 404, ''],
      [USER.replace('test', 'none'), { setting: true }, 404, ''],
    ])('but not %s with %j', async (path, body, status, message) => {
      expect(await put(path, body)).toMatchObject({ status, body: { message: expect.stringContaining(message) } });
    });

    it('that readers cannot change, and which need an approval where one is required', async () => {
      expect((await put(PATH, { setting: true }, await app.addToken('reader'))).status).toBe(403);
      const settings = [{ op: 'replace', path: '/approvalSettings/required', value: true }];
      await app.call({ method: 'PATCH', path: ENVIRONMENT, body: settings });
      expect((await put(PATH, { setting: true }, await app.addToken('writer'))).status).toBe(405);
      await app.call({ method: 'PATCH', path: ENVIRONMENT, body: [{ ...settings[0], value: false }] });
    });
  });

  it.each(['projects/none/environments/test', 'projects/default/environments/none'])(
    'are not found in %s',
    async (path) => {
      for (const kind of ['contexts/search', 'context-instances/search']) {
        expect((await app.call({ method: 'POST', path: `${path}/${kind}` })).status).toBe(404);
      }
      expect((await app.call({ path: `${path}/context-attributes` })).status).toBe(404);
    },
  );

  it('are forgotten a month after they were last seen', async () => {
    await app.clock.advance(15 * DAY);
    await tell([KIM]);
    await app.clock.advance(16 * DAY);
    expect(await search('key exists true'.replace('key', '*.key'))).toEqual(['user:kim']);
    const seen = (await get('contexts/user/kim')).body.items[0].lastSeen;
    expect(app.clock.now() - Date.parse(seen)).toBe(16 * DAY);
  });

  it.each([
    ['7', 0],
    ['0', 1],
  ])('are remembered for as long as SLIPWAY_CONTEXT_DAYS=%s says', async (days, left) => {
    const app = await startApp(engine, { SLIPWAY_CONTEXT_DAYS: days });
    const { body } = await app.call({ path: ENVIRONMENT });
    await app.call({ method: 'POST', path: '/bulk', token: body.apiKey, body: [{ kind: 'index', context: KIM }] });
    const count = async () => {
      const path = `${ENVIRONMENT}/contexts/search`;
      return (await app.call({ method: 'POST', path, body: {} })).body.items.length;
    };
    await app.clock.advance(6 * DAY);
    expect(await count()).toBe(1);
    await app.clock.advance(50 * DAY);
    expect(await count()).toBe(left);
    await app.close();
  });

  it('are what flags and segments can be evaluated for', async () => {
    await app.call({
      method: 'PATCH',
      path: 'flags/default/cart',
      body: { environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }] },
      headers: SEMANTIC,
    });
    const [{ context }] = (await get('contexts/user/kim')).body.items;
    expect((await post('flags/evaluate', context)).body.items[0]).toMatchObject({ key: 'cart', _value: true });
  });
});

describe.each(ENGINES)('contexts that are too many on $name', (engine) => {
  it('are forgotten, those seen longest ago first', async () => {
    const app = await startApp(engine, { SLIPWAY_CONTEXTS_PER_ENVIRONMENT: '2' });
    const { apiKey } = (await app.call({ path: ENVIRONMENT })).body;
    for (const key of ['a', 'b', 'c', 'd']) {
      await app.clock.advance(1);
      const body = [{ kind: 'identify', context: { kind: 'user', key } }];
      await app.call({ method: 'POST', path: '/bulk', token: apiKey, body });
    }
    await app.clock.advance(60 * 60 * 1000);
    for (const path of ['contexts', 'context-instances']) {
      const { items } = (await app.call({ method: 'POST', path: `${ENVIRONMENT}/${path}/search` })).body;
      expect(items.map((item: { context: { key: string } }) => item.context.key)).toEqual(['d', 'c']);
    }
    await app.close();
  });

  it('are not all forgotten when they were all seen at once', async () => {
    const app = await startApp(engine, { SLIPWAY_CONTEXTS_PER_ENVIRONMENT: '2' });
    const { apiKey } = (await app.call({ path: ENVIRONMENT })).body;
    const body = ['a', 'b', 'c', 'd'].map((key) => ({ kind: 'identify', context: { kind: 'user', key } }));
    await app.call({ method: 'POST', path: '/bulk', token: apiKey, body });
    await app.clock.advance(60 * 60 * 1000);
    for (const path of ['contexts', 'context-instances']) {
      const { items } = (await app.call({ method: 'POST', path: `${ENVIRONMENT}/${path}/search` })).body;
      expect(items.map((item: { context: { key: string } }) => item.context.key)).toEqual(['d', 'c']);
    }
    await app.close();
  });
});
