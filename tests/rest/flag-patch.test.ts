import { describe, expect, it } from 'vitest';
import { ENGINES } from '../support/engines.ts';
import { type Ids, patchedFlag, versions } from '../support/patched-flag.ts';

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
  const flag = patchedFlag(engine);
  const { patch, get, changes } = flag;

  it.each(KINDS)('$kind changes what it says, and nothing when it is repeated', async (row) => {
    const instruction = { kind: row.kind, ...row.parameters?.(flag.ids()) };
    const { status, body } = await patch([instruction]);
    expect(status).toBe(200);
    expect(body).toMatchObject(row.flag ?? {});
    expect(body.environments.test).toMatchObject(row.config?.(flag.ids()) ?? {});
    expect(versions(body)).toEqual(row.versions);
    const [change] = await changes();
    const environments = row.versions[0] === 1 ? ['test'] : ['production', 'test'];
    expect(change?.accesses.map(({ action, resource }) => ({ action, resource }))).toEqual(
      environments.map((key) => ({
        action: row.action,
        resource: `proj/default:env/${key}:${flag.path().replace('s/default', '')}`,
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
      const reader = await flag.app().addToken('reader');
      const answer = await patch([{ kind, ...parameters(flag.ids()) }], { token: reader });
      expect(answer).toMatchObject({ status: 200, body: before });
      expect((await changes()).filter(({ kind }) => kind === 'flag')).toEqual(
        log.filter(({ kind }) => kind === 'flag'),
      );
    },
  );
});
