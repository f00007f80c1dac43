import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_APPLICATIONS, MAX_VERSIONS, recordApplication } from '../../src/operations/record-application.ts';
import { applications, insertVersion, listVersions } from '../../src/store/applications.ts';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk } from '../support/official-sdk.ts';

const HOUR = 60 * 60 * 1000;

describe.each(ENGINES)('applications on $name', (engine) => {
  let app: TestApp;
  let sdkKey: string;

  beforeAll(async () => {
    app = await startApp(engine);
    sdkKey = (await app.call({ path: 'projects/default/environments/test' })).body.apiKey;
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    const { db } = app.slipway.database;
    await db.deleteFrom('resources').where('kind', '=', 'application').execute();
    // What the process knows is believed for an hour.
    await app.clock.advance(HOUR);
  });

  const tell = async (tags: string, path = '/sdk/latest-all') => {
    const answer = await app.call({ path, token: sdkKey, headers: { 'x-launchdarkly-tags': tags } });
    await app.slipway.sightings.settled();
    return answer;
  };
  const tellNew = async (tags: string) => {
    await app.clock.advance(1);
    await tell(tags);
  };
  const read = (path: string, token?: string) =>
    app.call({ path, headers: BETA, ...(token !== undefined && { token }) });
  const list = async (query = '') => (await read(`applications${query}`)).body;
  const keys = async (query: string, path = 'applications') =>
    (await read(`${path}?${query}`)).body.items.map(({ key }: { key: string }) => key);
  const patch = (path: string, body: unknown, token?: string) =>
    app.call({ method: 'PATCH', path, body, headers: BETA, ...(token !== undefined && { token }) });
  const remove = (path: string, token?: string) =>
    app.call({ method: 'DELETE', path, headers: BETA, ...(token !== undefined && { token }) });
  const changes = async (count: number) => listChanges(app.slipway.database.db, count);

  it('appear when SDKs tell of them, each once', async () => {
    const tags = 'application-id/shop application-name/Shop application-version/1.20';
    expect((await tell(tags)).status).toBe(200);
    await tell(tags);
    const type = 'application/json';
    const { _links, ...body } = await list();
    expect(_links.self.href).toBe('/api/v2/applications?limit=10&offset=0');
    expect(body).toEqual({
      totalCount: 1,
      items: [
        {
          _links: {
            self: { href: '/api/v2/applications/shop', type },
            parent: { href: '/api/v2/applications', type },
            versions: { href: '/api/v2/applications/shop/versions', type },
          },
          _version: 1,
          key: 'shop',
          name: 'Shop',
          description: '',
          kind: 'server',
          autoAdded: true,
          creationDate: app.clock.now(),
        },
      ],
    });
    expect((await read('applications/shop')).body).toEqual(body.items[0]);
    expect((await read('applications/shop/versions')).body.items).toEqual([
      {
        _links: {
          self: { href: '/api/v2/applications/shop/versions/1.20', type },
          parent: { href: '/api/v2/applications/shop/versions', type },
        },
        _version: 1,
        key: '1.20',
        name: '1.20',
        autoAdded: true,
        creationDate: app.clock.now(),
        supported: true,
      },
    ]);
    const told = (await changes(2)).flatMap(({ accesses }) => accesses.map(({ action }) => action));
    expect(told.toSorted()).toEqual(['createApplication', 'createApplicationVersion']);
  });

  it('are told of by the official SDK', async () => {
    const url = await app.slipway.listen();
    const sdk = await connectSdk(url, sdkKey, { application: { id: 'official', version: '3' } });
    sdk.close();
    await app.slipway.sightings.settled();
    expect(await keys('')).toEqual(['official']);
    expect(await keys('', 'applications/official/versions')).toEqual(['3']);
  });

  it('are not made by requests without a key, or with names that no SDK sends', async () => {
    const headers = { 'x-launchdarkly-tags': 'application-id/stranger' };
    expect((await app.call({ path: '/sdk/latest-all', token: 'sdk-wrong', headers })).status).toBe(401);
    await tell('application-id/a?b');
    await tell('application-version/1');
    expect((await list()).totalCount).toBe(0);
  });

  it('get the first name that is told, and keep it', async () => {
    await tell('application-id/shop application-version/7');
    await tell('application-id/shop application-name/Shop application-version/7 application-version-name/Spring');
    await tell('application-id/shop application-name/Other application-version/7 application-version-name/Fall');
    expect((await read('applications/shop')).body).toMatchObject({ name: 'Shop', _version: 2 });
    const { items } = (await read('applications/shop/versions')).body;
    expect(items).toMatchObject([{ key: '7', name: 'Spring', _version: 2 }]);
    const told = (await changes(2)).flatMap(({ accesses }) => accesses.map(({ action }) => action));
    expect(told.toSorted()).toEqual(['updateApplicationName', 'updateApplicationVersionName']);
  });

  it('are stored once, though processes hear of one at the same time', async () => {
    const sighting = { key: 'shop', kind: 'server', version: { key: '1' } } as const;
    await Promise.all([recordApplication(app.slipway, sighting), recordApplication(app.slipway, sighting)]);
    expect(await keys('')).toEqual(['shop']);
    expect(await keys('', 'applications/shop/versions')).toEqual(['1']);
  });

  it('make room, the oldest first, when there are too many', async () => {
    const { database } = app.slipway;
    const base = { description: '', kind: 'server', version: 1 } as const;
    await database.transaction(async (tx) => {
      for (let index = 0; index < MAX_APPLICATIONS; index++) {
        const key = `app-${index}`;
        await applications.insert(tx, {}, { ...base, id: `id-${index}`, key, name: key, createdAt: index });
      }
      for (let index = 0; index < MAX_VERSIONS; index++) {
        const key = `${index}`;
        await insertVersion(tx, 'id-9', { key, name: key, isSupported: true, createdAt: index, version: 1 });
      }
    });
    await tell('application-id/new application-version/1');
    await tell('application-id/app-9 application-version/new');
    expect((await list()).totalCount).toBe(MAX_APPLICATIONS);
    expect((await read('applications/app-0')).status).toBe(404);
    expect((await read('applications/new')).status).toBe(200);
    const versions = await listVersions(database.db, 'id-9');
    expect(versions).toHaveLength(MAX_VERSIONS);
    expect([versions[0]?.key, versions.at(-1)?.key]).toEqual(['1', 'new']);
  });

  it('filter, sort and page', async () => {
    await tellNew('application-id/b application-name/Alpha');
    await tellNew('application-id/a application-name/beta');
    await tellNew('application-id/c application-name/Alphabet');
    await patch('applications/c', [{ op: 'replace', path: '/kind', value: 'mobile' }]);
    expect(await keys('')).toEqual(['b', 'a', 'c']);
    expect(await keys('sort=-creationDate')).toEqual(['c', 'a', 'b']);
    expect(await keys('sort=name')).toEqual(['b', 'c', 'a']);
    expect(await keys('limit=1&offset=1')).toEqual(['a']);
    expect(await keys('filter=key equals B')).toEqual(['b']);
    expect(await keys('filter=key notEquals b')).toEqual(['a', 'c']);
    expect(await keys('filter=key anyOf ["a","C"]')).toEqual(['a', 'c']);
    expect(await keys('filter=name startsWith alpha')).toEqual(['b', 'c']);
    expect(await keys('filter=kind anyOf ["mobile","browser"]|key equals a')).toEqual(['a', 'c']);
    expect(await keys('filter=kind notEquals mobile,autoAdded equals true')).toEqual(['b', 'a']);
    expect(await keys('filter=autoAdded notEquals true')).toEqual([]);
    expect(await keys('filter=autoAdded equals false')).toEqual([]);
    for (const bad of ['filter=supported equals true', 'filter=key startsWith a', 'sort=kind', 'limit=x']) {
      expect((await read(`applications?${bad}`)).status).toBe(400);
    }
  });

  it('filter, sort and page versions', async () => {
    await tellNew('application-id/shop application-version/1.20');
    await tellNew('application-id/shop application-version/1.3');
    await tellNew('application-id/shop application-version/1.1');
    const path = 'applications/shop/versions';
    const { status, body } = await patch(`${path}/1.3`, [{ op: 'replace', path: '/supported', value: 'false' }]);
    expect([status, body.supported, body._version]).toEqual([200, false, 2]);
    expect((await changes(1))[0]).toMatchObject({
      name: 'shop 1.3',
      accesses: [{ action: 'updateApplicationVersionSupported', resource: 'application/shop' }],
    });
    expect(await keys('filter=supported equals false', path)).toEqual(['1.3']);
    expect(await keys('filter=supported notEquals false', path)).toEqual(['1.20', '1.1']);
    expect(await keys('filter=key equals 1.20', path)).toEqual(['1.20']);
    expect(await keys('sort=name', path)).toEqual(['1.1', '1.20', '1.3']);
    expect(await keys('limit=1&offset=2', path)).toEqual(['1.1']);
    expect((await read(`${path}?filter=kind equals server`)).status).toBe(400);
    expect((await read(`${path}?expand=access`)).body.items[0]._access.allowed).toHaveLength(2);
    expect((await patch(`${path}/1.3`, [{ op: 'replace', path: '/supported', value: true }])).body.supported).toBe(
      true,
    );
    expect(await patch(`${path}/1.3`, [{ op: 'replace', path: '/supported', value: 'maybe' }])).toMatchObject({
      status: 400,
      body: { message: 'supported: expected true or false, got "maybe"' },
    });
    expect((await patch(`${path}/none`, [])).status).toBe(404);
  });

  it('change by JSON patch', async () => {
    await tell('application-id/shop');
    const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];
    const { status, body } = await patch('applications/shop', [
      ...replace('/description', 'Sells'),
      ...replace('/kind', 'browser'),
      ...replace('/name', 'Renamed'),
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ description: 'Sells', kind: 'browser', name: 'shop', _version: 2 });
    expect((await changes(1))[0]?.accesses.map(({ action }) => action)).toEqual([
      'updateApplicationDescription',
      'updateApplicationKind',
    ]);
    expect((await patch('applications/shop', replace('/kind', 'server'))).body.kind).toBe('server');
    expect(await patch('applications/shop', replace('/kind', 'car'))).toMatchObject({
      status: 400,
      body: { message: 'kind: expected one of browser, mobile, server, got "car"' },
    });
    expect((await patch('applications/shop', replace('/description', 5))).status).toBe(400);
    expect((await patch('applications/none', [])).status).toBe(404);
  });

  it('list the flags that they have evaluated, of projects that the caller sees', async () => {
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'seen', name: 'Seen' } });
    const features = { seen: { default: true, contextKinds: ['user'], counters: [{ count: 1 }] } };
    await app.call({
      method: 'POST',
      path: '/bulk',
      token: sdkKey,
      headers: { 'x-launchdarkly-tags': 'application-id/shop' },
      body: [{ kind: 'summary', features }],
    });
    await tellNew('application-id/other');
    const { items } = await list('?expand=flags');
    expect(items).toMatchObject([
      { key: 'shop', flags: { totalCount: 1, items: [{ key: 'seen', name: 'Seen' }] } },
      { key: 'other', flags: { totalCount: 0, items: [] } },
    ]);
    expect(items[0].flags.items[0]._links.self.href).toBe('/api/v2/flags/default/seen');
    expect((await list()).items[0]).not.toHaveProperty('flags');
    expect((await read('applications/shop?expand=flags')).body.flags.totalCount).toBe(1);
    const hides = { effect: 'deny', resources: ['proj/default'], actions: ['viewProject'] };
    const policy = [hides, { effect: 'allow', resources: ['application/*'], actions: ['*'] }];
    await app.call({
      method: 'POST',
      path: 'roles',
      body: { key: `blind-${app.clock.now()}`, name: 'Blind', basePermissions: 'reader', policy },
    });
    const made = await app.call({
      method: 'POST',
      path: 'tokens',
      body: { customRoleIds: [`blind-${app.clock.now()}`], serviceToken: true },
    });
    expect((await read('applications/shop?expand=flags', made.body.token)).body.flags).toMatchObject({ totalCount: 0 });
  });

  it('are deleted, and come back when an SDK tells of them an hour later', async () => {
    await tell('application-id/shop application-version/1');
    expect((await remove('applications/shop/versions/1')).status).toBe(204);
    expect((await changes(1))[0]).toMatchObject({ accesses: [{ action: 'deleteApplicationVersion' }] });
    expect(await keys('', 'applications/shop/versions')).toEqual([]);
    expect((await remove('applications/shop/versions/1')).status).toBe(404);
    expect((await remove('applications/shop')).status).toBe(204);
    expect((await changes(1))[0]).toMatchObject({
      accesses: [{ action: 'deleteApplication', resource: 'application/shop' }],
    });
    for (const path of ['applications/shop', 'applications/shop/versions']) expect((await read(path)).status).toBe(404);
    expect((await remove('applications/shop')).status).toBe(404);
    await tell('application-id/shop application-version/1');
    expect((await list()).totalCount).toBe(0);
    await app.clock.advance(HOUR);
    await tell('application-id/shop application-version/1');
    expect(await keys('', 'applications/shop/versions')).toEqual(['1']);
  });

  it('are changed by nobody who only reads, and by nobody without the beta header', async () => {
    await tell('application-id/shop application-version/1');
    const token = await app.addToken('reader');
    const describeIt = [{ op: 'replace', path: '/description', value: 'x' }];
    const drop = [{ op: 'replace', path: '/supported', value: false }];
    expect((await patch('applications/shop', describeIt, token)).status).toBe(403);
    expect((await remove('applications/shop', token)).status).toBe(403);
    expect((await patch('applications/shop/versions/1', drop, token)).status).toBe(403);
    expect((await remove('applications/shop/versions/1', token)).status).toBe(403);
    expect((await read('applications/shop?expand=access', token)).body._access).toMatchObject({
      allowed: [],
      denied: [
        { action: 'updateApplicationDescription' },
        { action: 'updateApplicationKind' },
        { action: 'deleteApplication' },
      ],
    });
    expect((await app.call({ path: 'applications' })).status).toBe(403);
    expect((await app.call({ method: 'DELETE', path: 'applications/shop' })).status).toBe(403);
  });
});
