import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';

describe.each(ENGINES)('streams of the second protocol on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let environmentId: string;
  let sdkKey: string;
  let count = 0;
  let flagKey: string;
  const streams: StreamReader[] = [];

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
    const { body: production } = await app.call({ path: 'projects/default/environments/production' });
    ({ _id: environmentId, apiKey: sdkKey } = production);
  });
  beforeEach(async () => {
    flagKey = `flag-${count++}`;
    await app.call({ method: 'POST', path: 'flags/default', body: { key: flagKey, name: 'Streamed' } });
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(() => app.close());

  const open = async (basis?: string, key = sdkKey) => {
    const stream = await openStream(`${url}/sdk/stream${basis === undefined ? '' : `?basis=${basis}`}`, key);
    streams.push(stream);
    return stream;
  };
  const instructFlag = (key: string, ...instructions: readonly object[]) =>
    app.call({
      method: 'PATCH',
      path: `flags/default/${key}`,
      headers: SEMANTIC,
      body: { environmentKey: 'production', instructions },
    });
  const instruct = (...instructions: readonly object[]) => instructFlag(flagKey, ...instructions);
  /** Events up to the end of a transfer; an intent of `none` is one by itself. */
  const transfer = async (stream: StreamReader) => {
    const events: Event[] = [];
    for (;;) {
      const event = (await stream.next()) as Event;
      events.push(event);
      const isNone = event.data.payloads?.[0]?.intentCode === 'none';
      if (event.event === 'payload-transferred' || isNone) return events;
    }
  };
  const stateAfter = (events: readonly Event[]) => events.at(-1)?.data.state ?? '';
  const version = (state: string) => Number(/^\(p:\w+:(\d+)\)$/.exec(state)?.[1]);

  it('begin with everything, and say which environment it is', async () => {
    const stream = await open();
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.get('x-ld-envid')).toBe(environmentId);
    expect(stream.headers.get('x-ld-fd-fallback')).toBeNull();
    const events = await transfer(stream);
    const target = version(stateAfter(events));
    expect(events[0]).toEqual({
      event: 'server-intent',
      data: { payloads: [{ id: environmentId, target, intentCode: 'xfer-full', reason: 'payload-missing' }] },
    });
    expect(events).toContainEqual({
      event: 'put-object',
      data: { kind: 'flag', key: flagKey, version: 1, object: expect.objectContaining({ key: flagKey, version: 1 }) },
    });
    expect(events.at(-1)?.data).toEqual({
      state: `(p:${environmentId}:${target})`,
      version: target,
      id: environmentId,
    });
  });

  it('tell each change, with the state it leads to', async () => {
    const stream = await open();
    const first = version(stateAfter(await transfer(stream)));
    await instruct({ kind: 'updateName', value: 'Other name' });
    await instruct({ kind: 'turnFlagOn' }, { kind: 'addTags', values: ['x'] });
    expect(await transfer(stream)).toMatchObject([
      { event: 'put-object', data: { kind: 'flag', key: flagKey, version: 2, object: { version: 2, on: true } } },
      { event: 'payload-transferred', data: { state: `(p:${environmentId}:${first + 1})`, version: first + 1 } },
    ]);
    await instruct({ kind: 'archiveFlag' });
    expect(await transfer(stream)).toMatchObject([
      { event: 'delete-object', data: { kind: 'flag', key: flagKey, version: 3 } },
      { event: 'payload-transferred', data: { version: first + 2 } },
    ]);
  });

  it('tell items that have changed together as one', async () => {
    const [needed, needing] = [`${flagKey}-needed`, `${flagKey}-needing`];
    const variations = ['a', 'b', 'c'].map((value) => ({ value }));
    const defaults = { onVariation: 2, offVariation: 1 };
    const { body: flag } = await app.call({
      method: 'POST',
      path: 'flags/default',
      body: { key: needed, name: 'Needed', variations, defaults },
    });
    await app.call({ method: 'POST', path: 'flags/default', body: { key: needing, name: 'Needing' } });
    const [removed, , wanted] = flag.variations;
    await instructFlag(needing, { kind: 'addPrerequisite', key: needed, variationId: wanted._id });
    const stream = await open();
    await transfer(stream);
    await instructFlag(needed, { kind: 'removeVariation', variationId: removed._id });
    expect(await transfer(stream)).toMatchObject([
      { event: 'put-object', data: { key: needed } },
      { event: 'put-object', data: { key: needing, object: { prerequisites: [{ key: needed, variation: 1 }] } } },
      { event: 'payload-transferred' },
    ]);
  });

  it('go on from a state: what has changed, then each change', async () => {
    const before = await open();
    const state = stateAfter(await transfer(before));
    before.close();
    await instruct({ kind: 'turnFlagOn' });
    const stream = await open(state);
    expect(await transfer(stream)).toMatchObject([
      { event: 'server-intent', data: { payloads: [{ intentCode: 'xfer-changes', target: version(state) + 1 }] } },
      { event: 'put-object', data: { key: flagKey, object: { on: true } } },
      { event: 'payload-transferred', data: { version: version(state) + 1 } },
    ]);
    await instruct({ kind: 'turnFlagOff' });
    expect(await transfer(stream)).toMatchObject([
      { event: 'put-object', data: { key: flagKey, object: { on: false } } },
      { event: 'payload-transferred', data: { version: version(state) + 2 } },
    ]);
  });

  it('say that nothing has changed, then each change', async () => {
    const state = stateAfter(await transfer(await open()));
    const stream = await open(state);
    expect(await transfer(stream)).toMatchObject([{ data: { payloads: [{ intentCode: 'none' }] } }]);
    await instruct({ kind: 'turnFlagOn' });
    expect(await transfer(stream)).toMatchObject([{ event: 'put-object' }, { event: 'payload-transferred' }]);
  });

  it.each([
    ['of another environment', () => '(p:0123456789abcdef01234567:1)'],
    ['from the future', () => `(p:${environmentId}:123456)`],
    ['that is malformed', () => '(q:x)'],
  ])('transfer everything for a basis %s', async (_name, basis) => {
    const full = await transfer(await open());
    expect(await transfer(await open(basis()))).toEqual(full);
  });

  it('keep silent streams awake with comments, and hear nothing of other environments', async () => {
    const test = (await app.call({ path: 'projects/default/environments/test' })).body.apiKey;
    const stream = await open(undefined, test);
    await transfer(stream);
    await instruct({ kind: 'turnFlagOn' });
    await app.clock.advance(20_000);
    expect(await stream.next()).toEqual({ comment: '' });
  });

  it('say goodbye when their environment is deleted', async () => {
    const { body } = await app.call({
      method: 'POST',
      path: 'projects/default/environments',
      body: { key: 'passing', name: 'Passing', color: '000000' },
    });
    const stream = await open(undefined, body.apiKey);
    await transfer(stream);
    await app.call({ method: 'DELETE', path: 'projects/default/environments/passing' });
    await app.clock.advance(1_000);
    expect(await stream.next()).toMatchObject({ event: 'goodbye', data: { reason: 'environment deleted' } });
    expect(await stream.next()).toBeUndefined();
  });

  it('stand beside streams of the first protocol', async () => {
    const first = await openStream(`${url}/all`, sdkKey);
    streams.push(first);
    await first.next();
    const second = await open();
    await transfer(second);
    await instruct({ kind: 'turnFlagOn' });
    expect(await first.next()).toMatchObject({ event: 'patch', data: { path: `/flags/${flagKey}` } });
    expect(await transfer(second)).toMatchObject([{ event: 'put-object' }, { event: 'payload-transferred' }]);
  });
});

describe.each(ENGINES)('a restart on $name', (engine) => {
  it('says goodbye, and a state lasts over it', async () => {
    const store = await engine.create();
    const here = { ...engine, create: async () => ({ url: store.url, drop: async () => undefined }) };
    const first = await startApp(here);
    const { sdk_key: sdkKey } = await first.slipway.database.db
      .selectFrom('environments')
      .select('sdk_key')
      .where('key', '=', 'production')
      .executeTakeFirstOrThrow();
    const stream = await openStream(`${await first.slipway.listen()}/sdk/stream`, sdkKey);
    await stream.next();
    const { data } = (await stream.next()) as Event;
    await first.close();
    expect(await stream.next()).toEqual({
      event: 'goodbye',
      data: { reason: 'shutdown', silent: false, catastrophe: false },
    });
    expect(await stream.next()).toBeUndefined();

    const second = await startApp(here);
    const again = await openStream(`${await second.slipway.listen()}/sdk/stream?basis=${data.state}`, sdkKey);
    expect(await again.next()).toMatchObject({ data: { payloads: [{ intentCode: 'none' }] } });
    again.close();
    await second.close();
    await store.drop();
  });
});

/** An event of a transfer, read without ceremony. */
interface Event {
  readonly event: string;
  readonly data: { readonly payloads?: readonly { readonly intentCode: string }[]; readonly state?: string };
}
