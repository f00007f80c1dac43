import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDueTimers } from '../../src/jobs/timer-loop.ts';
import { listChanges } from '../../src/store/changes.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const CLAUSE = { contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro'], negate: false };
const MINUTE = 60_000;

describe.each(ENGINES)('segments on $name', (engine) => {
  let app: TestApp;
  let key: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(() => {
    key = `segment-${count++}`;
  });

  const path = () => `segments/default/test/${key}`;
  const create = (body: object = {}) =>
    app.call({ method: 'POST', path: 'segments/default/test', body: { key, name: 'Segment', ...body } });
  const get = async (query = '') => (await app.call({ path: `${path()}${query}` })).body;
  const send = (body: unknown, headers = {}, query = '') =>
    app.call({ method: 'PATCH', path: `${path()}${query}`, body, headers });
  const patch = (...instructions: readonly object[]) => send({ instructions, comment: 'why' }, SEMANTIC);
  const changes = (limit = 1) => listChanges(app.slipway.database.db, limit);
  const delivered = async () => {
    const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    return (await app.call({ path: '/sdk/latest-all', token: apiKey })).body.segments;
  };

  it('makes a segment with the whole official body', async () => {
    const { status, body } = await create({ name: ' Beta ', description: 'Testers', tags: ['a', 'a'] });
    const type = 'application/json';
    const made = {
      _links: {
        self: { href: `/api/v2/${path()}`, type },
        parent: { href: '/api/v2/segments/default/test', type },
        site: { href: `/default/test/segments/${key}`, type: 'text/html' },
      },
      key,
      name: 'Beta',
      description: 'Testers',
      tags: ['a'],
      creationDate: app.clock.now(),
      lastModifiedDate: app.clock.now(),
      version: 1,
      deleted: false,
      generation: 1,
      unbounded: false,
      included: [],
      excluded: [],
      includedContexts: [],
      excludedContexts: [],
      rules: [],
    };
    expect(status).toBe(201);
    expect(body).toEqual(made);
    expect(await get()).toEqual({ ...made, _flags: [] });
    expect((await delivered())[key]).toMatchObject({ key, version: 1, included: [], rules: [], deleted: false });
    expect((await changes())[0]).toMatchObject({
      kind: 'segment',
      titleVerb: 'created the segment',
      accesses: [{ action: 'createSegment', resource: `proj/default:env/test:segment/${key}` }],
    });
  });

  it.each([
    ['a key that is taken', {}, 409, 'key_exists', 'already exists'],
    ['a bad key', { key: 'a b' }, 400, 'invalid_request', 'key: "a b" is not a valid key'],
    ['no name', { name: undefined }, 400, 'invalid_request', 'name: expected a value'],
    ['a bad tag', { tags: ['a b'] }, 400, 'invalid_request', 'tags[0]'],
    [
      'a bad kind',
      { key: 'x', unbounded: true, unboundedContextKind: 'multi' },
      400,
      'invalid_request',
      'unboundedContextKind',
    ],
  ])('refuses %s', async (_name, body, status, code, message) => {
    await create();
    expect(await create(body)).toMatchObject({ status, body: { code, message: expect.stringContaining(message) } });
  });

  const included = (values: readonly string[], contextKind = 'user') => ({ contextKind, values });
  const ROWS: readonly (readonly [object, object, string, string])[] = [
    [{ kind: 'updateName', value: 'New' }, { name: 'New' }, 'updateName', 'Changed the name from "Segment" to "New"'],
    [
      { kind: 'updateDescription', value: 'D' },
      { description: 'D' },
      'updateDescription',
      'Changed the description from "" to "D"',
    ],
    [{ kind: 'addTags', values: ['b'] }, { tags: ['old', 'b'] }, 'updateTags', 'Added the tags b'],
    [{ kind: 'removeTags', values: ['old'] }, { tags: [] }, 'updateTags', 'Removed the tags old'],
    [
      { kind: 'addIncludedTargets', ...included(['x', 'x', 'in'], 'user') },
      { included: ['in', 'x'] },
      'updateIncluded',
      'Added included user targets "x"',
    ],
    [
      { kind: 'addIncludedTargets', ...included(['acme'], 'org') },
      { includedContexts: [{ contextKind: 'org', values: ['acme'] }] },
      'updateIncluded',
      'Added included org targets "acme"',
    ],
    [
      { kind: 'removeIncludedTargets', ...included(['in', 'y']) },
      { included: [] },
      'updateIncluded',
      'Removed included user targets "in"',
    ],
    [
      { kind: 'addIncludedUsers', values: ['x'] },
      { included: ['in', 'x'] },
      'updateIncluded',
      'Added included user targets "x"',
    ],
    [
      { kind: 'removeIncludedUsers', values: ['in'] },
      { included: [] },
      'updateIncluded',
      'Removed included user targets "in"',
    ],
    [
      { kind: 'addExcludedTargets', ...included(['x']) },
      { excluded: ['out', 'x'] },
      'updateExcluded',
      'Added excluded user targets "x"',
    ],
    [
      { kind: 'removeExcludedTargets', ...included(['out']) },
      { excluded: [] },
      'updateExcluded',
      'Removed excluded user targets "out"',
    ],
    [
      { kind: 'addExcludedUsers', values: ['x'] },
      { excluded: ['out', 'x'] },
      'updateExcluded',
      'Added excluded user targets "x"',
    ],
    [
      { kind: 'removeExcludedUsers', values: ['out'] },
      { excluded: [] },
      'updateExcluded',
      'Removed excluded user targets "out"',
    ],
  ];

  it.each(ROWS)('%j', async (instruction, effect, action, words) => {
    await create({ tags: ['old'] });
    await patch({ kind: 'addIncludedUsers', values: ['in'] }, { kind: 'addExcludedUsers', values: ['out'] });
    await app.clock.advance(1);
    const { status, body } = await patch(instruction);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...effect, version: 3, lastModifiedDate: app.clock.now() });
    const [change] = await changes();
    expect(change).toMatchObject({ comment: 'why', description: [words] });
    expect(change?.accesses.map((access) => access.action)).toEqual([action]);
    expect((await delivered())[key]).toMatchObject({ version: 3 });
  });

  it('adds, changes, orders and removes rules', async () => {
    await create();
    const { body: one } = await patch({ kind: 'addRule', clauses: [CLAUSE], description: 'Pros' });
    const [{ _id: first, clauses }] = one.rules;
    expect(one.rules).toEqual([
      {
        _id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        clauses: [{ _id: expect.any(String), ...CLAUSE }],
        description: 'Pros',
      },
    ]);
    const share = { weight: '25000', rolloutContextKind: 'org', bucketBy: 'country' };
    const { body: two } = await patch({ kind: 'addRule', clauses: [CLAUSE], ...share, beforeRuleId: first });
    const [{ _id: second }] = two.rules;
    expect(two.rules).toMatchObject([
      { weight: 25_000, rolloutContextKind: 'org', bucketBy: 'country' },
      { _id: first },
    ]);
    const rule = async (...instructions: readonly object[]) =>
      (await patch(...instructions)).body.rules.find(({ _id }: { _id: string }) => _id === first);
    expect(
      (await patch({ kind: 'reorderRules', ruleIds: [first, second] })).body.rules.map(
        ({ _id }: { _id: string }) => _id,
      ),
    ).toEqual([first, second]);
    expect(await rule({ kind: 'updateRuleDescription', ruleId: first, description: 'Paying' })).toMatchObject({
      description: 'Paying',
    });
    expect(
      await rule({ kind: 'updateRuleRolloutAndContextKind', ruleId: first, weight: 500, contextKind: 'org' }),
    ).toMatchObject({ weight: 500, rolloutContextKind: 'org' });
    expect(await rule({ kind: 'updateRuleRolloutAndContextKind', ruleId: first })).not.toHaveProperty('weight');
    const clauseId = clauses[0]._id;
    expect(
      (await rule({ kind: 'addValuesToClause', ruleId: first, clauseId, values: ['team', 'pro'] })).clauses[0].values,
    ).toEqual(['pro', 'team']);
    expect(
      (await rule({ kind: 'removeValuesFromClause', ruleId: first, clauseId, values: ['pro'] })).clauses[0].values,
    ).toEqual(['team']);
    const clause = { ...CLAUSE, attribute: 'age', op: 'lessThan', values: [5] };
    expect((await rule({ kind: 'updateClause', ruleId: first, clauseId, clause })).clauses[0]).toEqual({
      _id: clauseId,
      ...clause,
    });
    expect((await rule({ kind: 'addClauses', ruleId: first, clauses: [CLAUSE] })).clauses).toHaveLength(2);
    expect((await rule({ kind: 'removeClauses', ruleId: first, clauseIds: [clauseId] })).clauses).toHaveLength(1);
    expect((await patch({ kind: 'removeRule', ruleId: first })).body.rules).toHaveLength(1);
    expect((await patch({ kind: 'removeRule', ruleId: first })).body.version).toBe(13);
    expect((await changes())[0]).toMatchObject({
      accesses: [{ action: 'updateRules' }],
      description: ['Removed the rule "Paying"'],
    });
  });

  it.each([
    ['no instructions', [], 'instructions: expected at least one instruction, got none'],
    ['an unknown kind', [{ kind: 'turnFlagOn' }], 'instructions[0].kind: "turnFlagOn" is not a known kind'],
    [
      'what objects are born with',
      [{ kind: 'constructor' }],
      'instructions[0].kind: "constructor" is not a known kind',
    ],
    [
      'targets that are none',
      [{ kind: 'addIncludedTargets', values: [1] }],
      'instructions[0] (addIncludedTargets): values: expected an array of strings',
    ],
    ['a bad kind of context', [{ kind: 'addIncludedTargets', contextKind: 'multi', values: [] }], 'contextKind'],
    [
      'a key on both lists',
      [
        { kind: 'addIncludedUsers', values: ['a'] },
        { kind: 'addExcludedUsers', values: ['a'] },
      ],
      'excluded: user "a" is included already',
    ],
    [
      'too many targets',
      [{ kind: 'addIncludedUsers', values: Array.from({ length: 1501 }, (_, index) => String(index)) }],
      'expected at most 1500 targets in one request, got 1501',
    ],
    ['a rule without clauses', [{ kind: 'addRule', clauses: [] }], 'rules[0].clauses: expected at least one clause'],
    [
      'an unknown operator',
      [{ kind: 'addRule', clauses: [{ ...CLAUSE, op: 'like' }] }],
      'clauses[0].op: expected one of in',
    ],
    [
      'a weight that is none',
      [{ kind: 'addRule', clauses: [CLAUSE], weight: 100_001 }],
      'weight: expected thousandths of a percent',
    ],
    [
      'an unknown rule',
      [{ kind: 'updateRuleDescription', ruleId: 'x', description: '' }],
      'ruleId: "x" is not a rule of this segment',
    ],
    [
      'an incomplete order',
      [
        { kind: 'addRule', clauses: [CLAUSE] },
        { kind: 'reorderRules', ruleIds: [] },
      ],
      'ruleIds: expected the ids of all 1 rules',
    ],
    [
      'an unknown segment',
      [{ kind: 'addRule', clauses: [{ op: 'segmentMatch', values: ['nobody'] }] }],
      'rules: "nobody" is not a segment of this environment',
    ],
    ['another environment', 'production', 'environmentKey: expected "test", as the path has it, got "production"'],
    ['keys of big segments', [{ kind: 'addBigSegmentIncludedTargets', values: ['a'] }], 'is not a big segment'],
  ] as const)('refuses %s, and changes nothing', async (_name, instructions, message) => {
    await create();
    const before = await get();
    const { status, body } =
      typeof instructions === 'string'
        ? await send({ environmentKey: instructions, instructions: [{ kind: 'updateName', value: 'X' }] }, SEMANTIC)
        : await patch({ kind: 'updateName', value: 'Changed' }, ...instructions).then(async (answer) =>
            instructions.length === 0 ? patch() : answer,
          );
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: expect.stringContaining(
        message.replace('instructions[0]', instructions.length === 0 ? 'instructions[0]' : 'instructions[1]'),
      ),
    });
    expect({ ...(await get()), name: before.name, version: before.version }).toEqual(before);
  });

  it('refuses segments that contain themselves', async () => {
    const contains = (other: string) => ({ kind: 'addRule', clauses: [{ op: 'segmentMatch', values: [other] }] });
    await create();
    expect((await patch(contains(key))).body.message).toContain(
      `segments cannot contain themselves, as ${key} → ${key} would`,
    );
    const inner = key;
    key = `outer-${count}`;
    await create();
    expect((await patch(contains(inner))).status).toBe(200);
    const outer = key;
    key = inner;
    expect((await patch(contains(outer))).body.message).toContain(`${inner} → ${outer} → ${inner}`);
  });

  it('changes by JSON patch and merge patch, keeps ids of rules that stay, and removes tags', async () => {
    await create({ tags: ['a'] });
    await patch({ kind: 'addRule', clauses: [CLAUSE] });
    const [{ _id }] = (await get()).rules;
    const operations = [
      { op: 'test', path: '/version', value: 2 },
      { op: 'add', path: '/included/-', value: 'kim' },
      { op: 'add', path: '/excludedContexts/-', value: { contextKind: 'org', values: ['acme'] } },
      { op: 'add', path: '/rules/0', value: { clauses: [{ ...CLAUSE, values: ['free'] }] } },
      { op: 'remove', path: '/tags' },
      { op: 'replace', path: '/unknownMember', value: 1 },
    ];
    const { status, body } = await send({ patch: operations, comment: 'json' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      included: ['kim'],
      excludedContexts: [{ contextKind: 'org', values: ['acme'] }],
      tags: [],
    });
    expect(body.rules.map((rule: { _id: string }) => rule._id === _id)).toEqual([false, true]);
    const merged = await send({ name: 'Merged', excluded: ['sam'] });
    expect(merged.body).toMatchObject({ name: 'Merged', excluded: ['sam'], included: ['kim'] });
    expect((await send([{ op: 'test', path: '/version', value: 1 }])).status).toBe(409);
    expect((await send([{ op: 'replace', path: '/key', value: 'x' }])).body.message).toContain('keys never change');
    expect((await send({ instructions: [] })).body.message).toContain('Content-Type');
    const same = await send([{ op: 'replace', path: '/rules', value: merged.body.rules }]);
    expect(same.body.version).toBe(merged.body.version);
  });

  it('goes through all checks in a dry run, and stores nothing', async () => {
    await create();
    const before = await get();
    const body = { instructions: [{ kind: 'addIncludedUsers', values: ['kim'] }] };
    expect((await send(body, SEMANTIC, '?dryRun=true')).body).toMatchObject({ included: ['kim'], version: 2 });
    expect(await get()).toEqual(before);
  });

  it('filters, sorts and pages', async () => {
    const { body: project } = await app.call({
      method: 'POST',
      path: 'projects',
      body: { key: `p-${count}`, name: 'P' },
    });
    const make = async (segment: object) => {
      await app.clock.advance(1);
      await app.call({ method: 'POST', path: `segments/${project.key}/test`, body: segment });
    };
    await make({ key: 'one', name: 'Zed', tags: ['a', 'b'] });
    await make({ key: 'two', name: 'Alpha', unbounded: true });
    await app.call({ method: 'PATCH', path: `segments/${project.key}/test/one`, body: { included: ['kim'] } });
    const keys = async (query: string) =>
      (await app.call({ path: `segments/${project.key}/test?${query}` })).body.items.map(
        (item: { key: string }) => item.key,
      );
    expect(await keys('')).toEqual(['one', 'two']);
    expect(await keys('sort=name')).toEqual(['two', 'one']);
    expect(await keys('sort=-creationDate&limit=1')).toEqual(['two']);
    expect(await keys('filter=query equals ALPHA')).toEqual(['two']);
    expect(await keys('filter=tags anyOf ["b","c"]')).toEqual(['one']);
    expect(await keys('filter=unbounded equals true')).toEqual(['two']);
    expect(await keys('filter=includedKeys anyOf ["kim"]|unbounded equals true')).toEqual(['one', 'two']);
    expect(await keys('filter=excludedKeys anyOf ["kim"]')).toEqual([]);
    expect(await keys('filter=external exists true')).toEqual([]);
    expect((await app.call({ path: `segments/${project.key}/test?filter=tags:a` })).status).toBe(400);
    expect((await app.call({ path: `segments/${project.key}/test?limit=1` })).body._links.next.href).toContain(
      'offset=1',
    );
  });

  it('is not deleted while a flag or another segment needs it', async () => {
    await create();
    const flag = `flag-${key}`;
    const { variations } = (
      await app.call({ method: 'POST', path: 'flags/default', body: { key: flag, name: 'Flag' } })
    ).body;
    const clauses = [{ op: 'segmentMatch', values: [key] }];
    const rule = { kind: 'addRule', variationId: variations[0]._id, clauses };
    const change = (...instructions: readonly object[]) =>
      app.call({
        method: 'PATCH',
        path: `flags/default/${flag}`,
        body: { environmentKey: 'test', instructions },
        headers: SEMANTIC,
      });
    await change(rule);
    expect((await get())._flags).toEqual([
      expect.objectContaining({
        key: flag,
        name: 'Flag',
        _site: { href: `/default/test/features/${flag}`, type: 'text/html' },
      }),
    ]);
    const remove = () => app.call({ method: 'DELETE', path: path() });
    expect(await remove()).toMatchObject({
      status: 409,
      body: { code: 'conflict', message: expect.stringContaining(`flag '${flag}'`) },
    });
    await change({ kind: 'archiveFlag' });
    expect((await get())._flags).toEqual([]);
    const other = `other-${key}`;
    await app.call({ method: 'POST', path: 'segments/default/test', body: { key: other, name: 'Other' } });
    await app.call({ method: 'PATCH', path: `segments/default/test/${other}`, body: { rules: [{ clauses }] } });
    expect((await remove()).body.message).toContain(`segment '${other}'`);
    await app.call({ method: 'PATCH', path: `segments/default/test/${other}`, body: { rules: [] } });
    expect((await remove()).status).toBe(204);
    expect(await delivered()).not.toHaveProperty(key);
    expect((await app.call({ path: path() })).status).toBe(404);
    const again = await create();
    expect(again.body).toMatchObject({ version: 3, generation: 2 });
  });

  it('asks for approvals where its targeting needs them', async () => {
    await create({ tags: ['pay'] });
    const setting = (value: unknown) =>
      app.call({
        method: 'PATCH',
        path: 'projects/default/environments/test',
        body: [{ op: 'replace', path: '/resourceApprovalSettings/segment/requiredApprovalTags', value }],
      });
    await setting(['pay']);
    const refused = await patch({ kind: 'addIncludedUsers', values: ['kim'] });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden', message: 'approval is required' } });
    expect((await patch({ kind: 'updateName', value: 'Free' })).status).toBe(200);
    const policy = [{ effect: 'allow', resources: ['*'], actions: ['*'] }];
    const token = (await app.call({ method: 'POST', path: 'tokens', body: { inlineRole: policy, serviceToken: true } }))
      .body.token;
    const body = { instructions: [{ kind: 'addIncludedUsers', values: ['kim'] }] };
    expect((await app.call({ method: 'PATCH', path: path(), body, headers: SEMANTIC, token })).status).toBe(200);
    await setting([]);
    expect((await patch({ kind: 'addIncludedUsers', values: ['sam'] })).status).toBe(200);
  });

  it('lets readers change nothing, and roles what they allow', async () => {
    await create();
    const role = [{ effect: 'allow', resources: [`proj/*:env/*:segment/${key}`], actions: ['updateIncluded'] }];
    const limited = (await app.call({ method: 'POST', path: 'tokens', body: { inlineRole: role, serviceToken: true } }))
      .body.token;
    const as = (token: string, instruction: object) =>
      app.call({ method: 'PATCH', path: path(), body: { instructions: [instruction] }, headers: SEMANTIC, token });
    expect((await as(limited, { kind: 'addIncludedUsers', values: ['kim'] })).status).toBe(200);
    expect((await as(limited, { kind: 'addExcludedUsers', values: ['sam'] })).status).toBe(403);
    const reader = await app.addToken('reader');
    expect((await as(reader, { kind: 'updateName', value: 'X' })).status).toBe(403);
    expect((await app.call({ method: 'DELETE', path: path(), token: reader })).status).toBe(403);
    const body = { key: 'mine', name: 'Mine' };
    expect((await app.call({ method: 'POST', path: 'segments/default/test', body, token: reader })).status).toBe(403);
    const access = (await app.call({ path: `${path()}?expand=access`, token: limited })).body._access;
    expect(access.allowed.map(({ action }: { action: string }) => action)).toEqual(['updateIncluded']);
  });

  it('ends targets in time, which SDKs then do not get any more', async () => {
    await create();
    await patch({ kind: 'addIncludedUsers', values: ['kim', 'sam'] });
    const value = app.clock.now() + MINUTE;
    const end = { contextKind: 'user', contextKey: 'kim', targetType: 'included' };
    const ends = (...instructions: readonly object[]) =>
      app.call({ method: 'PATCH', path: `segments/default/${key}/expiring-targets/test`, body: { instructions } });
    const { status, body } = await ends(
      { kind: 'addExpiringTarget', ...end, value },
      { kind: 'addExpiringTarget', ...end, contextKey: 'nobody', value },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: [{ ...end, expirationDate: value, _version: 1, _resourceId: { kind: 'segment', key } }],
      totalInstructions: 2,
      successfulInstructions: 1,
      failedInstructions: 1,
      errors: [{ instructionIndex: 1, message: expect.stringContaining('user "nobody" is not included') }],
    });
    expect((await app.call({ path: `segments/default/${key}/expiring-user-targets/test` })).body.items).toMatchObject([
      { userKey: 'kim' },
    ]);
    expect(
      (await ends({ kind: 'updateExpiringTarget', ...end, value: value + 1, version: 7 })).body.errors,
    ).toHaveLength(1);
    await ends({ kind: 'updateExpiringTarget', ...end, value: value + 1 });
    await app.clock.advance(MINUTE + 1);
    await runDueTimers(app.slipway, { rang: ({ error }) => expect(error).toBeUndefined(), failed: () => undefined });
    expect(await get()).toMatchObject({ included: ['sam'] });
    expect((await delivered())[key].included).toEqual(['sam']);
    expect((await changes())[0]).toMatchObject({
      actor: { kind: 'system' },
      description: ['Removed included user targets "kim"'],
    });
    expect((await app.call({ path: `segments/default/${key}/expiring-targets/test` })).body.items).toEqual([]);
    expect((await ends({ kind: 'updateName', value: 'x' })).status).toBe(400);
  });

  it('keeps the keys of big segments apart, and takes them from files', async () => {
    await create({ unbounded: true, unboundedContextKind: 'device' });
    const member = async (contextKey: string) => (await app.call({ path: `${path()}/contexts/${contextKey}` })).body;
    const change = (body: object) => app.call({ method: 'POST', path: `${path()}/contexts`, body });
    expect((await change({ included: { add: ['a', 'b'] }, excluded: { add: ['x'] } })).status).toBe(204);
    expect(await member('a')).toEqual({ userKey: 'a', included: true, excluded: false });
    expect(await member('x')).toEqual({ userKey: 'x', included: false, excluded: true });
    await change({ included: { remove: ['a'] } });
    expect(await member('a')).toEqual({ userKey: 'a', included: false, excluded: false });
    await patch(
      { kind: 'addBigSegmentIncludedTargets', values: ['c'] },
      { kind: 'removeBigSegmentExcludedTargets', values: ['x'] },
    );
    expect(await get()).toMatchObject({
      unbounded: true,
      unboundedContextKind: 'device',
      _unboundedMetadata: { includedCount: 2, excludedCount: 0 },
    });
    expect((await delivered())[key]).toMatchObject({
      unbounded: true,
      unboundedContextKind: 'device',
      generation: 1,
      included: [],
    });
    expect((await patch({ kind: 'addIncludedUsers', values: ['d'] })).body.message).toContain('is a big segment');

    const upload = (csv: string, mode: string, waits = false) =>
      app.call({
        method: 'POST',
        path: `${path()}/imports`,
        body: [
          `--x\r\nContent-Disposition: form-data; name="mode"\r\n\r\n${mode}\r\n`,
          `--x\r\nContent-Disposition: form-data; name="waitOnApprovals"\r\n\r\n${waits}\r\n`,
          `--x\r\nContent-Disposition: form-data; name="file"; filename="keys.csv"\r\n\r\n${csv}\r\n--x--\r\n`,
        ].join(''),
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      });
    const merged = await upload('"e", Eve\nf\n\nf\n', 'merge');
    expect(merged.status).toBe(204);
    const imported = (await app.call({ path: String(merged.headers['location']) })).body;
    expect(imported).toMatchObject({
      segmentKey: key,
      mode: 'merge',
      status: 'complete',
      files: [{ filename: 'keys.csv' }],
    });
    expect((await get())._unboundedMetadata.includedCount).toBe(4);
    const waiting = await upload('g', 'replace', true);
    expect((await member('g')).included).toBe(false);
    const importId = String(waiting.headers['location']).split('/').at(-1);
    expect((await patch({ kind: 'processBigSegmentImport', importId })).status).toBe(200);
    expect((await patch({ kind: 'processBigSegmentImport', importId })).status).toBe(400);
    expect((await get())._unboundedMetadata.includedCount).toBe(1);
    expect((await upload('a', 'overwrite')).body.message).toBe('mode: expected merge or replace, got "overwrite"');
    expect((await upload('', 'merge')).status).toBe(400);

    const exported = await app.call({ method: 'POST', path: `${path()}/exports` });
    const one = (await app.call({ path: String(exported.headers['location']) })).body;
    expect(one).toMatchObject({ status: 'complete', sizeBytes: 2, segmentKey: key });
    expect((await app.call({ path: one._links.download.href })).body).toBe('g\n');
    expect((await app.call({ path: `${path()}/exports/other` })).status).toBe(404);
    key = `small-${count}`;
    await create();
    expect((await change({ included: { add: ['a'] } })).status).toBe(400);
    expect((await app.call({ path: `${path()}/users/a` })).status).toBe(400);
  });

  it('answers 404 for what is not there', async () => {
    for (const one of [
      path(),
      'segments/default/nowhere',
      'segments/nothing/test',
      `segments/default/${key}/expiring-targets/test`,
    ]) {
      expect((await app.call({ path: one })).status).toBe(404);
    }
  });
});
