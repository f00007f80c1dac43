import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';

describe.each(ENGINES)('flags and other flags on $name', (engine) => {
  let app: TestApp;
  let count = 0;
  const { create, get, patch, send, remove } = flagApi(() => app);

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  /** Two flags: `base`, and `top` that needs it to serve its first variation in test. */
  const pair = async () => {
    const [base, top] = [`base-${count}`, `top-${count++}`];
    const { variations } = (
      await create({ key: base, name: 'Base', variations: ['a', 'b', 'c'].map((value) => ({ value })) })
    ).body;
    await create({ key: top, name: 'Top' });
    const ids = variations.map(({ _id }: { _id: string }) => _id) as [string, string, string];
    const needed = await patch(top, [{ kind: 'addPrerequisite', key: base, variationId: ids[0] }]);
    expect(needed.status).toBe(200);
    return { base, top, ids };
  };
  const payload = async (key: string) => {
    const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    return (await app.call({ path: `/sdk/latest-flags/${key}`, token: apiKey })).body;
  };
  const IN_USE = /^Flag is still in use as a prerequisite of 'top-\d+'/;
  const conflict = { status: 409, body: { code: 'conflict', message: expect.stringMatching(IN_USE) } };

  it('need others by position, in answers and in payloads', async () => {
    const { base, top } = await pair();
    const { environments } = (await get(top)).body;
    expect(environments.test).toMatchObject({
      prerequisites: [{ key: base, variation: 0 }],
      _summary: { prerequisites: 1 },
    });
    expect(environments.production.prerequisites).toEqual([]);
    expect(await payload(top)).toMatchObject({ prerequisites: [{ key: base, variation: 0 }] });
  });

  it('form no cycle, whoever is faster', async () => {
    const { base, top, ids } = await pair();
    const trueId = (await get(top)).body.variations[0]._id;
    const back = await patch(base, [{ kind: 'addPrerequisite', key: top, variationId: trueId }]);
    expect(back).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(`got ${base} → ${top} → ${base}`) },
    });
    const elsewhere = { environmentKey: 'production' };
    const both = await Promise.all([
      patch(base, [{ kind: 'addPrerequisite', key: top, variationId: trueId }], elsewhere),
      patch(top, [{ kind: 'addPrerequisite', key: base, variationId: ids[0] }], elsewhere),
    ]);
    expect(both.map(({ status }) => String(status)).toSorted()).toEqual(['200', '400']);
  });

  it('are kept by those that need them, until these are archived', async () => {
    const { base, top } = await pair();
    expect(await remove(base)).toMatchObject(conflict);
    expect(await patch(base, [{ kind: 'archiveFlag' }])).toMatchObject(conflict);
    expect(await send(base, [{ op: 'replace', path: '/archived', value: true }])).toMatchObject(conflict);
    expect(await patch(base, [{ kind: 'deleteFlag' }])).toMatchObject(conflict);
    expect((await patch(top, [{ kind: 'archiveFlag' }])).status).toBe(200);
    expect((await patch(base, [{ kind: 'archiveFlag' }])).status).toBe(200);
    const restored = await patch(top, [{ kind: 'restoreFlag' }]);
    expect(restored).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(`"${base}" is archived`) },
    });
  });

  it('take the prerequisite out of archived flags when they are deleted', async () => {
    const { base, top } = await pair();
    await patch(top, [{ kind: 'archiveFlag' }]);
    expect((await remove(base)).status).toBe(204);
    expect((await get(top)).body.environments.test.prerequisites).toEqual([]);
    const change = (await listChanges(app.slipway.database.db, 5)).find(({ titleVerb }) =>
      titleVerb.includes('prerequisites'),
    );
    expect(change).toMatchObject({ actor: { kind: 'system' }, description: [`Removed the prerequisite ${base}`] });
    expect((await patch(top, [{ kind: 'restoreFlag' }])).status).toBe(200);
  });

  it('keep the variations that others need, and move positions in what others show', async () => {
    const { base, top, ids } = await pair();
    await patch(base, [{ kind: 'updateDefaultVariation', onVariationValue: 'c', offVariationValue: 'c' }]);
    for (const environmentKey of ['test', 'production']) {
      await patch(base, [{ kind: 'updateFallthroughVariationOrRollout', variationId: ids[2] }], { environmentKey });
    }
    expect(await patch(base, [{ kind: 'removeVariation', variationId: ids[0] }])).toMatchObject(conflict);
    await patch(top, [{ kind: 'updatePrerequisite', key: base, variationId: ids[2] }]);
    const version = (await get(top)).body.environments.test.version as number;
    expect((await patch(base, [{ kind: 'removeVariation', variationId: ids[0] }])).status).toBe(200);
    expect((await get(top)).body.environments.test).toMatchObject({
      prerequisites: [{ key: base, variation: 1 }],
      version: version + 1,
    });
    expect(await payload(top)).toMatchObject({ prerequisites: [{ key: base, variation: 1 }], version: version + 1 });
    await send(base, [{ op: 'add', path: '/variations/0', value: { value: 'first' } }]);
    expect(await payload(top)).toMatchObject({ prerequisites: [{ key: base, variation: 2 }] });
  });

  it('are listed by those that need them', async () => {
    const { base, top } = await pair();
    const everywhere = (key: string) => app.call({ path: `flags/default/${key}/dependent-flags`, headers: BETA });
    const inTest = (key: string) => app.call({ path: `flags/default/test/${key}/dependent-flags`, headers: BETA });
    const { body } = await everywhere(base);
    expect(body._site).toEqual({ href: `/default/~/features/${base}`, type: 'text/html' });
    expect(body.items).toMatchObject([{ key: top, name: 'Top', environments: [{ key: 'test', name: 'Test' }] }]);
    expect((await inTest(base)).body).toMatchObject({
      items: [{ key: top, _site: { href: `/default/test/features/${top}` } }],
    });
    const inProduction = await app.call({ path: `flags/default/production/${base}/dependent-flags`, headers: BETA });
    expect(inProduction.body.items).toEqual([]);
    await patch(top, [{ kind: 'archiveFlag' }]);
    expect((await everywhere(base)).body.items).toEqual([]);
    expect((await inTest(base)).body.items).toEqual([]);
    expect((await everywhere('absent')).status).toBe(404);
    expect((await app.call({ path: `flags/default/staging/${base}/dependent-flags`, headers: BETA })).status).toBe(404);
    expect((await app.call({ path: `flags/default/${base}/dependent-flags` })).status).toBe(403);
  });

  it('begin with prerequisites in all environments', async () => {
    const { base, ids } = await pair();
    const body = { key: `born-${count}`, name: 'Born', initialPrerequisites: [{ key: base, variationId: ids[1] }] };
    const { environments } = (await create(body)).body;
    expect([environments.test, environments.production].map(({ prerequisites }) => prerequisites)).toEqual([
      [{ key: base, variation: 1 }],
      [{ key: base, variation: 1 }],
    ]);
  });

  it('are cloned with all their targeting', async () => {
    const { base, top } = await pair();
    await patch(top, [
      { kind: 'turnFlagOn' },
      { kind: 'addRule', clauses: [], variationId: (await get(top)).body.variations[1]._id, description: 'all' },
    ]);
    const clone = await create({ key: `${top}-twin`, name: 'Twin', variations: [{ value: 1 }] }, `?clone=${top}`);
    expect(clone).toMatchObject({
      status: 201,
      body: {
        kind: 'boolean',
        _version: 1,
        environments: {
          test: {
            on: true,
            version: 1,
            rules: [{ variation: 1, description: 'all' }],
            prerequisites: [{ key: base, variation: 0 }],
          },
          production: { on: false },
        },
      },
    });
    expect((await create({ key: 'x', name: 'X' }, '?clone=absent')).status).toBe(404);
    expect((await create({ key: top, name: 'X' }, `?clone=${top}`)).body.code).toBe('conflict');
  });

  it('are copied from environment to environment', async () => {
    const { base, top } = await pair();
    const copy = (body: object) => app.call({ method: 'POST', path: `flags/default/${top}/copy`, body });
    await patch(top, [{ kind: 'turnFlagOn' }]);
    const places = { source: { key: 'test', currentVersion: 3 }, target: { key: 'production', currentVersion: 1 } };
    expect(await copy({ ...places, target: { key: 'production', currentVersion: 2 } })).toMatchObject({
      status: 409,
      body: { code: 'optimistic_locking_error', message: expect.stringContaining('target.currentVersion: expected 1') },
    });
    const copied = await copy({ ...places, comment: 'promote' });
    expect(copied).toMatchObject({
      status: 201,
      body: {
        environments: {
          production: { on: true, version: 2, prerequisites: [{ key: base, variation: 0 }] },
          test: { version: 3 },
        },
      },
    });
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change).toMatchObject({
      titleVerb: 'copied the configuration of the flag from test to production',
      comment: 'promote',
      accesses: [
        { action: 'copyFlagConfigFrom', resource: `proj/default:env/test:flag/${top}` },
        { action: 'copyFlagConfigTo', resource: `proj/default:env/production:flag/${top}` },
      ],
    });
    expect((await copy({ source: { key: 'test' }, target: { key: 'production' } })).body).toEqual(copied.body);
    const bad = async (body: object) => {
      const { status, body: error } = await copy(body);
      return `${status} ${error.message}`;
    };
    const keys = { source: { key: 'test' }, target: { key: 'production' } };
    expect(await bad({ ...keys, target: { key: 'test' } })).toContain('400 target.key: expected another environment');
    expect(await bad({ ...keys, source: { key: 'staging' } })).toContain(
      '400 source.key: "staging" is not an environment',
    );
    expect(await bad({ ...keys, includedActions: ['updateOn'], excludedActions: ['updateRules'] })).toContain(
      '400 includedActions',
    );
    expect(await bad({ ...keys, includedActions: ['x'] })).toContain('400 includedActions: "x" cannot be copied');
    expect(await bad({ target: keys.target })).toContain('400 source: expected a value');
    expect((await app.call({ method: 'POST', path: 'flags/default/absent/copy', body: keys })).status).toBe(404);
  });

  it('may be maintained by a team', async () => {
    const teamKey = `team-${count}`;
    await app.addTeam(teamKey);
    const key = `team-flag-${count++}`;
    const { body } = await create({ key, name: 'Ours', maintainerTeamKey: teamKey });
    expect(body).toMatchObject({ maintainerTeamKey: teamKey, _maintainerTeam: { key: teamKey, name: 'Team' } });
    expect(body).not.toHaveProperty('maintainerId');
    const none = (await patch(key, [{ kind: 'removeMaintainer' }])).body;
    expect([none.maintainerTeamKey, none._maintainerTeam, none.maintainerId]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(
      (await send(key, [{ op: 'replace', path: '/maintainerTeamKey', value: teamKey }])).body._maintainerTeam.key,
    ).toBe(teamKey);
    const listed = await app.call({ path: `flags/default?filter=maintainerTeamKey:${teamKey}` });
    expect(listed.body).toMatchObject({ totalCount: 1, items: [{ key, _maintainerTeam: { name: 'Team' } }] });
  });
});
