import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { BETA, startApp, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const phase = (name: string, environmentKey: string, more: object = {}) => ({
  name,
  audiences: [{ name: 'All', environmentKey }],
  ...more,
});
const PHASES = [phase('QA', 'test'), phase('GA', 'production')];

describe.each(ENGINES)('a pipeline that changes on $name', (engine) => {
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
    await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'flag', name: 'Flag' } });
    await send('POST', pipelines(), { key: 'p', name: 'P', description: 'Old', tags: ['web'], phases: PHASES });
  });

  const pipelines = () => `projects/${project}/release-pipelines`;
  const send = (method: NonNullable<TestRequest['method']>, path: string, body?: unknown, token = app.token) =>
    app.call({ method, path, headers: BETA, token, ...(body !== undefined && { body }) });
  const get = async () => (await send('GET', `${pipelines()}/p`)).body;
  const put = (body: object, token?: string) =>
    send('PUT', `${pipelines()}/p`, { name: 'P', phases: PHASES, ...body }, token);
  const patch = (...operations: readonly object[]) => send('PATCH', `${pipelines()}/p`, operations);
  const releasePath = () => `projects/${project}/flags/flag/release`;
  const addFlag = async () => (await send('PUT', releasePath(), { releasePipelineKey: 'p' })).body;
  const newest = async () => (await listChanges(app.slipway.database.db, 1))[0];
  const idsOf = (body: { phases: readonly { id: string }[] }) => body.phases.map(({ id }) => id);

  it('is replaced by PUT; what is not sent is emptied', async () => {
    const before = await get();
    const after = await put({ name: 'New', phases: [phase('Quality', 'test'), phase('GA', 'test')] });
    expect(after).toMatchObject({
      status: 200,
      body: { key: 'p', name: 'New', description: '', tags: [], _version: 1, isProjectDefault: true },
    });
    expect(idsOf(after.body)[0]).toBe(idsOf(before)[0]);
    expect(idsOf(after.body)[1]).not.toBe(idsOf(before)[1]);
    expect(await get()).toEqual(after.body);
    expect(await newest()).toMatchObject({
      kind: 'release-pipeline',
      titleVerb: 'updated the release pipeline',
      accesses: [
        'updateReleasePipelineName',
        'updateReleasePipelineDescription',
        'updateReleasePipelineTags',
        'updateReleasePipelinePhaseName',
        'updateReleasePipelinePhase',
      ].map((action) => expect.objectContaining({ action, resource: `proj/${project}:release-pipeline/p` })),
      before: { version: 0 },
      after: { version: 1 },
    });
  });

  it('keeps its version and leaves no trace when nothing changes', async () => {
    const change = await newest();
    const same = { description: 'Old', tags: ['web'] };
    expect((await put(same)).body._version).toBe(0);
    expect((await patch({ op: 'test', path: '/name', value: 'P' })).body._version).toBe(0);
    expect((await put(same, await app.addToken('reader'))).status).toBe(200);
    expect((await newest())?.id).toBe(change?.id);
  });

  it('is changed by JSON patch', async () => {
    const before = await get();
    const { status, body } = await patch(
      { op: 'replace', path: '/phases/1/name', value: 'Everybody' },
      { op: 'add', path: '/tags/-', value: '2026' },
      { op: 'add', path: '/phases/-', value: phase('After', 'test') },
    );
    expect([status, body._version, body.tags, body.description]).toEqual([200, 1, ['web', '2026'], 'Old']);
    expect(idsOf(body).slice(0, 2)).toEqual(idsOf(before));
    expect(body.phases.map(({ name }: { name: string }) => name)).toEqual(['QA', 'Everybody', 'After']);
  });

  it.each<[string, 'PUT' | 'PATCH', unknown, string]>([
    ['no name', 'PUT', { phases: PHASES }, 'name'],
    ['no phases', 'PUT', { name: 'P' }, 'phases'],
    [
      'an unknown segment',
      'PUT',
      {
        name: 'P',
        phases: [phase('A', 'test', { audiences: [{ name: 'A', environmentKey: 'test', segmentKeys: ['nix'] }] })],
      },
      'phases[0].audiences[0].segmentKeys[0]: "nix" is not a segment of test',
    ],
    ['another key', 'PATCH', [{ op: 'replace', path: '/key', value: 'q' }], 'patch[0].path: expected a path below'],
    [
      'another version',
      'PATCH',
      [{ op: 'replace', path: '/_version', value: 9 }],
      'patch[0].path: expected a path below',
    ],
    ['a failing test', 'PATCH', [{ op: 'test', path: '/name', value: 'Q' }], 'patch[0]: test of /name failed'],
    ['an unknown path', 'PATCH', [{ op: 'remove', path: '/phases/9' }], 'patch[0]'],
    ['no patch', 'PATCH', { name: 'Q' }, 'expected a JSON patch'],
  ])('refuses %s', async (_name, method, body, message) => {
    const before = await get();
    const answer = await send(method, `${pipelines()}/p`, body);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect(await get()).toEqual(before);
  });

  it('is found neither under another key nor in another project, nor without the beta header', async () => {
    for (const method of ['PUT', 'PATCH'] as const) {
      const body = method === 'PUT' ? { name: 'P', phases: PHASES } : [];
      expect((await send(method, `${pipelines()}/nix`, body)).status).toBe(404);
      expect((await send(method, 'projects/nix/release-pipelines/p', body)).status).toBe(404);
      expect((await app.call({ method, path: `${pipelines()}/p`, body })).status).toBe(403);
    }
  });

  it('asks for the right to what changes, and for no other', async () => {
    const resources = [`proj/${project}:release-pipeline/p`];
    const { token } = (
      await app.call({
        method: 'POST',
        path: 'tokens',
        body: {
          name: 'namer',
          serviceToken: true,
          inlineRole: [
            { effect: 'allow', resources, actions: ['updateReleasePipelineName', 'updateReleasePipelinePhaseName'] },
            { effect: 'allow', resources: ['proj/*'], actions: ['viewProject'] },
          ],
        },
      })
    ).body;
    const same = { description: 'Old', tags: ['web'] };
    expect(
      (await put({ ...same, name: 'N', phases: [phase('A', 'test'), phase('B', 'production')] }, token)).status,
    ).toBe(200);
    expect(await put({ ...same, name: 'N', phases: PHASES.slice(0, 1) }, token)).toMatchObject({
      status: 403,
      body: { access: { action: 'updateReleasePipelinePhase' } },
    });
    expect((await put({ name: 'N' }, token)).status).toBe(403);
  });

  it('shows its new names in active releases, and nothing else of it can change while there are any', async () => {
    const { phases } = await addFlag();
    const renamed = await put({
      name: 'Renamed',
      description: 'New',
      tags: ['x'],
      phases: [phase('One', 'test'), phase('Two', 'production')],
    });
    expect([renamed.status, idsOf(renamed.body)]).toEqual([200, phases.map(({ _id }: { _id: string }) => _id)]);
    const release = (await send('GET', releasePath())).body;
    expect(release).toMatchObject({
      name: 'Renamed',
      releasePipelineDescription: 'New',
      phases: [{ _name: 'One' }, { _name: 'Two' }],
      _version: 1,
    });
    const why = 'since flags are on their way through the pipeline';
    expect(await put({ phases: [...PHASES, phase('Three', 'test')] })).toMatchObject({
      status: 400,
      body: { message: `phases[2]: expected no further phase, ${why}` },
    });
    expect(await patch({ op: 'remove', path: '/phases/0' })).toMatchObject({
      status: 400,
      body: { message: `phases[0]: expected the phase "One" with no change but of its name, ${why}` },
    });
    await patch({ op: 'replace', path: '/tags', value: [] });
    expect((await send('GET', releasePath())).body).toEqual(release);
    expect((await send('PUT', `${releasePath()}/phases/${phases[0]._id}`, { status: 'active' })).status).toBe(200);
  });

  it('leaves releases that are over as they were, and is free again after them', async () => {
    const { phases } = await addFlag();
    for (const { _id } of phases) await send('PUT', `${releasePath()}/phases/${_id}`, { status: 'active' });
    await app.clock.advance(2000);
    const over = (await send('GET', releasePath())).body;
    expect(over.phases.every(({ complete }: { complete: boolean }) => complete)).toBe(true);
    expect((await put({ name: 'Renamed', phases: PHASES.slice(1) })).status).toBe(200);
    expect((await send('GET', releasePath())).body).toEqual(over);
    expect((await addFlag()).name).toBe('Renamed');
  });

  it('goes on without an environment that was deleted, and with segments and members that are gone', async () => {
    await app.call({ method: 'POST', path: `segments/${project}/test`, body: { key: 'beta', name: 'Beta' } });
    const audiences = [{ name: 'Beta', environmentKey: 'test', segmentKeys: ['beta'] }];
    const withSegment = [{ name: 'QA', audiences }, PHASES[1]];
    expect((await put({ phases: withSegment })).status).toBe(200);
    expect((await app.call({ method: 'DELETE', path: `segments/${project}/test/beta` })).status).toBe(204);
    await app.call({ method: 'DELETE', path: `projects/${project}/environments/production` });
    expect((await get()).phases).toMatchObject([
      { audiences: [{ segmentKeys: ['beta'] }] },
      { audiences: [{ name: 'All' }] },
    ]);
    expect((await get()).phases[1].audiences[0]).not.toHaveProperty('environment');
    expect((await patch({ op: 'replace', path: '/name', value: 'Still' })).body).toMatchObject({ name: 'Still' });
    const lost = [
      { name: 'QA', audiences },
      { name: 'GA', audiences: [{ name: 'All' }] },
    ];
    expect((await put({ name: 'Again', phases: lost })).body).toMatchObject({ name: 'Again', _version: 3 });
  });
});
