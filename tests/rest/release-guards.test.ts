import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BETA, SEMANTIC, startApp, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const phase = (environmentKey: string, segmentKeys?: readonly string[]) => ({
  name: environmentKey,
  audiences: [{ name: 'All', environmentKey, ...(segmentKeys && { segmentKeys }) }],
});

describe.each(ENGINES)('what releases need on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let colors: readonly { readonly _id: string }[];
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    const variations = ['red', 'green', 'blue'].map((value) => ({ value }));
    const flag = await app.call({
      method: 'POST',
      path: `flags/${project}`,
      body: { key: 'flag', name: 'Flag', variations },
    });
    colors = flag.body.variations;
  });

  const beta = (method: NonNullable<TestRequest['method']>, path: string, body?: unknown) =>
    app.call({ method, path, headers: BETA, ...(body !== undefined && { body }) });
  const createPipeline = (phases: readonly object[], more: object = {}) =>
    beta('POST', `projects/${project}/release-pipelines`, { key: 'p', name: 'P', phases, ...more });
  const enter = (more: object = {}, key = 'flag') =>
    beta('PUT', `projects/${project}/flags/${key}/release`, { releasePipelineKey: 'p', ...more });
  const setKinds = (value: unknown, op = 'replace') =>
    app.call({
      method: 'PATCH',
      path: `projects/${project}`,
      body: [{ op, path: '/releaseFlagKinds', ...(value !== undefined && { value }) }],
    });

  it('lets flags of any kind into automated pipelines when the project says so', async () => {
    await createPipeline([phase('test')]);
    expect((await app.call({ path: `projects/${project}` })).body.releaseFlagKinds).toBe('boolean');
    expect(await enter({ releaseVariationId: colors[1]?._id })).toMatchObject({
      status: 400,
      body: { message: 'flag "flag": expected a boolean flag, since release pipelines of this project take no others' },
    });
    expect((await setKinds('any')).body.releaseFlagKinds).toBe('any');
    expect(await enter()).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('releaseVariationId: nothing is not a variation of flag') },
    });
    const { status, body } = await enter({ releaseVariationId: colors[1]?._id });
    expect([status, body._releaseVariationId]).toEqual([200, colors[1]?._id]);
    await beta('PUT', `projects/${project}/flags/flag/release/phases/${body.phases[0]._id}`, { status: 'active' });
    const flag = (await app.call({ path: `flags/${project}/flag` })).body;
    expect(flag.environments.test).toMatchObject({ on: true, fallthrough: { variation: 1 } });
    const migration = { key: 'moving', name: 'M', purpose: 'migration', migrationSettings: { stageCount: 2 } };
    const { variations } = (await app.call({ method: 'POST', path: `flags/${project}`, body: migration })).body;
    expect(await enter({ releaseVariationId: variations[0]._id }, 'moving')).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('expected no migration flag') },
    });
  });

  it('sets which flags pipelines take by a right to the default pipeline', async () => {
    expect((await setKinds('colourful')).status).toBe(400);
    expect((await setKinds('any')).status).toBe(200);
    expect((await setKinds('boolean', 'test')).status).toBe(409);
    expect((await setKinds('boolean')).body.releaseFlagKinds).toBe('boolean');
    await setKinds('any');
    expect((await setKinds(undefined, 'remove')).body.releaseFlagKinds).toBe('boolean');
    const path = `projects/${project}`;
    const body = [{ op: 'replace', path: '/releaseFlagKinds', value: 'any' }];
    expect(await app.call({ method: 'PATCH', path, body, token: await app.addToken('reader') })).toMatchObject({
      status: 403,
      body: { access: { action: 'updateDefaultReleasePipeline' } },
    });
    const renamed = [{ op: 'replace', path: '/name', value: 'Other' }];
    await setKinds('any');
    expect((await app.call({ method: 'PATCH', path, body: renamed })).body).toMatchObject({
      name: 'Other',
      releaseFlagKinds: 'any',
    });
  });

  it('keeps the variation of an active release, and no other', async () => {
    await setKinds('any');
    await createPipeline([phase('test')]);
    const removeVariation = (index: number) =>
      app.call({
        method: 'PATCH',
        path: `flags/${project}/flag`,
        headers: SEMANTIC,
        body: { instructions: [{ kind: 'removeVariation', variationId: colors[index]?._id }] },
      });
    await enter({ releaseVariationId: colors[1]?._id });
    expect(await removeVariation(1)).toMatchObject({
      status: 400,
      body: {
        message: `variations: expected to keep "${colors[1]?._id}", which the release through pipeline "p" rolls out`,
      },
    });
    const jsonPatch = [{ op: 'remove', path: '/variations/1' }];
    expect((await app.call({ method: 'PATCH', path: `flags/${project}/flag`, body: jsonPatch })).status).toBe(400);
    await beta('DELETE', `flags/${project}/flag/release`);
    expect((await removeVariation(1)).status).toBe(200);
  });

  it('keeps a segment that an active release has yet to reach', async () => {
    const segment = `segments/${project}/production`;
    for (const key of ['beta', 'vip']) await app.call({ method: 'POST', path: segment, body: { key, name: key } });
    await createPipeline([phase('test'), phase('production', ['vip', 'beta'])], { isLegacy: true });
    await enter();
    const remove = (key: string) => app.call({ method: 'DELETE', path: `${segment}/${key}` });
    expect(await remove('beta')).toMatchObject({
      status: 409,
      body: {
        message: "Segment 'beta' is an audience of the releases of 'flag'; complete or delete them first",
      },
    });
    const tick = [{ op: 'replace', path: '/phases/1/complete', value: true }];
    await beta('PATCH', `flags/${project}/flag/release`, tick);
    expect((await remove('beta')).status).toBe(204);
    await beta('PATCH', `flags/${project}/flag/release`, [{ ...tick[0], value: false }]);
    expect((await remove('vip')).status).toBe(409);
    await beta('DELETE', `flags/${project}/flag/release`);
    expect((await remove('vip')).status).toBe(204);
    expect((await enter()).status).toBe(200);
  });

  it('enters, changes and leaves pipelines through the flag', async () => {
    const path = `flags/${project}/flag`;
    await createPipeline([phase('test')], { isLegacy: true });
    await createPipeline([phase('production')], { key: 'q', isLegacy: true });
    const patch = (...body: readonly object[]) => app.call({ method: 'PATCH', path, body });
    const pipeline = (op: string, value?: string) => ({ op, path: '/releasePipelineKey', ...(value && { value }) });
    const current = async () => (await beta('GET', `${path}/release`)).body.releasePipelineKey;
    expect((await patch(pipeline('remove'))).status).toBe(404);
    expect((await patch(pipeline('add', 'p'))).status).toBe(200);
    expect(await current()).toBe('p');
    expect((await patch(pipeline('replace', 'q'), { op: 'replace', path: '/name', value: 'New' })).body).toMatchObject({
      name: 'New',
    });
    expect(await current()).toBe('q');
    expect((await patch(pipeline('test', 'q'))).status).toBe(400);
    expect(await patch({ op: 'replace', path: '/name', value: 'Lost' }, pipeline('replace', 'nix'))).toMatchObject({
      status: 404,
    });
    expect((await app.call({ path })).body.name).toBe('New');
    expect((await patch(pipeline('remove'))).status).toBe(200);
    await createPipeline([phase('test')], { key: 'automated' });
    expect((await patch(pipeline('add', 'automated'))).status).toBe(400);
  });
});
