import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const RULE = '11111111-1111-4111-8111-111111111111';
const CLAUSE = '22222222-2222-4222-8222-222222222222';
const [ON, OFF] = ['aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002'];

const FLAG = {
  key: 'copied',
  name: 'Copied',
  description: 'From elsewhere',
  kind: 'multivariate',
  _version: 7,
  creationDate: 1_600_000_000_000,
  tags: ['web', 'checkout'],
  temporary: true,
  clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
  customProperties: { jira: { name: 'Jira', value: ['A-1'] } },
  variations: [
    { _id: ON, value: 'on', name: 'On' },
    { _id: OFF, value: 'off', description: 'Nothing' },
  ],
  defaults: { onVariation: 0, offVariation: 1 },
  environments: {
    production: {
      on: true,
      salt: 'their-salt',
      trackEvents: true,
      trackEventsFallthrough: true,
      offVariation: 1,
      targets: [{ values: ['sandy'], variation: 1, contextKind: 'user' }],
      contextTargets: [
        { values: ['acme'], variation: 0, contextKind: 'org' },
        { values: [], variation: 1, contextKind: 'user' },
      ],
      rules: [
        {
          _id: RULE,
          variation: 0,
          clauses: [
            { _id: CLAUSE, attribute: 'country', op: 'in', values: ['ch'], negate: false, contextKind: 'user' },
          ],
          trackEvents: false,
          description: 'At home',
        },
      ],
      fallthrough: {
        rollout: {
          contextKind: 'user',
          seed: 61,
          variations: [
            { variation: 1, weight: 20_000 },
            { variation: 0, weight: 10_000 },
            { variation: 1, weight: 70_000, _untracked: true },
          ],
        },
      },
      expiringTargets: [{ contextKind: 'user', contextKey: 'sandy', variationId: OFF, expirationDate: 4e12 }],
    },
  },
};

const SEGMENT = {
  key: 'beta',
  name: 'Beta',
  tags: ['early'],
  salt: 'segment-salt',
  included: ['sandy'],
  excludedContexts: [{ contextKind: 'org', values: ['acme'] }],
  rules: [
    {
      _id: RULE,
      weight: 50_000,
      clauses: [{ _id: CLAUSE, attribute: 'x', op: 'in', values: [1], negate: true, contextKind: 'org' }],
    },
  ],
  expiringTargets: [{ contextKind: 'user', contextKey: 'sandy', targetType: 'included', expirationDate: 4e12 }],
};

describe.each(ENGINES)('whole resources on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
  });

  const put = (body: object, options: { query?: string; token?: string } = {}) =>
    app.call({
      method: 'PUT',
      path: `flags/${project}/copied${options.query ?? ''}`,
      body,
      ...(options.token !== undefined && { token: options.token }),
    });
  const putSegment = (body: object, options: { query?: string; token?: string } = {}) =>
    app.call({
      method: 'PUT',
      path: `segments/${project}/production/beta${options.query ?? ''}`,
      body,
      ...(options.token !== undefined && { token: options.token }),
    });
  const get = async () => (await app.call({ path: `flags/${project}/copied` })).body;
  const getSegment = async () => (await app.call({ path: `segments/${project}/production/beta` })).body;
  const entries = () => listChanges(app.slipway.database.db, 2);
  const sdkData = async () => {
    const environment = (await app.call({ path: `projects/${project}/environments/production` })).body;
    return (await app.call({ path: '/sdk/latest-all', token: environment.apiKey })).body;
  };

  it('make a flag with the ids, salts and seeds that are given', async () => {
    expect((await put({ ...FLAG, comment: 'Moved' })).body).toEqual({ outcome: 'created' });
    const flag = await get();
    const { environments, kind: _kind, _version: version, ...rest } = FLAG;
    expect(version).not.toBe(flag._version);
    expect(flag).toMatchObject(rest);
    const { expiringTargets, contextTargets: _order, fallthrough, ...config } = environments.production;
    const [first, second, third] = fallthrough.rollout.variations;
    expect(flag.environments.production).toMatchObject({
      ...config,
      contextTargets: [{ values: ['acme'], variation: 0, contextKind: 'org' }],
      fallthrough: {
        rollout: { seed: 61, variations: [first, second, { variation: third?.variation, weight: 70_000 }] },
      },
    });
    expect(flag.environments.test).toMatchObject({ on: false, rules: [], fallthrough: { variation: 0 } });
    const dates = await app.call({ path: `flags/${project}/copied/expiring-targets/production` });
    expect(dates.body.items).toMatchObject(expiringTargets);
  });

  it('hand it to SDKs as it is, in the order of all targets', async () => {
    await put(FLAG);
    const { copied } = (await sdkData()).flags;
    expect(copied).toMatchObject({ salt: 'their-salt', fallthrough: { rollout: { seed: 61, kind: 'rollout' } } });
    expect(copied.contextTargets.map(({ contextKind }: { contextKind: string }) => contextKind)).toEqual([
      'org',
      'user',
    ]);
  });

  it('change nothing when everything is as it should be, and say so', async () => {
    await put(FLAG);
    const before = await get();
    expect((await put(FLAG)).body).toEqual({ outcome: 'unchanged' });
    expect(await get()).toEqual(before);
  });

  it('leave what a document does not speak of', async () => {
    await put(FLAG);
    const before = await get();
    expect((await put({ name: 'Other', environments: { production: { on: false } } })).body).toEqual({
      outcome: 'changed',
    });
    const after = await get();
    expect(after).toMatchObject({ name: 'Other', tags: before.tags, variations: before.variations });
    const { on, version: _version, lastModified: _modified, ...rest } = after.environments.production;
    expect(on).toBe(false);
    expect(before.environments.production).toMatchObject({ ...rest, _summary: expect.anything() });
  });

  it('keep the ids of what is there where a document has none, or others', async () => {
    await put(FLAG);
    const { rules } = FLAG.environments.production;
    const [rule] = rules;
    const { _id: _ruleId, ...nameless } = rule as (typeof rules)[number];
    const variations = FLAG.variations.map(({ value }) => ({ _id: 'b'.repeat(32), value }));
    await put({ variations, environments: { production: { rules: [nameless] } } });
    const flag = await get();
    expect(flag.variations).toEqual([
      { _id: ON, value: 'on' },
      { _id: OFF, value: 'off' },
    ]);
    expect(flag.environments.production.rules).toMatchObject([{ _id: RULE, clauses: [{ _id: CLAUSE }] }]);
  });

  it('go through all checks in a dry run, and store nothing', async () => {
    expect((await put(FLAG, { query: '?dryRun=true' })).body).toEqual({ outcome: 'created' });
    expect((await app.call({ path: `flags/${project}/copied` })).status).toBe(404);
    await put(FLAG);
    expect((await put({ name: 'New' }, { query: '?dryRun=true' })).body).toEqual({ outcome: 'changed' });
    expect((await get()).name).toBe('Copied');
    expect((await put({ name: '' }, { query: '?dryRun=true' })).status).toBe(400);
  });

  it('make a migration flag', async () => {
    const created = await app.call({
      method: 'POST',
      path: `flags/${project}`,
      body: { key: 'source', name: 'Source', purpose: 'migration', migrationSettings: { stageCount: 4 } },
    });
    const source = (await app.call({ path: `flags/${project}/source?expand=migrationSettings` })).body;
    expect(created.status).toBe(201);
    expect((await put({ ...source, key: 'copied' })).body).toEqual({ outcome: 'created' });
    const flag = (await app.call({ path: `flags/${project}/copied?expand=migrationSettings` })).body;
    expect(flag).toMatchObject({ variations: source.variations, migrationSettings: { stageCount: 4 } });
  });

  it('record who did it, and why', async () => {
    await put({ ...FLAG, comment: 'Applied from 1234' });
    await put({ name: 'Renamed', comment: 'Applied from 5678' });
    const [changed, created] = await entries();
    expect(changed).toMatchObject({ kind: 'flag', comment: 'Applied from 5678' });
    expect(created).toMatchObject({ titleVerb: 'created the flag', comment: 'Applied from 1234' });
  });

  it.each([
    [{ key: 'other' }, 'key: expected "copied", as the path has it, got "other"'],
    [
      { variations: [{ _id: 'no good', value: 1 }] },
      "variations[0]._id: expected 1 to 64 letters, digits, '_' or '-', got \"no good\"",
    ],
    [{ environments: { nowhere: { on: true } } }, 'environments.nowhere: not an environment'],
    [{ environments: { production: 1 } }, 'environments.production: expected an object, got 1'],
    [{ environments: { production: { salt: '' } } }, 'environments.production.salt'],
    [
      { environments: { production: { prerequisites: [{ key: 'none', variation: 0 }] } } },
      'prerequisites[0].key: expected the key of another flag of this project, got "none"',
    ],
    [{ environments: { production: { expiringTargets: [{ contextKey: 'x' }] } } }, 'variationId: expected a string'],
  ])('refuse the flag %j', async (body, message) => {
    const answer = await put({ name: 'x', ...body });
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(message);
  });

  it('need the rights that the same change needs otherwise', async () => {
    const reader = await app.addToken('reader');
    expect((await put(FLAG, { token: reader })).status).toBe(403);
    expect((await putSegment(SEGMENT, { token: reader })).status).toBe(403);
    await put(FLAG);
    await putSegment(SEGMENT);
    expect((await put({ name: 'x' }, { token: reader })).status).toBe(403);
    expect((await putSegment({ name: 'x' }, { token: reader })).status).toBe(403);
  });

  it('do not pass by approvals', async () => {
    const settings = `projects/${project}/environments/production`;
    const patch = ['approvalSettings', 'resourceApprovalSettings/segment'].map((name) => {
      return { op: 'replace', path: `/${name}/required`, value: true };
    });
    expect((await app.call({ method: 'PATCH', path: settings, body: patch })).status).toBe(200);
    const token = await app.addToken('writer');
    expect((await put(FLAG, { token })).status).toBe(405);
    expect((await putSegment(SEGMENT, { token })).status).toBe(403);
    expect((await put({ ...FLAG, environments: {} }, { token })).body).toEqual({ outcome: 'created' });
  });

  it('make and change a segment with its salt and the ids of its rules', async () => {
    expect((await putSegment(SEGMENT)).body).toEqual({ outcome: 'created' });
    const { salt, expiringTargets, ...rest } = SEGMENT;
    const before = await getSegment();
    expect(before).toMatchObject(rest);
    expect((await sdkData()).segments.beta.salt).toBe(salt);
    const dates = await app.call({ path: `segments/${project}/beta/expiring-targets/production` });
    expect(dates.body.items).toMatchObject(expiringTargets.map(({ contextKey }) => ({ contextKey })));
    expect((await putSegment(SEGMENT)).body).toEqual({ outcome: 'unchanged' });
    expect((await putSegment({ salt: 'another' }, { query: '?dryRun=true' })).body).toEqual({ outcome: 'changed' });
    expect((await sdkData()).segments.beta.salt).toBe(salt);
    expect((await putSegment({ salt: 'another', tags: [] })).body).toEqual({ outcome: 'changed' });
    expect((await sdkData()).segments.beta.salt).toBe('another');
    expect((await getSegment()).rules).toEqual(before.rules);
  });

  it.each([
    [{ unbounded: true }, 'unbounded: expected false, which never changes, got true'],
    [{ salt: '' }, 'salt: expected 1 to 256 characters'],
    [{ expiringTargets: [{ contextKey: 'a', targetType: 'no', expirationDate: 1 }] }, 'targetType: expected one of'],
  ])('refuse the segment %j', async (body, message) => {
    await putSegment(SEGMENT);
    const answer = await putSegment(body);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(message);
  });

  it('keep the keys of an environment that was made elsewhere', async () => {
    const keys = {
      _id: `${count}`.padStart(24, '0'),
      apiKey: `sdk-00000000-0000-4000-8000-${`${count}`.padStart(12, '0')}`,
      mobileKey: `mob-00000000-0000-4000-8000-${`${count}`.padStart(12, '0')}`,
    };
    const make = (key: string, body: object) =>
      app.call({
        method: 'POST',
        path: `projects/${project}/environments`,
        body: { key, name: key, color: '000000', ...body },
      });
    const { status, body } = await make('moved', keys);
    expect({ status, body }).toMatchObject({ status: 201, body: keys });
    expect((await app.call({ path: '/sdk/latest-all', token: keys.apiKey })).status).toBe(200);
    const again = await make('again', keys);
    expect(again.status).toBe(409);
    expect(again.body.message).toBe('_id, apiKey, mobileKey: belongs to another environment of this service');
    for (const bad of [{ _id: 'x' }, { apiKey: 'sdk-1' }, { mobileKey: keys.apiKey }]) {
      expect((await make('bad', bad)).status).toBe(400);
    }
  });
});
