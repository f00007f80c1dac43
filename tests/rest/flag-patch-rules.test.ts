import { describe, expect, it } from 'vitest';
import { SEMANTIC } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { type Ids, patchedFlag, versions } from '../support/patched-flag.ts';

const clause = { attribute: 'email', op: 'endsWith', values: ['@x.test'] };

describe.each(ENGINES)('patches of flags on $name', (engine) => {
  const flag = patchedFlag(engine);
  const { patch, get, changes } = flag;

  it('turns on and off again with one version each, and with none in one request', async () => {
    await patch([{ kind: 'turnFlagOn' }]);
    expect(versions((await patch([{ kind: 'turnFlagOff' }])).body)).toEqual([1, 3, 1]);
    expect(versions((await patch([{ kind: 'turnFlagOn' }, { kind: 'turnFlagOff' }])).body)).toEqual([1, 3, 1]);
  });

  it('removes targets and rules by id and by ref', async () => {
    const { body } = await patch([
      { kind: 'addTargets', values: ['a', 'b'], variationId: flag.ids().on, contextKind: 'org' },
      { kind: 'addRule', clauses: [], variationId: flag.ids().on, ref: 'everyone' },
      {
        kind: 'addRule',
        clauses: [clause],
        variationId: flag.ids().off,
        beforeRuleId: 'everyone',
        description: 'first',
      },
    ]);
    const [first, second] = body.environments.test.rules;
    expect([first.description, second.ref]).toEqual(['first', 'everyone']);
    const left = await patch([
      { kind: 'removeTargets', values: ['a'], variationId: flag.ids().on, contextKind: 'org' },
      { kind: 'removeRule', ruleId: 'everyone' },
      { kind: 'removeRule', ruleId: first._id },
    ]);
    expect(left.body.environments.test).toMatchObject({
      rules: [],
      contextTargets: [{ contextKind: 'org', values: ['b'], variation: 0 }],
    });
  });

  it.each([
    [
      'an unknown variation',
      () => ({ kind: 'updateOffVariation', variationId: 'nix' }),
      'variationId: "nix" is not a variation',
    ],
    [
      'both serves',
      ({ on }: Ids) => ({ kind: 'addRule', clauses: [], variationId: on, rolloutWeights: { [on]: 100_000 } }),
      'exactly one of',
    ],
    [
      'weights of 99999',
      ({ on }: Ids) => ({ kind: 'addRule', clauses: [], rolloutWeights: { [on]: 99_999 } }),
      'sum to 100000, got 99999',
    ],
    [
      'an unknown operator',
      ({ on }: Ids) => ({ kind: 'addRule', clauses: [{ ...clause, op: 'is' }], variationId: on }),
      'clauses[0].op: expected one of',
    ],
    [
      'a pattern that does not compile',
      ({ on }: Ids) => ({ kind: 'addRule', clauses: [{ ...clause, op: 'matches', values: ['('] }], variationId: on }),
      'a regular expression',
    ],
    [
      'an unknown rule to stand before',
      ({ on }: Ids) => ({ kind: 'addRule', clauses: [], variationId: on, beforeRuleId: 'nix' }),
      '"nix" is not a rule',
    ],
    ['an empty name', () => ({ kind: 'updateName', value: '  ' }), 'is not a valid name'],
    [
      'a bad tag',
      () => ({ kind: 'addTags', values: ['fine', 'not fine'] }),
      'values[1]: "not fine" is not a valid tag',
    ],
    [
      'a bad context kind',
      ({ on }: Ids) => ({ kind: 'addTargets', values: ['a'], variationId: on, contextKind: 'multi' }),
      'contextKind: expected a context kind',
    ],
  ])('refuses %s, names the instruction, and applies nothing', async (_name, instruction, message) => {
    const [before, log] = [await get(), await changes()];
    const answer = await patch([{ kind: 'turnFlagOn' }, instruction(flag.ids())]);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(answer.body.message).toMatch(/^instructions\[1\]/);
    expect(answer.body.message).toContain(message);
    expect(await get()).toEqual(before);
    expect(await changes()).toEqual(log);
  });

  it('refuses a key that another variation targets, of the same kind only', async () => {
    await patch([{ kind: 'addTargets', values: ['a'], variationId: flag.ids().on }]);
    const other = { kind: 'addTargets', values: ['a'], variationId: flag.ids().off };
    expect(await patch([other])).toMatchObject({ status: 400 });
    expect(await patch([{ ...other, contextKind: 'org' }])).toMatchObject({ status: 200 });
  });

  it('asks for an environment where one is needed', async () => {
    const body = { instructions: [{ kind: 'turnFlagOn' }] };
    const without = await flag.app().call({ method: 'PATCH', path: flag.path(), headers: SEMANTIC, body });
    expect(without.body.message).toBe(
      'environmentKey: expected the key of the environment that instructions[0] (turnFlagOn) acts in, got nothing',
    );
    const unknown = await flag.app().call({
      method: 'PATCH',
      path: flag.path(),
      headers: SEMANTIC,
      body: { ...body, environmentKey: 'nix' },
    });
    expect(unknown).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('"nix" is not an environment') },
    });
  });

  it.each([
    'application/json;domain-model=launchdarkly.semanticpatch',
    'application/json; charset=utf-8; domain-model="launchdarkly.semanticpatch"',
    'Application/JSON ; Domain-Model = LaunchDarkly.SemanticPatch',
  ])('reads the media type %s', async (type) => {
    expect((await patch([{ kind: 'turnFlagOn' }], { headers: { 'content-type': type } })).status).toBe(200);
  });

  it('checks rights and approvals in a dry run as in earnest, and cancels no release', async () => {
    const dry = { query: '?dryRun=1' };
    expect(await patch([{ kind: 'turnFlagOn' }], { ...dry, token: await flag.app().addToken('reader') })).toMatchObject(
      {
        status: 403,
        body: { access: { action: 'updateOn' } },
      },
    );
    const log = await changes();
    expect((await patch([{ kind: 'archiveFlag' }], dry)).body).toMatchObject({ archived: true, _version: 2 });
    expect((await get()).archived).toBe(false);
    expect(await changes()).toEqual(log);
  });

  it('asks for approval by tag of the flag', async () => {
    const settings = (value: readonly string[]) =>
      flag.app().call({
        method: 'PATCH',
        path: 'projects/default/environments/test',
        body: [{ op: 'replace', path: '/approvalSettings/requiredApprovalTags', value }],
      });
    await settings(['kept']);
    expect(
      await patch([
        { kind: 'updateName', value: 'N' },
        { kind: 'updateOffVariation', variationId: flag.ids().on },
      ]),
    ).toMatchObject({
      status: 405,
      body: { message: "Flag configuration updates require approval: action 'updateOffVariation' not allowed" },
    });
    expect((await patch([{ kind: 'turnFlagOff' }])).status).toBe(200);
    expect((await patch([{ kind: 'removeTags', values: ['kept'] }])).status).toBe(200);
    expect((await patch([{ kind: 'turnFlagOn' }])).status).toBe(200);
    await settings([]);
  });
});
