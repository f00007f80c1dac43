import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

type Ids = { readonly on: string; readonly off: string };

const clause = { attribute: 'email', op: 'endsWith', values: ['@x.test'] };

/**
 * Every kind of instruction on a fresh boolean flag: its parameters, what `test` shows afterwards (the flag where it
 * acts on the flag), the action it needs, and which versions rise.
 */
const KINDS: readonly {
  kind: string;
  parameters?: (ids: Ids) => object;
  flag?: object;
  config?: (ids: Ids) => object;
  action: string;
  versions: readonly [flag: number, test: number, production: number];
}[] = [
  { kind: 'turnFlagOn', config: () => ({ on: true }), action: 'updateOn', versions: [1, 2, 1] },
  {
    kind: 'addTargets',
    parameters: ({ on }) => ({ values: ['u', 'u', 'v'], variationId: on }),
    config: () => ({ targets: [{ contextKind: 'user', values: ['u', 'v'], variation: 0 }], contextTargets: [] }),
    action: 'updateTargets',
    versions: [1, 2, 1],
  },
  {
    kind: 'addRule',
    parameters: ({ on, off }) => ({
      clauses: [clause],
      rolloutWeights: { [on]: 1, [off]: 99_999 },
      rolloutContextKind: 'org',
      rolloutBucketBy: 'plan',
      ref: 'first',
      trackEvents: true,
    }),
    config: () => ({
      rules: [
        {
          _id: expect.any(String),
          clauses: [{ _id: expect.any(String), contextKind: 'user', negate: false, ...clause }],
          rollout: {
            contextKind: 'org',
            bucketBy: 'plan',
            variations: [
              { variation: 0, weight: 1 },
              { variation: 1, weight: 99_999 },
            ],
          },
          ref: 'first',
          trackEvents: true,
        },
      ],
    }),
    action: 'updateRules',
    versions: [1, 2, 1],
  },
  {
    kind: 'updateFallthroughVariationOrRollout',
    parameters: ({ off }) => ({ variationId: off }),
    config: () => ({ fallthrough: { variation: 1 } }),
    action: 'updateFallthrough',
    versions: [1, 2, 1],
  },
  {
    kind: 'updateOffVariation',
    parameters: ({ on }) => ({ variationId: on }),
    config: () => ({ offVariation: 0 }),
    action: 'updateOffVariation',
    versions: [1, 2, 1],
  },
  {
    kind: 'updateName',
    parameters: () => ({ value: ' New ' }),
    flag: { name: 'New' },
    action: 'updateName',
    versions: [2, 1, 1],
  },
  {
    kind: 'updateDescription',
    parameters: () => ({ value: 'Why' }),
    flag: { description: 'Why' },
    action: 'updateDescription',
    versions: [2, 1, 1],
  },
  {
    kind: 'addTags',
    parameters: () => ({ values: ['b', 'a'] }),
    flag: { tags: ['kept', 'b', 'a'] },
    action: 'updateTags',
    versions: [2, 1, 1],
  },
  {
    kind: 'removeTags',
    parameters: () => ({ values: ['kept', 'never'] }),
    flag: { tags: [] },
    action: 'updateTags',
    versions: [2, 1, 1],
  },
  { kind: 'archiveFlag', flag: { archived: true }, action: 'updateGlobalArchived', versions: [2, 2, 2] },
];

/** Instructions in `test` that ask for what a fresh flag is already. */
const NOTHING: readonly [string, (ids: Ids) => object][] = [
  ['turnFlagOff', () => ({})],
  ['addTargets', ({ on }) => ({ values: [], variationId: on })],
  ['removeTargets', ({ on }) => ({ values: ['nobody'], variationId: on })],
  ['removeRule', () => ({ ruleId: 'never' })],
  ['updateFallthroughVariationOrRollout', ({ on }) => ({ variationId: on })],
  ['updateOffVariation', ({ off }) => ({ variationId: off })],
  ['updateName', () => ({ value: 'Flag' })],
  ['updateDescription', () => ({ value: '' })],
  ['addTags', () => ({ values: ['kept'] })],
  ['removeTags', () => ({ values: ['never'] })],
];

describe.each(ENGINES)('instructions on $name', (engine) => {
  let app: TestApp;
  let path: string;
  let ids: Ids;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    const key = `flag-${count++}`;
    const { body } = await app.call({
      method: 'POST',
      path: 'flags/default',
      body: { key, name: 'Flag', tags: ['kept'] },
    });
    path = `flags/default/${key}`;
    ids = { on: body.variations[0]._id, off: body.variations[1]._id };
  });

  const patch = (instructions: readonly object[], more: { query?: string; token?: string; headers?: object } = {}) =>
    app.call({
      method: 'PATCH',
      path: path + (more.query ?? ''),
      headers: { ...SEMANTIC, ...more.headers },
      token: more.token ?? app.token,
      body: { environmentKey: 'test', instructions },
    });
  const get = async () => (await app.call({ path })).body;
  const changes = () => listChanges(app.slipway.database.db, 500);
  const versions = ({ _version, environments }: Awaited<ReturnType<typeof get>>) => [
    _version,
    environments.test.version,
    environments.production.version,
  ];

  it.each(KINDS)('$kind changes what it says, and nothing when it is repeated', async (row) => {
    const instruction = { kind: row.kind, ...row.parameters?.(ids) };
    const { status, body } = await patch([instruction]);
    expect(status).toBe(200);
    expect(body).toMatchObject(row.flag ?? {});
    expect(body.environments.test).toMatchObject(row.config?.(ids) ?? {});
    expect(versions(body)).toEqual(row.versions);
    const [change] = await changes();
    const environments = row.versions[0] === 1 ? ['test'] : ['production', 'test'];
    expect(change?.accesses).toEqual(
      environments.map((key) => ({
        action: row.action,
        resource: `proj/default:env/${key}:${path.replace('s/default', '')}`,
      })),
    );
    if (row.kind === 'addRule') return; // adds another rule each time
    const before = await changes();
    expect((await patch([instruction])).body).toEqual(body);
    expect(await changes()).toEqual(before);
  });

  it.each(NOTHING)(
    '%s that asks for the present state changes nothing and needs no right',
    async (kind, parameters) => {
      const [before, log] = [await get(), await changes()];
      const reader = await app.addToken('reader');
      const answer = await patch([{ kind, ...parameters(ids) }], { token: reader });
      expect(answer).toMatchObject({ status: 200, body: before });
      expect((await changes()).filter(({ kind }) => kind === 'flag')).toEqual(
        log.filter(({ kind }) => kind === 'flag'),
      );
    },
  );
});
