import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide, inPath } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';

const KIM = { kind: 'user', key: 'kim' };
const LEE = { kind: 'user', key: 'lee' };

describe.each(ENGINES)('client-side streams on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;
  let count = 0;
  let key: string;
  const streams: StreamReader[] = [];

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
  });
  beforeEach(async () => {
    key = `flag-${count++}`;
    await on.addFlag(key);
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(() => app.close());

  const open = async (path: string, authorization = '', init: RequestInit = {}) => {
    const stream = await openStream(`${on.url}${path}`, authorization, init);
    streams.push(stream);
    return stream;
  };
  const openFor = (context: unknown = KIM, query = '') => open(`/eval/${on.id}/${inPath(context)}${query}`);
  /** The next event, which must be of that kind. */
  const next = async (stream: StreamReader, event: string) => {
    const received = await stream.next();
    expect(received).toMatchObject({ event });
    return (received as { data: { version: number; [key: string]: unknown } }).data;
  };
  const see = (usingEnvironmentId: boolean) =>
    app.call({
      method: 'PATCH',
      path: `flags/default/${key}`,
      body: [{ op: 'replace', path: '/clientSideAvailability/usingEnvironmentId', value: usingEnvironmentId }],
    });

  it('begins with everything, and says which environment it is', async () => {
    const stream = await openFor(KIM, '?withReasons=true');
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.get('access-control-allow-origin')).toBe('*');
    expect(stream.headers.get('x-ld-envid')).toBe(on.id);
    expect(await next(stream, 'put')).toMatchObject({ [key]: { value: true, reason: { kind: 'FALLTHROUGH' } } });
  });

  it.each<[string, () => Promise<StreamReader>]>([
    ['a client-side id, REPORT', () => open(`/eval/${on.id}`, '', { method: 'REPORT', body: JSON.stringify(KIM) })],
    ['a mobile key, GET', () => open(`/meval/${inPath(KIM)}`, on.mobileKey)],
    ['a mobile key, REPORT', () => open('/meval', on.mobileKey, { method: 'REPORT', body: JSON.stringify(KIM) })],
  ])('opens with %s', async (_name, start) => {
    const stream = await start();
    expect(await next(stream, 'put')).toMatchObject({ [key]: { value: true } });
    await on.instruct(key, { kind: 'turnFlagOff' });
    expect(await next(stream, 'patch')).toMatchObject({ key, value: false });
  });

  it('sends a patch for each change, evaluated for its context', async () => {
    const { body } = await app.call({ path: `flags/default/${key}` });
    const [kim, lee] = [await openFor(KIM), await openFor(LEE)];
    const before = (await next(kim, 'put'))[key] as { version: number };
    await next(lee, 'put');
    const target = { kind: 'addTargets', contextKind: 'user', values: ['lee'], variationId: body.variations[1]._id };
    await on.instruct(key, target);
    const patch = await next(kim, 'patch');
    expect(patch).toMatchObject({ key, value: true, variation: 0, flagVersion: 2 });
    expect(patch.version).toBeGreaterThan(before.version);
    expect(await next(lee, 'patch')).toMatchObject({ key, value: false, variation: 1, flagVersion: 2 });
  });

  it('sends a patch when a segment or a prerequisite changes, with a version that rises', async () => {
    const segment = `segment-${key}`;
    const child = `child-${key}`;
    await on.addSegment(segment, []);
    await on.addFlag(child);
    const { body: parent } = await app.call({ path: `flags/default/${key}` });
    const clause = { contextKind: 'user', attribute: '', op: 'segmentMatch', values: [segment], negate: false };
    await on.instruct(key, { kind: 'addRule', variationId: parent.variations[1]._id, clauses: [clause] });
    await on.instruct(child, { kind: 'addPrerequisite', key, variationId: parent.variations[0]._id });
    const stream = await openFor(KIM);
    const put = (await next(stream, 'put')) as Record<string, unknown>;
    expect(put[child]).toMatchObject({ value: true, prerequisites: [key] });
    await on.instructSegment(segment, { kind: 'addIncludedTargets', contextKind: 'user', values: ['kim'] });
    const patches = [await next(stream, 'patch'), await next(stream, 'patch')];
    expect(patches).toMatchObject([
      { key: child, value: false, flagVersion: 2 },
      { key, value: false, variation: 1 },
    ]);
    for (const patch of patches) {
      const held = put[String(patch['key'])] as { version: number };
      expect(patch.version).toBeGreaterThan(held.version);
    }
  });

  it('sends a delete when a flag is gone or not to be seen any more, and a patch when it is back', async () => {
    const stream = await openFor();
    await next(stream, 'put');
    await see(false);
    const hidden = await next(stream, 'delete');
    expect(hidden).toEqual({ key, version: expect.any(Number) });
    await see(true);
    const back = await next(stream, 'patch');
    expect(back).toMatchObject({ key, value: true });
    await on.instruct(key, { kind: 'archiveFlag' });
    const archived = await next(stream, 'delete');
    expect([hidden.version < back.version, back.version < archived.version]).toEqual([true, true]);
    await app.call({ method: 'DELETE', path: `flags/default/${key}` });
    await on.addFlag(key);
    expect((await next(stream, 'patch')).version).toBeGreaterThan(archived.version);
  });

  it('tells nothing of flags that the viewer does not see', async () => {
    const stream = await openFor();
    await next(stream, 'put');
    await on.addFlag(`hidden-${key}`, { usingEnvironmentId: false, usingMobileKey: true });
    await on.instruct(key, { kind: 'turnFlagOff' });
    expect(await next(stream, 'patch')).toMatchObject({ key, value: false });
  });

  it('brings many streams to the newest state', async () => {
    const many = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const stream = await openFor({ kind: 'user', key: `user-${index}` });
        await next(stream, 'put');
        return stream;
      }),
    );
    await on.instruct(key, { kind: 'turnFlagOff' });
    for (const stream of many) expect(await next(stream, 'patch')).toMatchObject({ key, value: false });
  });

  it.each<[string, () => Promise<StreamReader>, () => Promise<void>]>([
    ['browsers', () => open(`/ping/${on.id}`), () => see(false).then(() => undefined)],
    ['mobile devices', () => open('/mping', on.mobileKey), () => on.instruct(key, { kind: 'turnFlagOff' })],
  ])('only says that something has changed to %s that want no more', async (_name, start, change) => {
    const stream = await start();
    expect(await stream.next()).toEqual({ event: 'ping', data: {} });
    await change();
    expect(await stream.next()).toEqual({ event: 'ping', data: {} });
  });

  it('keeps silent streams awake with comments', async () => {
    const [stream, ping] = [await openFor(), await open(`/ping/${on.id}`)];
    await next(stream, 'put');
    await next(ping, 'ping');
    await app.clock.advance(20_000);
    expect([await stream.next(), await ping.next()]).toEqual([{ comment: '' }, { comment: '' }]);
  });

  it('ends when its environment is deleted, whose id opens nothing any more', async () => {
    const { body } = await app.call({
      method: 'POST',
      path: 'projects/default/environments',
      body: { key: 'passing', name: 'Passing', color: '000000' },
    });
    const path = `/eval/${body._id}/${inPath(KIM)}`;
    const stream = await open(path);
    await next(stream, 'put');
    await app.call({ method: 'DELETE', path: 'projects/default/environments/passing' });
    await app.clock.advance(1_000);
    expect(await stream.next()).toBeUndefined();
    expect((await open(path)).status).toBe(404);
  });

  it('refuses wrong credentials and contexts', async () => {
    expect((await open(`/meval/${inPath(KIM)}`, on.sdkKey)).status).toBe(401);
    expect((await open('/mping', on.id)).status).toBe(401);
    expect((await open(`/ping/${on.mobileKey}`)).status).toBe(404);
    expect((await open(`/eval/${on.id}/nonsense`)).status).toBe(400);
  });

  it('asks for signed contexts in secure mode', async () => {
    const body = [{ op: 'replace', path: '/secureMode', value: true }];
    await app.call({ method: 'PATCH', path: 'projects/default/environments/production', body });
    await app.clock.advance(1_000);
    expect((await openFor()).status).toBe(400);
  });
});
