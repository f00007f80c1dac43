import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveEvaluations } from '../../src/store/evaluations.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';

const DAY = 24 * 60 * 60 * 1000;

describe.each(ENGINES)('the list of flags on $name', (engine) => {
  let app: TestApp;
  let memberId: string;
  const { create, list, patch, send } = flagApi(() => app);
  const ids: Record<string, string> = {};
  const times: Record<string, number> = {};

  const add = async (body: { key: string } & Record<string, unknown>) => {
    await app.clock.advance(1000);
    const answer = await create({ name: body.key, ...body });
    expect(answer.status).toBe(201);
    times[body.key] = answer.body.creationDate;
    memberId = answer.body.maintainerId;
    return answer.body;
  };
  const keys = async (query: string, headers?: Record<string, string>): Promise<readonly string[]> => {
    const { status, body } = await list(query, headers);
    expect({ status, message: body.message }).toEqual({ status: 200, message: undefined });
    return body.items.map(({ key }: { key: string }) => key);
  };
  const filtered = (filter: string, more = '') => keys(`?filter=${encodeURIComponent(filter)}${more}`);
  const environmentId = async (key: string) =>
    (await app.call({ path: `projects/default/environments/${key}` })).body._id as string;

  beforeAll(async () => {
    app = await startApp(engine);
    for (const key of ['test', 'production']) ids[key] = await environmentId(key);
    // In the order of their creation; lists begin with the newest.
    await add({ key: 'alpha', name: 'Checkout', tags: ['web', 'beta'] });
    await add({ key: 'Bravo', name: 'dark mode', tags: ['web'], temporary: false });
    await add({
      key: 'charlie',
      name: 'Über',
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
    });
    await add({
      key: 'delta_1',
      name: '100% off',
      clientSideAvailability: { usingEnvironmentId: false, usingMobileKey: false },
    });
    await add({ key: 'echo', purpose: 'migration', migrationSettings: { stageCount: 2 } });
    await add({ key: 'foxtrot' });
    await add({ key: 'golf' });
    const clause = { contextKind: 'org', attribute: 'key', op: 'in', values: ['acme'] };
    const bravo = (await send('Bravo', [])).body.variations;
    await patch('Bravo', [
      { kind: 'turnFlagOn' },
      { kind: 'addRule', clauses: [{ op: 'segmentMatch', values: ['vip'] }], variationId: bravo[0]._id },
      { kind: 'addRule', clauses: [clause], variationId: bravo[0]._id },
    ]);
    await patch('foxtrot', [{ kind: 'deprecateFlag' }]);
    await patch('golf', [{ kind: 'archiveFlag' }]);
    await send('alpha', { merge: { maintainerId: null } });
    await app.clock.advance(1000);
    const applicationIds = new Set(['shop']);
    await app.slipway.database.transaction((tx) =>
      saveEvaluations(tx, {
        environmentId: ids['test'] as string,
        requestedAt: app.clock.now(),
        evaluations: [
          { flagKey: 'alpha', defaultValue: false, contextKinds: new Set(['user', 'org']), applicationIds },
          { flagKey: 'Bravo', defaultValue: false, contextKinds: new Set(['user']), applicationIds },
        ],
      }),
    );
  });
  afterAll(() => app.close());

  const LIVE = ['foxtrot', 'echo', 'delta_1', 'charlie', 'Bravo', 'alpha'];

  it('has the newest first, without archived ones, and without environments', async () => {
    expect(await keys('')).toEqual(LIVE);
    const { body } = await list();
    expect(body.totalCount).toBe(6);
    expect(body.items.every((flag: object) => !('environments' in flag))).toBe(true);
  });

  it.each<[string, readonly string[]]>([
    ['query:MODE', ['Bravo']],
    ['query:alp', ['alpha']],
    ['query:über', ['charlie']],
    ['query:%', ['delta_1']],
    ['query:a_1', ['delta_1']],
    ['tags:web', ['Bravo', 'alpha']],
    ['tags:web+beta', ['alpha']],
    ['tags:web beta', ['alpha']],
    ['tags:WEB', []],
    ['state:live', LIVE.slice(1)],
    ['state:deprecated', ['foxtrot']],
    ['state:archived', ['golf']],
    ['archived:true', ['golf']],
    ['archived:false', LIVE],
    ['archived:true,state:live', []],
    ['type:permanent', ['Bravo']],
    ['type:temporary', LIVE.filter((key) => key !== 'Bravo')],
    ['maintainerTeamKey:team', []],
    ['maintainerId:nobody', []],
    ['sdkAvailability:client', ['charlie']],
    ['sdkAvailability:mobile', ['foxtrot', 'Bravo', 'alpha']],
    ['sdkAvailability:anyClient', ['foxtrot', 'charlie', 'Bravo', 'alpha']],
    ['sdkAvailability:server', ['echo', 'delta_1']],
    ['purpose:migration', ['echo']],
    ['purpose:all', LIVE],
    ['purpose:all+!(holdout)', LIVE],
    ['purpose:all+!(migration)', LIVE.filter((key) => key !== 'echo')],
    ['purpose:holdout', []],
    ['contextKindsEvaluated:user', ['Bravo', 'alpha']],
    ['contextKindsEvaluated:user+org', ['alpha']],
    ['contextKindsEvaluated:user,filterEnv:production', []],
    ['applicationEvaluated:shop', ['Bravo', 'alpha']],
    ['applicationEvaluated:shop,filterEnv:production', []],
    ['applicationEvaluated:other', []],
    ['segmentTargeted:vip', ['Bravo']],
    ['segmentTargeted:vip,filterEnv:production', []],
    ['contextKindTargeted:org,filterEnv:test', ['Bravo']],
    ['status:active,filterEnv:test', ['Bravo', 'alpha']],
    ['status:new,filterEnv:test', ['foxtrot', 'echo', 'delta_1', 'charlie']],
    ['status:active,filterEnv:production', []],
    ['targeting:on,filterEnv:test', ['Bravo']],
    ['targeting:on,filterEnv:production', []],
    ['targeting:off,filterEnv:test,tags:web', ['alpha']],
    ['codeReferences.min:1', []],
    ['codeReferences.max:0', LIVE],
    ['hasExperiment:true', []],
    ['hasExperiment:false', LIVE],
    ['guardedRollout:any', []],
    ['followerId:nobody', []],
    ['query:a,tags:web,type:temporary', ['alpha']],
    ['filterEnv:test', LIVE],
  ])('is filtered by %s', async (filter, expected) => {
    expect(await filtered(filter)).toEqual(expected);
  });

  it('is filtered by dates, maintainers and pipelines', async () => {
    expect(await filtered(`creationDate:{"before":${times['charlie']}}`)).toEqual(['Bravo', 'alpha']);
    expect(await filtered(`creationDate:{"after":${times['charlie']}}`)).toEqual(['foxtrot', 'echo', 'delta_1']);
    expect(await filtered(`creationDate:{"after":${times['alpha']},"before":${times['charlie']}},query:b`)).toEqual([
      'Bravo',
    ]);
    expect(await filtered(`maintainerId:${memberId}`)).toEqual(LIVE.slice(0, 5));
    const now = app.clock.now();
    expect(await filtered(`evaluated:{"after":${now - 1}},filterEnv:test`)).toEqual(['Bravo', 'alpha']);
    expect(await filtered(`evaluated:{"after":${now}},filterEnv:test`)).toEqual([]);
    expect(await filtered(`evaluated:{"after":${now - DAY}},filterEnv:production`)).toEqual([]);
  });

  it('is filtered by the older parameters too', async () => {
    expect(await keys('?tag=web')).toEqual(['Bravo', 'alpha']);
    expect(await keys('?tag=web&filter=tags:beta')).toEqual(['alpha']);
    expect(await keys('?archived=true')).toEqual(['golf']);
    expect(await keys('?archived=false')).toEqual(LIVE);
    expect(await keys('?query=dark')).toEqual(['Bravo']);
  });

  it('does not count evaluations of an earlier flag of the same key, or context kinds after 30 days', async () => {
    await add({ key: 'again' });
    const seen = { contextKinds: new Set(['user']), applicationIds: new Set(['old']) };
    const evaluations = [{ flagKey: 'again', defaultValue: 1, ...seen }];
    const batch = {
      environmentId: ids['test'] as string,
      requestedAt: app.clock.now(),
      evaluations,
    };
    await app.slipway.database.transaction((tx) => saveEvaluations(tx, batch));
    expect(await filtered('applicationEvaluated:old')).toEqual(['again']);
    await app.call({ method: 'DELETE', path: 'flags/default/again' });
    await add({ key: 'again' });
    expect(await filtered('applicationEvaluated:old')).toEqual([]);
    expect(await filtered('status:new,query:again,filterEnv:test')).toEqual(['again']);
    await app.call({ method: 'DELETE', path: 'flags/default/again' });
    await app.clock.advance(30 * DAY);
    expect(await filtered('contextKindsEvaluated:user')).toEqual([]);
    expect(await filtered('status:inactive,filterEnv:test')).toEqual(LIVE);
  });

  it.each<[string, readonly string[]]>([
    ['name', ['delta_1', 'alpha', 'Bravo', 'echo', 'foxtrot', 'charlie']],
    ['-name', ['charlie', 'foxtrot', 'echo', 'Bravo', 'alpha', 'delta_1']],
    ['key', ['alpha', 'Bravo', 'charlie', 'delta_1', 'echo', 'foxtrot']],
    ['-key', ['foxtrot', 'echo', 'delta_1', 'charlie', 'Bravo', 'alpha']],
    ['creationDate', ['alpha', 'Bravo', 'charlie', 'delta_1', 'echo', 'foxtrot']],
    ['-creationDate', LIVE],
    ['tags', ['charlie', 'delta_1', 'echo', 'foxtrot', 'alpha', 'Bravo']],
    ['-tags', ['Bravo', 'alpha', 'charlie', 'delta_1', 'echo', 'foxtrot']],
    ['type', ['Bravo', 'alpha', 'charlie', 'delta_1', 'echo', 'foxtrot']],
    ['-type', ['alpha', 'charlie', 'delta_1', 'echo', 'foxtrot', 'Bravo']],
    ['maintainerId', ['Bravo', 'charlie', 'delta_1', 'echo', 'foxtrot', 'alpha']],
    ['-maintainerId,-key', ['foxtrot', 'echo', 'delta_1', 'charlie', 'Bravo', 'alpha']],
    ['type,-name', ['Bravo', 'charlie', 'foxtrot', 'echo', 'alpha', 'delta_1']],
  ])('is sorted by %s', async (sort, expected) => {
    expect(await keys(`?sort=${sort}`)).toEqual(expected);
  });

  it('is sorted by the date of changes in the first environment asked for', async () => {
    expect((await keys('?env=test&sort=-targetingModifiedDate'))[0]).toBe('Bravo');
    expect((await keys('?env=production&env=test&sort=-targetingModifiedDate'))[0]).toBe('foxtrot');
    expect((await keys('?env=test,production&sort=targetingModifiedDate')).at(-1)).toBe('Bravo');
  });

  it('has pages that link to each other and repeat the query', async () => {
    const { body } = await list('?filter=tags%3Aweb&sort=key&limit=1&offset=1&env=test');
    expect(body.totalCount).toBe(2);
    const query = 'filter=tags%3Aweb&sort=key&limit=1&offset=';
    expect(body._links).toEqual({
      self: { href: `/api/v2/flags/default?${query}1&env=test`, type: 'application/json' },
      first: { href: `/api/v2/flags/default?${query}0&env=test`, type: 'application/json' },
      prev: { href: `/api/v2/flags/default?${query}0&env=test`, type: 'application/json' },
    });
    const first = await list('?limit=4');
    expect(Object.keys(first.body._links)).toEqual(['self', 'next', 'last']);
    const next = await app.call({ path: first.body._links.next.href });
    expect([...first.body.items, ...next.body.items].map(({ key }: { key: string }) => key)).toEqual(LIVE);
    expect((await list('?offset=6')).body).toMatchObject({ items: [], totalCount: 6 });
  });

  it('shows environments in short, in full, and the one it is filtered by', async () => {
    const environments = async (query: string) =>
      (await list(`?filter=query:bravo${query}`)).body.items[0].environments as Record<string, object>;
    const short = await environments('&env=test');
    expect(Object.keys(short)).toEqual(['test']);
    expect(short['test']).not.toHaveProperty('rules');
    expect((await environments('&env=test&summary=0'))['test']).toHaveProperty('rules');
    expect(Object.keys(await environments(',filterEnv:production&env=test'))).toEqual(['production', 'test']);
    expect(Object.keys(await environments('&env=test,production'))).toEqual(['production', 'test']);
  });

  it('expands evaluations, code references and migration settings', async () => {
    const expanded = '&expand=evaluation,codeReferences&expand=migrationSettings,nonsense';
    const seen = { contextKinds: new Set(['user', 'org']), applicationIds: new Set<string>() };
    await app.slipway.database.transaction((tx) =>
      saveEvaluations(tx, {
        environmentId: ids['test'] as string,
        requestedAt: app.clock.now(),
        evaluations: [{ flagKey: 'echo', defaultValue: undefined, ...seen }],
      }),
    );
    const [flag] = (await list(`?filter=query:echo&env=test${expanded}`)).body.items;
    expect(flag).toMatchObject({
      codeReferences: { items: [] },
      migrationSettings: { stageCount: 2 },
      environments: { test: { evaluation: { contextKinds: ['org', 'user'] }, migrationSettings: { checkRatio: 1 } } },
    });
    const [plain] = (await list('?filter=query:echo&env=test')).body.items;
    expect(plain).not.toHaveProperty('migrationSettings');
    expect(plain.environments.test).not.toHaveProperty('evaluation');
  });

  it('is as it was for older versions: whole, with environments, and comparable', async () => {
    const old = { 'ld-api-version': '20220603' };
    const { body } = await list('', old);
    expect(body.items).toHaveLength(6);
    expect(Object.keys(body.items[0].environments)).toEqual(['production', 'test']);
    expect(Object.keys(body._links)).toEqual(['self']);
    const compared = await list('?compare=true', old);
    expect(compared.body).toMatchObject({ totalCount: 1, totalCountWithDifferences: 1, items: [{ key: 'Bravo' }] });
    expect((await list('?compare=true')).body.totalCount).toBe(6);
    expect((await list('?limit=2', old)).body.items).toHaveLength(2);
  });

  it.each([
    ['filter=color:red', 'filter: "color:red" is not a known filter; expected applicationEvaluated:value, '],
    ['filter=hasDataExport:true', 'filter: "hasDataExport:true" is not a known filter'],
    ['filter=query:', 'filter: expected a value for query, got nothing'],
    ['filter=query:a,query:b', 'filter: expected query once, got it twice'],
    ['filter=state:gone', 'filter: state: expected one of live, deprecated, archived, got "gone"'],
    ['filter=archived:maybe', 'filter: archived: expected one of true, false, 1, 0, got "maybe"'],
    ['filter=type:odd', 'filter: type: expected one of temporary, permanent, got "odd"'],
    [
      'filter=creationDate:yesterday',
      'filter: creationDate: expected an object such as {"before":1690527600000}, got "yesterday"',
    ],
    ['filter=creationDate:{"before":"x"}', 'filter: creationDate.before: expected a whole number, got "x"'],
    ['filter=creationDate:{"around":1}', 'filter: creationDate: expected an object such as {"before":1690527600000}'],
    [
      'filter=evaluated:{"after":1}',
      'filter: filterEnv: expected the key of the environment that evaluated is about, got nothing',
    ],
    ['filter=status:new', 'filter: filterEnv: expected the key of the environment that status is about, got nothing'],
    [
      'filter=targeting:on',
      'filter: filterEnv: expected the key of the environment that targeting is about, got nothing',
    ],
    ['filter=targeting:half,filterEnv:test', 'filter: targeting: expected one of on, off, got "half"'],
    ['filter=status:odd,filterEnv:test', 'filter: status: expected one of new, active, inactive, launched, got "odd"'],
    [
      'filter=filterEnv:staging',
      'filter: filterEnv: expected the key of an environment, one of production, test, got "staging"',
    ],
    [
      'filter=sdkAvailability:all',
      'filter: sdkAvailability: expected one of client, mobile, anyClient, server, got "all"',
    ],
    ['filter=codeReferences.min:-1', 'filter: codeReferences.min: expected a whole number of at least 0, got "-1"'],
    [
      'filter=guardedRollout:odd',
      'filter: guardedRollout: expected one of any, monitoring, regressed, rolledBack, completed, archived, got "odd"',
    ],
    ['filter=purpose:odd', 'filter: purpose: expected migration, holdout or all, with !(…) for not, got "odd"'],
    ['filter=tags:+', 'filter: expected a value for tags, got nothing'],
    ['filter=tags:%2B', 'filter: tags: expected words joined by +, got "+"'],
    ['filter=query:%00', 'filter: expected text without NUL'],
    [
      'sort=color',
      'sort: "color" is not a known order; expected one of creationDate, key, maintainerId, name, tags, targetingModifiedDate, type',
    ],
    ['sort=name,', 'sort: "" is not a known order'],
    [
      'sort=targetingModifiedDate',
      'env: expected the key of the environment that targetingModifiedDate is about, got nothing',
    ],
    ['env=test&sort=name,-targetingModifiedDate', 'sort: targetingModifiedDate cannot be combined with other fields'],
    ['limit=x', 'limit: expected integer, got "x"'],
  ])('refuses ?%s', async (query, message) => {
    const { status, body } = await list(`?${query}`);
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_request' });
    expect(body.message).toContain(message);
  });

  it('knows no environment that is not there', async () => {
    expect(await list('?env=staging')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
