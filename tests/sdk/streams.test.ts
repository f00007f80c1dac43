import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';
import { scrape } from '../support/scrape.ts';

/** Each sends 150 kB: far more than a socket and our own buffer hold. */
const CHANGES = 80;

describe.each(ENGINES)('server-side streams on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let sdkKey: string;
  let count = 0;
  let flagKey: string;
  const streams: StreamReader[] = [];

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    sdkKey = (await app.call({ path: 'projects/default/environments/production' })).body.apiKey;
  });
  beforeEach(async () => {
    flagKey = `flag-${count++}`;
    await app.call({ method: 'POST', path: 'flags/default', body: { key: flagKey, name: 'Streamed' } });
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(() => app.close());

  const open = async (key = sdkKey) => {
    const stream = await openStream(`${url}/all`, key);
    streams.push(stream);
    return stream;
  };
  const instruct = (...instructions: readonly object[]) =>
    app.call({
      method: 'PATCH',
      path: `flags/default/${flagKey}`,
      headers: SEMANTIC,
      body: { environmentKey: 'production', instructions },
    });

  it('begins with everything, and says which environment it is', async () => {
    const stream = await open();
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.get('x-ld-envid')).toMatch(/^[0-9a-f]{24}$/);
    expect(await stream.next()).toMatchObject({
      event: 'put',
      data: { path: '/', data: { flags: { [flagKey]: { key: flagKey, version: 1, on: false } }, segments: {} } },
    });
  });

  it('sends one patch for each change, and nothing for a change of the name', async () => {
    const stream = await open();
    await stream.next();
    await instruct({ kind: 'updateName', value: 'Other name' });
    await instruct({ kind: 'turnFlagOn' }, { kind: 'addTags', values: ['x'] });
    expect(await stream.next()).toMatchObject({
      event: 'patch',
      data: { path: `/flags/${flagKey}`, data: { key: flagKey, version: 2, on: true } },
    });
  });

  it('sends a delete when the flag is archived, and goes on counting when its key is used again', async () => {
    const stream = await open();
    await stream.next();
    await instruct({ kind: 'archiveFlag' });
    expect(await stream.next()).toEqual({ event: 'delete', data: { path: `/flags/${flagKey}`, version: 2 } });
    await app.call({ method: 'DELETE', path: `flags/default/${flagKey}` });
    expect(await stream.next()).toEqual({ event: 'delete', data: { path: `/flags/${flagKey}`, version: 3 } });
    await app.call({ method: 'POST', path: 'flags/default', body: { key: flagKey, name: 'Again' } });
    expect(await stream.next()).toMatchObject({ event: 'patch', data: { data: { key: flagKey, version: 4 } } });
  });

  it('keeps silent streams awake with comments', async () => {
    const stream = await open();
    await stream.next();
    await app.clock.advance(20_000);
    expect(await stream.next()).toEqual({ comment: '' });
  });

  it('sends the changes of its own environment only', async () => {
    const test = (await app.call({ path: 'projects/default/environments/test' })).body.apiKey;
    const stream = await open(test);
    await stream.next();
    await instruct({ kind: 'turnFlagOn' });
    await app.clock.advance(20_000);
    expect(await stream.next()).toEqual({ comment: '' });
  });

  it('catches up by itself when a notification is lost', async () => {
    const stream = await open();
    await stream.next();
    const { db } = app.slipway.database;
    const document = JSON.stringify({ key: 'from-nowhere', version: 9 });
    await db.transaction().execute(async (tx) => {
      const { id, payload_version: sequence } = await tx
        .updateTable('environments')
        .set((set) => ({ payload_version: set('payload_version', '+', 1) }))
        .where('sdk_key', '=', sdkKey)
        .returning(['id', 'payload_version'])
        .executeTakeFirstOrThrow();
      await tx
        .insertInto('delivery_items')
        .values({ environment_id: id, kind: 'flag', key: 'from-nowhere', version: 9, sequence, document })
        .execute();
    });
    await app.clock.advance(1_000);
    expect(await stream.next()).toMatchObject({ event: 'patch', data: { path: '/flags/from-nowhere' } });
  });

  it('ends when its environment is deleted, and the key opens nothing any more', async () => {
    const created = await app.call({
      method: 'POST',
      path: 'projects/default/environments',
      body: { key: 'passing', name: 'Passing', color: '000000' },
    });
    const stream = await open(created.body.apiKey);
    expect(await stream.next()).toMatchObject({ event: 'put' });
    await app.call({ method: 'DELETE', path: 'projects/default/environments/passing' });
    await app.clock.advance(1_000);
    expect(await stream.next()).toBeUndefined();
    expect((await openStream(`${url}/all`, created.body.apiKey)).status).toBe(401);
  });

  it('cuts off a reader that does not read, and the others go on', async () => {
    const { hostname, port } = new URL(url);
    const stuck = connect(Number(port), hostname);
    const closed = once(stuck, 'close');
    stuck.pause();
    stuck.write(`GET /all HTTP/1.1\r\nHost: x\r\nAuthorization: ${sdkKey}\r\n\r\n`);
    const reader = await open();
    await reader.next();
    const { body } = await instruct({ kind: 'turnFlagOn' });
    await reader.next();
    const variationId = body.variations[0]._id;
    const values = Array.from({ length: 4_000 }, (_, index) => `somebody-with-a-rather-long-key-${index}`);
    await instruct({ kind: 'addTargets', values, variationId });
    await reader.next();
    for (let change = 0; change < CHANGES; change++) {
      await instruct({ kind: change % 2 === 0 ? 'turnFlagOff' : 'turnFlagOn' });
      // Before the next one: changes that come close after each other may arrive as one.
      await reader.next();
    }
    stuck.resume();
    await closed;
    const figures = await scrape(app);
    expect(figures('slipway_sdk_streams_ended_total', { kind: 'server', reason: 'too slow' })).toBe(1);
    await instruct({ kind: 'turnFlagOff' });
    expect(await reader.next()).toMatchObject({ event: 'patch', data: { path: `/flags/${flagKey}` } });
  });
});
