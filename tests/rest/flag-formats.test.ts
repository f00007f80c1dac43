import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestAnswer, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';

/** The same wish as JSON patch (bare and wrapped), merge patch and semantic patch. */
const TOGGLE = {
  bare: [{ op: 'replace', path: '/environments/test/on', value: true }],
  wrapped: { comment: 'go', patch: [{ op: 'replace', path: '/environments/test/on', value: true }] },
  merge: { comment: 'go', merge: { environments: { test: { on: true } } } },
  bareMerge: { environments: { test: { on: true } } },
};

describe.each(ENGINES)('patches of flags on $name', (engine) => {
  let app: TestApp;
  let count = 0;
  let key = '';
  let variations: readonly { _id: string }[] = [];
  const { create, get, patch, send, remove } = flagApi(() => app);

  const fresh = async (body: object = {}) => {
    key = `flag-${count++}`;
    const answer = await create({ key, name: 'Flag', ...body });
    variations = answer.body.variations;
    return answer.body;
  };
  const letters = () =>
    fresh({ variations: ['a', 'b', 'c'].map((value) => ({ value })), defaults: { onVariation: 0, offVariation: 2 } });
  const newestChange = async () => (await listChanges(app.slipway.database.db, 1))[0];
  const payload = async (flagKey: string) => {
    const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    const answer = await app.call({ path: `/sdk/latest-flags/${flagKey}`, token: apiKey });
    return answer.body as Record<string, unknown>;
  };

  const headers = { 'ld-api-version': 'beta' };

  beforeAll(async () => {
    app = await startApp(engine);
    const phases = [{ name: 'One', audiences: [{ environmentKey: 'test', name: 'All' }] }];
    for (const pipeline of ['web', 'app']) {
      const body = { key: `${pipeline}-${engine.name}`, name: pipeline, phases };
      await app.call({ method: 'POST', path: 'projects/default/release-pipelines', headers, body });
    }
  });
  afterAll(() => app.close());

  it.each(Object.keys(TOGGLE) as (keyof typeof TOGGLE)[])('turn a flag on as %s, once', async (format) => {
    await fresh();
    const on = await send(key, TOGGLE[format]);
    expect(on).toMatchObject({ status: 200, body: { _version: 1, environments: { test: { on: true, version: 2 } } } });
    const change = await newestChange();
    expect(change).toMatchObject({
      titleVerb: 'turned on the flag',
      description: ['Turned the flag on'],
      accesses: [{ action: 'updateOn', resource: `proj/default:env/test:flag/${key}` }],
    });
    expect(change?.comment).toBe('comment' in TOGGLE[format] ? 'go' : undefined);
    expect((await send(key, TOGGLE[format])).body).toEqual(on.body);
    expect((await newestChange())?.id).toBe(change?.id);
  });

  it('leave the same flag, the same entry and the same payload in all formats', async () => {
    const clauses = [{ contextKind: 'user', attribute: 'email', op: 'endsWith', values: ['@x'], negate: false }];
    const outcome = async (change: () => Promise<TestAnswer>) => {
      await fresh({ tags: ['old'] });
      const answer = await change();
      expect(answer.status).toBe(200);
      const { accesses, description, titleVerb } = (await newestChange()) ?? {};
      const parts = { flag: answer.body, accesses, description, titleVerb, payload: await payload(key) };
      // Keys, ids and salts differ from flag to flag.
      return JSON.parse(
        JSON.stringify(parts)
          .replaceAll(key, 'KEY')
          .replaceAll(variations[0]?._id ?? '', 'TRUE')
          .replaceAll(variations[1]?._id ?? '', 'FALSE')
          .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
          .replaceAll(/[0-9a-f]{32}/g, 'SALT'),
      ) as object;
    };
    const rollout = {
      contextKind: 'org',
      variations: [
        { variation: 0, weight: 30_000 },
        { variation: 1, weight: 70_000 },
      ],
    };
    const semantic = await outcome(() =>
      patch(key, [
        { kind: 'addRule', clauses, variationId: variations[0]?._id, description: 'staff' },
        { kind: 'addTargets', contextKind: 'device', values: ['kiosk'], variationId: variations[1]?._id },
        {
          kind: 'updateFallthroughVariationOrRollout',
          rolloutContextKind: 'org',
          rolloutWeights: { [variations[0]?._id ?? '']: 30_000, [variations[1]?._id ?? '']: 70_000 },
        },
        { kind: 'turnFlagOn' },
        { kind: 'updateName', value: 'Renamed' },
        { kind: 'addTags', values: ['new'] },
      ]),
    );
    const json = await outcome(() =>
      send(key, [
        { op: 'add', path: '/environments/test/rules/-', value: { clauses, variation: 0, description: 'staff' } },
        {
          op: 'add',
          path: '/environments/test/contextTargets/-',
          value: { contextKind: 'device', values: ['kiosk'], variation: 1 },
        },
        { op: 'replace', path: '/environments/test/fallthrough', value: { rollout } },
        { op: 'replace', path: '/environments/test/on', value: true },
        { op: 'replace', path: '/name', value: 'Renamed' },
        { op: 'add', path: '/tags/-', value: 'new' },
      ]),
    );
    const merge = await outcome(() =>
      send(key, {
        merge: {
          name: 'Renamed',
          tags: ['old', 'new'],
          environments: {
            test: {
              on: true,
              rules: [{ clauses, variation: 0, description: 'staff' }],
              contextTargets: [{ contextKind: 'device', values: ['kiosk'], variation: 1 }],
              fallthrough: { rollout },
            },
          },
        },
      }),
    );
    expect(json).toEqual(semantic);
    expect(merge).toEqual(semantic);
  });

  it('do what existing clients send', async () => {
    await fresh();
    const terraform = (...operations: readonly object[]) => send(key, { comment: 'Terraform', patch: operations });
    const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
    expect(
      (await terraform(replace('/maintainerTeamKey', ''), replace('/environments/test/fallthough', 1))).status,
    ).toBe(200);
    expect((await terraform(replace('/deprecated', true), replace('/variations/0/name', 'On'))).body).toMatchObject({
      deprecated: true,
      variations: [{ name: 'On' }, {}],
    });
    const environment = await terraform(
      replace('/environments/test/on', true),
      replace('/environments/test/rules', [
        {
          variation: 0,
          clauses: [{ attribute: 'email', op: 'in', values: ['x'], negate: false, contextKind: 'user' }],
        },
      ]),
      replace('/environments/test/targets', [{ values: ['k'], variation: 1 }]),
      replace('/environments/test/contextTargets', []),
      replace('/environments/test/fallthrough', { variation: 1 }),
    );
    const { rules } = environment.body.environments.test;
    const again = await terraform(
      replace(
        '/environments/test/rules',
        rules.map(({ _id, clauses, ...rule }: { _id: string; clauses: { _id: string }[] }) => ({
          ...rule,
          clauses: clauses.map(({ _id: _clauseId, ...clause }) => clause),
        })),
      ),
    );
    expect(again.body).toEqual(environment.body);
    const unset = await terraform({ op: 'remove', path: '/environments/test/offVariation' });
    expect(unset.body.environments.test).not.toHaveProperty('offVariation');
    expect((await terraform({ op: 'remove', path: '/environments/test/offVariation' })).body.code).toBe(
      'invalid_patch',
    );
    const archived = await send(key, [replace('/archived', true)]);
    expect(archived.body).toMatchObject({ archived: true, archivedDate: expect.any(Number) });
    expect(await payload(key)).toMatchObject({ code: 'not_found' });
    expect((await send(key, [replace('/archived', false)])).body).not.toHaveProperty('archivedDate');
  });

  it('show a change without making it when it is only a try', async () => {
    const before = await fresh();
    const { body } = await send(key, TOGGLE.bare, '?dryRun=true&ignoreConflicts=true');
    expect(body).toMatchObject({ environments: { test: { on: true, version: 2 } } });
    expect((await get(key)).body).toEqual(before);
    expect((await patch(key, [{ kind: 'deleteFlag' }], {}, '?dryRun=true')).body).toEqual(before);
  });

  it('count on the version that a test names', async () => {
    await fresh();
    const test = (value: number) => ({ op: 'test', path: '/version', value });
    const rename = { op: 'replace', path: '/name', value: 'Renamed' };
    expect(await send(key, [test(2), rename])).toMatchObject({
      status: 409,
      body: { code: 'optimistic_locking_error' },
    });
    expect(await send(key, [test(1), rename])).toMatchObject({ status: 200, body: { _version: 2, name: 'Renamed' } });
  });

  it('delete a flag with their last instruction', async () => {
    await fresh();
    const gone = await patch(key, [{ kind: 'updateName', value: 'Last' }, { kind: 'deleteFlag' }]);
    expect(gone).toMatchObject({ status: 200, body: { name: 'Last' } });
    expect((await get(key)).status).toBe(404);
    await fresh();
    const early = await patch(key, [{ kind: 'deleteFlag' }, { kind: 'turnFlagOn' }]);
    expect(early).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('as the last instruction only') },
    });
    expect((await patch(key, [{ kind: 'deleteFlag' }])).status).toBe(200);
    expect((await remove(key)).status).toBe(404);
  });

  it('move a flag through release pipelines', async () => {
    await fresh();
    const release = async () => (await app.call({ path: `flags/default/${key}/release`, headers })).body;
    const web = `web-${engine.name}`;
    expect(
      (
        await send(key, [
          { op: 'add', path: '/releasePipelineKey', value: web },
          { op: 'replace', path: '/name', value: 'In' },
        ])
      ).body.name,
    ).toBe('In');
    expect((await release()).releasePipelineKey).toBe(web);
    await send(key, { releasePipelineKey: `app-${engine.name}` });
    expect((await release()).releasePipelineKey).toBe(`app-${engine.name}`);
    const absent = [{ op: 'add', path: '/releasePipelineKey', value: 'absent' }];
    expect((await send(key, absent)).status).toBe(404);
    expect((await send(key, absent, '?dryRun=true')).status).toBe(404);
    expect((await send(key, [{ op: 'remove', path: '/releasePipelineKey' }])).status).toBe(200);
    expect((await release()).releasePipelineKey).not.toBe(`app-${engine.name}`);
  });

  it('change nothing when they are bad, and name what is', async () => {
    const before = await letters();
    const rows: readonly (readonly [unknown, number, string])[] = [
      [{ instructions: [{ kind: 'turnFlagOn' }] }, 400, 'Content-Type: expected'],
      [[{ op: 'replace', path: '/environments/staging/on', value: true }], 400, 'no such path'],
      [
        { environments: { test: { fallthrough: { variation: 7 } } } },
        400,
        'environments.test.fallthrough.variation: expected the index',
      ],
      [
        [{ op: 'replace', path: '/defaults/offVariation', value: 9 }],
        400,
        'Default off variation must be a valid index in the variations list',
      ],
      [
        [{ op: 'remove', path: '/variations/2' }],
        400,
        'Default off variation must be a valid index in the variations list',
      ],
      ['text', 400, 'body: expected an object'],
    ];
    for (const [body, status, message] of rows) {
      const answer = await send(key, body === 'text' ? '"text"' : body);
      expect({ status: answer.status, message: answer.body.message }).toMatchObject({ status });
      expect(answer.body.message).toContain(message);
    }
    const second = await patch(key, [{ kind: 'turnFlagOn' }, { kind: 'updateOffVariation', variationId: 'x' }]);
    expect(second.body.message).toContain('instructions[1] (updateOffVariation): variationId: "x"');
    expect((await get(key)).body).toEqual(before);
  });

  it('take names of segments that no segment can have, and no endless kinds', async () => {
    await fresh();
    const long = 'x'.repeat(10_000);
    const rule = (clause: object) =>
      patch(key, [{ kind: 'addRule', clauses: [clause], variationId: variations[0]?._id }]);
    expect((await rule({ op: 'segmentMatch', values: [long, '', 'vip'] })).status).toBe(200);
    const kind = await rule({ contextKind: long, attribute: 'key', op: 'in', values: ['x'] });
    expect(kind).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('clauses[0].contextKind: expected') },
    });
    const prerequisites = Array.from({ length: 40_000 }, (_, index) => ({ key: `no-${index}`, variationId: 'x' }));
    const many = await patch(key, [{ kind: 'replacePrerequisites', prerequisites }]);
    expect(many).toMatchObject({ status: 400, body: { message: expect.stringContaining('prerequisites[0].key') } });
  });

  it('remove variations with all that served them', async () => {
    await letters();
    const [a, b, c] = variations.map(({ _id }) => _id);
    await patch(key, [{ kind: 'updateFallthroughVariationOrRollout', variationId: b }]);
    const removed = await patch(key, [{ kind: 'removeVariation', variationId: b }]);
    expect(removed).toMatchObject({
      status: 200,
      body: {
        _version: 2,
        variations: [{ _id: a }, { _id: c }],
        defaults: { onVariation: 0, offVariation: 1 },
        environments: { test: { fallthrough: { variation: 1 }, offVariation: 1, version: 3 } },
      },
    });
    expect(await payload(key)).toMatchObject({ variations: ['a', 'c'], fallthrough: { variation: 1 }, version: 3 });
    const last = await patch(key, [
      { kind: 'updateDefaultVariation', onVariationValue: 'a', offVariationValue: 'a' },
      { kind: 'removeVariation', variationId: c },
    ]);
    expect(last).toMatchObject({
      status: 400,
      body: { message: "The fallthrough variation can't be deleted because no off variation is set" },
    });
  });

  it('need approval inside environments that ask for it, and for values, but not for names', async () => {
    await letters();
    const settings = (required: boolean) =>
      app.call({
        method: 'PATCH',
        path: 'projects/default/environments/test',
        body: [{ op: 'replace', path: '/approvalSettings/required', value: required }],
      });
    await settings(true);
    const refused = async (change: Promise<TestAnswer>) => {
      const { status, body } = await change;
      return status === 405 ? body.message : status;
    };
    const text = (action: string) => `Flag configuration updates require approval: action '${action}' not allowed`;
    expect(await refused(patch(key, [{ kind: 'turnFlagOn' }]))).toBe(text('updateOn'));
    expect(await refused(send(key, TOGGLE.bare))).toBe(text('updateOn'));
    expect(await refused(patch(key, [{ kind: 'updateVariation', variationId: variations[0]?._id, value: 'z' }]))).toBe(
      text('updateFlagVariations'),
    );
    expect(await refused(patch(key, [{ kind: 'removeVariation', variationId: variations[1]?._id }]))).toBe(
      text('updateFlagVariations'),
    );
    const copy = {
      method: 'POST',
      path: `flags/default/${key}/copy`,
      body: { source: { key: 'production' }, target: { key: 'test' } },
    } as const;
    await patch(key, [{ kind: 'turnFlagOn' }], { environmentKey: 'production' });
    expect(await refused(app.call(copy))).toBe(text('updateOn'));
    for (const instruction of [
      { kind: 'turnFlagOff' },
      { kind: 'updateName', value: 'Free' },
      { kind: 'updateVariation', variationId: variations[0]?._id, name: 'A' },
      { kind: 'addVariation', value: 'd' },
      { kind: 'deprecateFlag' },
    ]) {
      expect([instruction.kind, await refused(patch(key, [instruction]))]).toEqual([instruction.kind, 200]);
    }
    expect((await remove(key)).status).toBe(204);
    await settings(false);
  });
});
