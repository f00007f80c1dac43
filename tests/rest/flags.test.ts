import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const values = (...list: readonly unknown[]) => ({ variations: list.map((value) => ({ value })) });

/** Bad flags: what is wrong, the members, and the whole message. */
const REFUSED: readonly [string, object, string][] = [
  [
    'a default that no variation has',
    { defaults: { onVariation: 0, offVariation: 2 } },
    'Default off variation must be a valid index in the variations list',
  ],
  [
    'a negative default',
    { defaults: { onVariation: -1, offVariation: 0 } },
    'Default on variation must be a valid index in the variations list',
  ],
  ['half of the defaults', { defaults: { onVariation: 0 } }, 'defaults.offVariation: expected a value, got nothing'],
  ['no variations', values(), 'variations: expected 1 to 1000 variations, got 0'],
  ['variations of two types', values('a', 1), 'variations: expected values of one type, got string and number'],
  ['null among texts', values('a', null), 'variations: expected values of one type, got string and null'],
  [
    'a boolean flag without false',
    values(true),
    'variations: expected exactly the two values true and false for a boolean flag',
  ],
  [
    'a value twice',
    values({ a: 1, b: [2] }, { b: [2], a: 1 }),
    'variations[1].value: {"b":[2],"a":1} is also the value of variations[0]; expected unique values',
  ],
  [
    'a value without end',
    values('x'.repeat(65_536), 'y'),
    'variations[0].value: expected at most 65536 characters of JSON',
  ],
  ['a variation without value', { variations: [{ name: 'A' }] }, 'variations[0].value: expected a value, got nothing'],
  ['an unknown maintainer', { maintainerId: 'nix' }, 'maintainerId: "nix" is not a member; expected the id of one'],
  [
    'half of an availability',
    { clientSideAvailability: { usingMobileKey: true } },
    'clientSideAvailability.usingEnvironmentId: expected a value, got nothing',
  ],
  ['an empty name', { name: '   ' }, 'name: "   " is not a valid name; expected 1 to 256 characters'],
  [
    'a bad tag',
    { tags: ['a b'] },
    `tags[0]: "a b" is not a valid tag; expected 1 to 64 letters, digits, '.', '_' or '-'`,
  ],
  [
    'a long custom property',
    { customProperties: { p: { name: 'x'.repeat(65), value: [] } } },
    `customProperties.p: expected at most 64 characters, got "${'x'.repeat(65)}"`,
  ],
  [
    'an unknown team',
    { maintainerTeamKey: 'team' },
    'maintainerTeamKey: "team" is not a team; expected the key of one',
  ],
  [
    'an unknown prerequisite',
    { initialPrerequisites: [{ key: 'absent', variationId: 'x' }] },
    'initialPrerequisites[0].key: expected the key of another flag of this project, got "absent"',
  ],
];

describe.each(ENGINES)('creating flags on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  const create = (body: object, token = app.token) =>
    app.call({ method: 'POST', path: 'flags/default', body: { key: 'flag', name: 'Flag', ...body }, token });
  const changes = () => listChanges(app.slipway.database.db, 500);

  it.each(REFUSED)('refuses %s and stores nothing', async (_name, body, message) => {
    const before = await changes();
    expect((await create(body)).body).toEqual({ code: 'invalid_request', message, id: expect.any(String) });
    expect((await app.call({ path: 'flags/default/flag' })).status).toBe(404);
    expect(await changes()).toEqual(before);
  });

  it('makes a boolean flag that is off everywhere when nothing else is said', async () => {
    const { status, body } = await create({ key: 'plain' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'boolean',
      description: '',
      temporary: true,
      tags: [],
      customProperties: {},
      variations: [{ value: true }, { value: false }],
      defaults: { onVariation: 0, offVariation: 1 },
      clientSideAvailability: { usingEnvironmentId: false, usingMobileKey: true },
      environments: {
        test: { on: false, fallthrough: { variation: 0 }, offVariation: 1, version: 1 },
        production: { on: false, fallthrough: { variation: 0 }, offVariation: 1, version: 1 },
      },
    });
    const { test, production } = body.environments;
    expect(new Set([test.salt, test.sel, production.salt, production.sel]).size).toBe(4);
  });

  it('is on in all environments with isFlagOn, also where changes need approval', async () => {
    const approvals = (value: boolean) =>
      app.call({
        method: 'PATCH',
        path: 'projects/default/environments/production',
        body: [{ op: 'replace', path: '/approvalSettings/required', value }],
      });
    await approvals(true);
    const { body } = await create({ key: 'on', isFlagOn: true });
    expect(body.environments).toMatchObject({ test: { on: true }, production: { on: true } });
    expect((await app.call({ method: 'DELETE', path: 'flags/default/on' })).status).toBe(204);
    await approvals(false);
  });

  it('is maintained by the member whose token calls, or by the one it names', async () => {
    const { memberId } = (await app.call({ path: 'caller-identity' })).body;
    expect((await create({ key: 'mine' }, await app.addToken('writer'))).body.maintainerId).toBe(memberId);
    expect((await create({ key: 'named', maintainerId: memberId })).body._maintainer).toMatchObject({ _id: memberId });
  });

  it('reads includeInSnippet where no availability is given', async () => {
    expect((await create({ key: 'old', includeInSnippet: true })).body.clientSideAvailability).toEqual({
      usingEnvironmentId: true,
      usingMobileKey: true,
    });
    const clientSideAvailability = { usingEnvironmentId: false, usingMobileKey: false };
    expect((await create({ key: 'both', includeInSnippet: true, clientSideAvailability })).body).toMatchObject({
      includeInSnippet: false,
      clientSideAvailability,
    });
  });

  it.each([
    ['texts', values('a', 'b'), 'multivariate'],
    ['numbers', values(1, 1.5, -3), 'multivariate'],
    ['JSON of any kind', values({ a: 1 }, 'a', null, [1], true), 'multivariate'],
    ['one value', values('only'), 'multivariate'],
    ['false before true', values(false, true), 'boolean'],
  ])('takes variations that are %s', async (name, body, kind) => {
    const key = name.replaceAll(' ', '-');
    const created = (await create({ key, ...body })).body;
    expect(created).toMatchObject({ kind, ...body });
    const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    const sdk = (await app.call({ path: '/sdk/latest-all', token: apiKey })).body.flags[key];
    expect(sdk.variations).toEqual(body.variations.map(({ value }) => value));
  });

  it('counts the use of each variation', async () => {
    const { body } = await create({ key: 'used', ...values('a', 'b', 'c', 'd') });
    const [a, b, c] = body.variations.map(({ _id }: { _id: string }) => _id);
    const clauses = [{ attribute: 'x', op: 'in', values: [1] }];
    const patched = await app.call({
      method: 'PATCH',
      path: 'flags/default/used',
      headers: SEMANTIC,
      body: {
        environmentKey: 'test',
        instructions: [
          { kind: 'addTargets', values: ['u', 'v'], variationId: a },
          { kind: 'addTargets', values: ['o'], variationId: a, contextKind: 'org' },
          { kind: 'addRule', clauses, variationId: b },
          { kind: 'addRule', clauses: [], rolloutWeights: { [a]: 40_000, [b]: 60_000 } },
          {
            kind: 'updateFallthroughVariationOrRollout',
            rolloutWeights: { [b]: 30_000, [c]: 70_000 },
            rolloutBucketBy: 'plan',
          },
        ],
      },
    });
    const none = { rules: 0, nullRules: 0, targets: 0, contextTargets: 0 };
    expect(patched.body.environments.test._summary).toEqual({
      prerequisites: 0,
      variations: {
        '0': { ...none, nullRules: 1, targets: 2, contextTargets: 1 },
        '1': { ...none, rules: 1, nullRules: 1, rollout: 30_000, bucketBy: 'plan' },
        '2': { ...none, rollout: 70_000, bucketBy: 'plan' },
        '3': { ...none, isOff: true },
      },
    });
    const listed = await app.call({ path: 'flags/default?env=test' });
    const item = listed.body.items.find(({ key }: { key: string }) => key === 'used');
    expect(item.environments.test._summary).toEqual(patched.body.environments.test._summary);
  });
});
