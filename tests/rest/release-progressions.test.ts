import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const PATH = 'projects/default/release-pipelines/p';
const phase = (environmentKey: string) => ({ name: environmentKey, audiences: [{ name: 'All', environmentKey }] });

describe.each(ENGINES)('progressions of releases on $name', (engine) => {
  let app: TestApp;
  let phaseIds: readonly string[];

  const send = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) =>
    app.call({ method, path, headers: BETA, ...(body && { body }) });
  const list = async (query = '') => send('GET', `${PATH}/releases${query}`);
  const keys = async (query: string) =>
    (await list(query)).body.items.map(({ flagKey }: { flagKey: string }) => flagKey);
  const release = (key: string) => `projects/default/flags/${key}/release`;
  const start = (key: string, phaseIndex: number) =>
    send('PUT', `${release(key)}/phases/${phaseIds[phaseIndex]}`, { status: 'active' });

  beforeAll(async () => {
    app = await startApp(engine);
    for (const key of ['p', 'other']) {
      const body = { key, name: key, phases: [phase('test'), phase('production')] };
      await send('POST', 'projects/default/release-pipelines', body);
    }
    phaseIds = (await send('GET', PATH)).body.phases.map(({ id }: { id: string }) => id);
    for (const key of ['waiting', 'begun', 'half', 'done', 'canceled', 'deleted', 'elsewhere']) {
      await app.clock.advance(1000);
      await app.call({ method: 'POST', path: 'flags/default', body: { key, name: key } });
      const releasePipelineKey = key === 'elsewhere' ? 'other' : 'p';
      await send('PUT', release(key), { releasePipelineKey });
    }
    for (const key of ['half', 'done']) await start(key, 0);
    await app.clock.advance(2000);
    await start('done', 1);
    await app.clock.advance(2000);
    await start('begun', 0);
    await send('DELETE', release('deleted'));
    const archive = [{ op: 'replace', path: '/archived', value: true }];
    await app.call({ method: 'PATCH', path: 'flags/default/canceled', body: archive });
  });
  afterAll(() => app.close());

  it('shows all that are active or completed, newest first, with counts', async () => {
    const { status, body } = await list();
    const link = (path: string) => ({ href: `/api/v2/${path}`, type: 'application/json' });
    const item = (flagKey: string, more: object) => ({
      _createdAt: expect.any(Number),
      flagKey,
      _links: { self: link(`flags/default/${flagKey}/release`), flag: link(`flags/default/${flagKey}`) },
      ...more,
    });
    const completed = (await send('GET', release('done'))).body.phases[1]._completionDate;
    expect(status).toBe(200);
    expect(body).toEqual({
      activeCount: 3,
      completedCount: 1,
      totalCount: 4,
      items: [
        item('done', { _completedAt: completed }),
        item('half', { activePhaseId: phaseIds[1] }),
        item('begun', { activePhaseId: phaseIds[0] }),
        item('waiting', { activePhaseId: phaseIds[0] }),
      ],
      phases: [
        { _id: phaseIds[0], name: 'test', releaseCount: 2 },
        { _id: phaseIds[1], name: 'production', releaseCount: 1 },
      ],
      _links: { self: { href: `/api/v2/${PATH}/releases?limit=20&offset=0`, type: 'application/json' } },
    });
  });

  it('filters by status and phase, and counts all the same', async () => {
    expect(await keys('?filter=status:active')).toEqual(['half', 'begun', 'waiting']);
    expect(await keys('?filter=status:completed')).toEqual(['done']);
    for (const query of ['', 'status:active,']) {
      expect(await keys(`?filter=${query}activePhaseId:${phaseIds[0]}`)).toEqual(['begun', 'waiting']);
    }
    expect(await keys(`?filter=activePhaseId:${randomUUID()}`)).toEqual([]);
    expect((await list('?filter=status:completed')).body).toMatchObject({ activeCount: 3, totalCount: 4 });
  });

  it('is cut into pages of what is filtered', async () => {
    const { body } = await list('?filter=status:active&limit=1&offset=1');
    const link = (offset: number) => ({
      href: `/api/v2/${PATH}/releases?filter=status%3Aactive&limit=1&offset=${offset}`,
      type: 'application/json',
    });
    expect(body.items).toMatchObject([{ flagKey: 'begun' }]);
    expect(body._links).toEqual({ self: link(1), first: link(0), prev: link(0), next: link(2), last: link(2) });
  });

  it.each([
    ['status:completed,activePhaseId:11111111-1111-4111-8111-111111111111', 'completed releases are in no phase'],
    ['status:canceled', 'expected status to be active or completed, got "canceled"'],
    ['activePhaseId:1', 'expected activePhaseId to be the id of a phase, a UUID, got "1"'],
    ['flag:done', 'is not a known filter'],
  ])('refuses the filter %s', async (filter, message) => {
    expect(await list(`?filter=${filter}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', message: expect.stringContaining(message) },
    });
  });

  it('is there for pipelines that are there, for readers too, and with the beta header', async () => {
    expect((await send('GET', 'projects/default/release-pipelines/nix/releases')).status).toBe(404);
    expect((await send('GET', 'projects/nix/release-pipelines/p/releases')).status).toBe(404);
    expect((await app.call({ path: `${PATH}/releases` })).status).toBe(403);
    const token = await app.addToken('reader');
    expect((await app.call({ path: `${PATH}/releases`, headers: BETA, token })).body.totalCount).toBe(4);
  });

  it('counts and pages a thousand releases by their columns alone', async () => {
    const { db } = app.slipway.database;
    const flag = await db.selectFrom('flags').selectAll().where('key', '=', 'waiting').executeTakeFirstOrThrow();
    const row = await db.selectFrom('releases').selectAll().where('flag_id', '=', flag.id).executeTakeFirstOrThrow();
    for (let number = 0; number < 1200; number++) {
      const key = `many-${String(number).padStart(4, '0')}`;
      await db
        .insertInto('flags')
        .values({ ...flag, id: key, key, lower_key: key })
        .execute();
      const isOver = number % 3 === 0;
      await db
        .insertInto('releases')
        .values({
          ...row,
          id: key,
          flag_id: key,
          created_at: row.created_at - 1 - number,
          // Whoever looked into the document would fail.
          document: 'unreadable',
          ...(isOver && { state: 'completed', active_phase_id: null, completed_at: 5 }),
        })
        .execute();
    }
    const { body } = await list('?limit=100&offset=1100');
    expect(body).toMatchObject({ activeCount: 803, completedCount: 401, totalCount: 1204 });
    expect(body.phases.map(({ releaseCount }: { releaseCount: number }) => releaseCount)).toEqual([802, 1]);
    expect([body.items.length, body.items[0].flagKey]).toEqual([100, 'many-1096']);
    expect(await keys('?filter=status:completed&limit=2&offset=1')).toEqual(['many-0000', 'many-0003']);
  });
});
