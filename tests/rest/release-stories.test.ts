import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const TWO_PHASES = [
  { name: 'Testing', audiences: [{ environmentKey: 'test', name: 'All of test' }] },
  { name: 'Production', audiences: [{ environmentKey: 'production', name: 'Everyone' }] },
];

describe.each(ENGINES)('pipelines and releases on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  beforeEach(async () => {
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
    await post(`flags/${project}`, { key: 'flag', name: 'Flag' });
  });

  const beta = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, token = app.token) =>
    app.call({ method, path, headers: BETA, token, ...(body !== undefined && { body }) });
  const post = (path: string, body: unknown) => app.call({ method: 'POST', path, body });
  const pipelines = () => `projects/${project}/release-pipelines`;
  const createPipeline = (key: string, phases: readonly object[] = TWO_PHASES, more = {}) =>
    beta('POST', pipelines(), { key, name: `Pipeline ${key}`, phases, ...more });
  const release = (flagKey = 'flag') => `projects/${project}/flags/${flagKey}/release`;
  const addFlag = (pipelineKey: string, more = {}) =>
    beta('PUT', release(), { releasePipelineKey: pipelineKey, ...more });
  const start = (phaseId: string, status = 'active') => beta('PUT', `${release()}/phases/${phaseId}`, { status });
  const current = async () => (await beta('GET', release())).body;
  const statuses = async () => (await current()).phases.map(({ status }: { status: string }) => status);
  const flag = async () => (await app.call({ path: `flags/${project}/flag` })).body;
  const patchFlag = (instructions: readonly object[], environmentKey?: string) =>
    app.call({
      method: 'PATCH',
      path: `flags/${project}/flag`,
      headers: SEMANTIC,
      body: { instructions, environmentKey },
    });

  it('creates a pipeline with the whole official body, and makes the first one the default', async () => {
    const { status, body } = await createPipeline('p', TWO_PHASES, { tags: ['web'], description: 'For the web' });
    expect(status).toBe(201);
    const environment = (key: string, name: string, color: string) => ({
      _links: { self: { href: `/api/v2/projects/${project}/environments/${key}`, type: 'application/json' } },
      key,
      name,
      color,
    });
    const configuration = { releaseStrategy: '', requireApproval: false };
    expect(body).toEqual({
      createdAt: new Date(app.clock.now()).toISOString(),
      key: 'p',
      name: 'Pipeline p',
      description: 'For the web',
      tags: ['web'],
      phases: [
        {
          id: expect.any(String),
          name: 'Testing',
          configuration: {},
          audiences: [{ name: 'All of test', environment: environment('test', 'Test', 'F5A623'), configuration }],
        },
        {
          id: expect.any(String),
          name: 'Production',
          configuration: {},
          audiences: [
            { name: 'Everyone', environment: environment('production', 'Production', '417505'), configuration },
          ],
        },
      ],
      _version: 0,
      isProjectDefault: true,
      _isLegacy: false,
    });
    expect((await createPipeline('q')).body).not.toHaveProperty('isProjectDefault');
    expect((await app.call({ path: `projects/${project}` })).body.defaultReleasePipelineKey).toBe('p');
  });

  it.each([
    [
      'an unknown environment',
      [{ name: 'A', audiences: [{ environmentKey: 'nix', name: 'a' }] }],
      'phases[0].audiences[0].environmentKey: "nix" is not an environment of this project; expected one of test, production',
    ],
    [
      'a phase without audiences',
      [{ name: 'A', audiences: [] }],
      'phases[0].audiences: expected at least one audience, got none',
    ],
    ['no phases', [], 'phases: expected 1 to 10 phases, got 0'],
    [
      'the same audience twice',
      [
        {
          name: 'A',
          audiences: [
            { environmentKey: 'test', name: 'a' },
            { environmentKey: 'test', name: 'b' },
          ],
        },
      ],
      'phases[0].audiences[1].environmentKey: "test" already has an audience of everyone in this phase',
    ],
    [
      'an unknown segment',
      [{ name: 'A', audiences: [{ environmentKey: 'test', name: 'a', segmentKeys: ['s'] }] }],
      'phases[0].audiences[0].segmentKeys[0]: "s" is not a segment of test',
    ],
    [
      'a monitored release that nobody says how to watch',
      [
        {
          name: 'A',
          audiences: [
            {
              environmentKey: 'test',
              name: 'a',
              configuration: { releaseStrategy: 'monitored-release', requireApproval: false },
            },
          ],
        },
      ],
      'phases[0].audiences[0].configuration.releaseGuardianConfiguration: expected an object, got nothing',
    ],
    [
      'a negative bake time',
      [{ name: 'A', configuration: { bakeTimeDurationMs: -1 }, audiences: [{ environmentKey: 'test', name: 'a' }] }],
      'phases[0].configuration.bakeTimeDurationMs: expected whole milliseconds from 0 to 2592000000, got -1',
    ],
  ])('refuses a pipeline with %s', async (_name, phases, message) => {
    expect(await createPipeline('p', phases)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', message },
    });
    expect((await beta('GET', pipelines())).body).toEqual({ items: [], totalCount: 0 });
  });

  it('keeps to one key each and twenty in all', async () => {
    for (let index = 0; index < 20; index++) expect((await createPipeline(`p${index}`)).status).toBe(201);
    expect(await createPipeline('p0')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await createPipeline('p20')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    const page = (await beta('GET', `${pipelines()}?limit=2&offset=19`)).body;
    expect(page).toMatchObject({ totalCount: 20, items: [{ key: 'p19' }] });
    expect((await beta('GET', `${pipelines()}?filter=query:P1,env:test`)).body.totalCount).toBe(11);
  });

  it('deletes a pipeline, but neither the default nor one that flags are on their way through', async () => {
    await createPipeline('first');
    await createPipeline('second');
    const remove = (key: string) => beta('DELETE', `${pipelines()}/${key}`);
    expect(await remove('first')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    await app.call({
      method: 'PATCH',
      path: `projects/${project}`,
      body: [{ op: 'replace', path: '/defaultReleasePipelineKey', value: 'second' }],
    });
    await addFlag('first');
    expect(await remove('first')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    await beta('DELETE', release());
    expect((await remove('first')).status).toBe(204);
    expect((await beta('GET', `${pipelines()}/first`)).status).toBe(404);
  });

  it('goes from phase to phase, and changes the flag in the environments of a phase only when it is started', async () => {
    await createPipeline('p');
    const { status, body } = await addFlag('p');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'Pipeline p',
      releasePipelineKey: 'p',
      _version: 0,
      _releaseVariationId: (await flag()).variations[0]._id,
    });
    const [testing, production] = body.phases;

    expect(await start(testing._id)).toMatchObject({
      status: 200,
      body: { _version: 1, phases: [{ status: 'active', started: true, complete: false }, {}] },
    });
    expect((await start(testing._id)).body._version).toBe(1);
    expect((await flag()).environments).toMatchObject({
      test: { on: true, fallthrough: { variation: 0 } },
      production: { on: false, version: 1 },
    });

    await app.clock.advance(2_000);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
    await start(production._id);
    expect((await flag()).environments.production).toMatchObject({ on: true, version: 2 });
    await app.clock.advance(2_000);
    const completed = await current();
    expect(completed.phases).toMatchObject([
      { complete: true },
      { complete: true, _completionDate: expect.any(Number), _completedBy: { member: { email: 'owner@localhost' } } },
    ]);
    expect(completed._version).toBe(4);
    expect(await start(production._id)).toMatchObject({ status: 400 });
  });

  it('says in the audit log what the release did, and on whose behalf', async () => {
    await createPipeline('p');
    const { phases } = (await addFlag('p')).body;
    await start(phases[0]._id);
    const [progress, change] = await listChanges(app.slipway.database.db, 2);
    expect(progress).toMatchObject({
      kind: 'release',
      description: ['Phase "Testing" was started', '"All of test" is being released to'],
      actor: { kind: 'token', tokenName: 'First token' },
    });
    expect(change).toMatchObject({
      kind: 'flag',
      titleVerb: 'turned on the flag',
      description: ['Turned the flag on'],
      comment: 'Started phase "Testing" of release "Pipeline p"',
      accesses: [{ action: 'updateOn', resource: `proj/${project}:env/test:flag/flag` }],
      actor: { kind: 'release', pipelineName: 'Pipeline p' },
    });
  });

  it('bakes: a phase stays active to the last millisecond of its bake time', async () => {
    await createPipeline(
      'p',
      TWO_PHASES.map((phase) => ({ ...phase, configuration: { bakeTimeDurationMs: 60_000 } })),
    );
    const { phases } = (await addFlag('p')).body;
    await start(phases[0]._id);
    await app.clock.advance(59_999);
    expect(await statuses()).toEqual(['active', 'not-started']);
    expect(await start(phases[1]._id)).toMatchObject({ status: 400 });
    await app.clock.advance(501);
    expect(await statuses()).toEqual(['completed', 'ready-to-start']);
  });

  it('lets the next phase start before the background has looked', async () => {
    await createPipeline('p');
    const { phases } = (await addFlag('p')).body;
    await start(phases[0]._id);
    expect((await start(phases[1]._id)).body.phases).toMatchObject([{ status: 'completed' }, { status: 'active' }]);
  });

  it('refuses to start out of order, and every status but active', async () => {
    await createPipeline('p');
    const { phases } = (await addFlag('p')).body;
    const outOfOrder = await start(phases[1]._id);
    expect(outOfOrder.status).toBe(400);
    expect(outOfOrder.body.message).toMatch(/Phase must have status .*ReadyToStart/);
    expect(await start(phases[0]._id, 'completed')).toMatchObject({
      status: 400,
      body: { message: 'Phase status can only be manually updated to `Active`.' },
    });
    expect((await start('0d6a7c3e-4a8e-4b0e-9a64-1c2f3f0f8d11')).status).toBe(404);
    expect((await current())._version).toBe(0);
    expect((await start(phases[0]._id, 'Started')).status).toBe(200);
  });

  it('gives the same release when asked again, and changes its variation only before the start', async () => {
    await createPipeline('p');
    const first = (await addFlag('p')).body;
    expect((await addFlag('p')).body).toEqual(first);
    const other = (await flag()).variations[1]._id;
    expect((await addFlag('p', { releaseVariationId: other })).body).toMatchObject({
      _version: 1,
      _releaseVariationId: other,
    });
    await start(first.phases[0]._id);
    expect(await addFlag('p', { releaseVariationId: first._releaseVariationId })).toMatchObject({ status: 400 });
    expect((await addFlag('p', { releaseVariationId: other })).status).toBe(200);
  });

  it('cancels the old release when the flag moves to another pipeline, and when it is archived', async () => {
    await createPipeline('p');
    await createPipeline('q');
    await addFlag('p');
    expect((await addFlag('q')).body).toMatchObject({ releasePipelineKey: 'q', _version: 0 });
    await patchFlag([{ kind: 'archiveFlag' }]);
    const canceled = await current();
    expect(canceled._canceledAt).toBe(app.clock.now());
    expect(await start(canceled.phases[0]._id)).toMatchObject({ status: 400 });
    expect(await addFlag('p')).toMatchObject({
      status: 400,
      body: { message: 'flag "flag": expected a flag in use, but it is archived' },
    });
  });

  it('takes boolean flags only', async () => {
    await createPipeline('p');
    await post(`flags/${project}`, { key: 'text', name: 'Text', variations: [{ value: 'a' }, { value: 'b' }] });
    expect(await beta('PUT', release('text'), { releasePipelineKey: 'p' })).toMatchObject({
      status: 400,
      body: { message: 'flag "text": expected a boolean flag, since release pipelines of this project take no others' },
    });
    expect((await beta('PUT', release('text'), { releasePipelineKey: 'nix' })).status).toBe(404);
  });

  it('leaves the targeting as it is when the flag is removed from the pipeline', async () => {
    await createPipeline('p');
    const { phases } = (await addFlag('p')).body;
    await start(phases[0]._id);
    expect((await beta('DELETE', `flags/${project}/flag/release`)).status).toBe(204);
    expect((await beta('GET', release())).status).toBe(404);
    expect((await flag()).environments.test.on).toBe(true);
  });

  it('passes over an environment that is deleted', async () => {
    await createPipeline('p');
    await addFlag('p');
    await app.call({ method: 'DELETE', path: `projects/${project}/environments/test` });
    const { phases } = await current();
    expect(phases).toMatchObject([
      { status: 'completed', _audiences: [{ status: 'skipped' }] },
      { status: 'ready-to-start' },
    ]);
    expect(phases[0]._audiences[0]).not.toHaveProperty('environment');
  });

  it('changes nothing for readers, and where flags may only change by approval until somebody agrees', async () => {
    await createPipeline('p');
    const { phases } = (await addFlag('p')).body;
    const reader = await app.addToken('reader');
    expect((await beta('PUT', `${release()}/phases/${phases[0]._id}`, { status: 'active' }, reader)).status).toBe(403);
    await app.call({
      method: 'PATCH',
      path: `projects/${project}/environments/test`,
      body: [{ op: 'replace', path: '/approvalSettings/required', value: true }],
    });
    expect((await start(phases[0]._id)).body.phases[0]._audiences).toMatchObject([{ status: 'waiting-for-approval' }]);
    await app.clock.advance(2_000);
    expect(await statuses()).toEqual(['active', 'not-started']);
    expect((await flag()).environments.test.on).toBe(false);
  });

  it('names the service token that completed a phase', async () => {
    await createPipeline('p');
    const { phases } = (await addFlag('p')).body;
    const writer = await app.addToken('writer');
    await beta('PUT', `${release()}/phases/${phases[0]._id}`, { status: 'active' }, writer);
    await app.clock.advance(2_000);
    expect((await current()).phases[0]._completedBy).toMatchObject({
      token: { name: 'writer', ending: writer.slice(-4), serviceToken: true },
    });
  });
});
