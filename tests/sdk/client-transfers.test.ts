import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide, inPath } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';

const KIM = { kind: 'user', key: 'kim' };
const LEE = { kind: 'user', key: 'lee' };

interface TransferEvent {
  readonly event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- events are looked into without ceremony
  readonly data: any;
}

describe.each(ENGINES)('transfers to client-side SDKs on $name', (engine) => {
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
    const { body } = await app.call({ path: `flags/default/${key}` });
    const variationId = body.variations[1]._id;
    await on.instruct(key, { kind: 'addTargets', contextKind: 'user', values: ['lee'], variationId });
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(() => app.close());

  const poll = (query: object = {}, context: unknown = KIM, headers: Readonly<Record<string, string>> = {}) => {
    const parameters = new URLSearchParams({ auth: on.id, ...query });
    return app.call({ path: `/sdk/poll/eval/${inPath(context)}?${parameters.toString()}`, token: null, headers });
  };
  const eventsOf = async (...parameters: Parameters<typeof poll>): Promise<readonly TransferEvent[]> => {
    const { status, body } = await poll(...parameters);
    expect(status).toBe(200);
    return body.events;
  };
  const intentOf = ([first]: readonly TransferEvent[]) => first?.data.payloads[0];
  const stateOf = (events: readonly TransferEvent[]): string => events.at(-1)?.data.state;
  /** Flags by their keys; null for those that are taken away. */
  const changesIn = (events: readonly TransferEvent[]) =>
    Object.fromEntries(
      events
        .filter(({ data }) => data.kind === 'flag-eval')
        .map(({ event, data }) => [data.key, event === 'put-object' ? data.object : null]),
    );
  const open = async (query: object = {}, context: unknown = KIM) => {
    const parameters = new URLSearchParams({ auth: on.id, ...query });
    const stream = await openStream(`${on.url}/sdk/stream/eval/${inPath(context)}?${parameters.toString()}`);
    streams.push(stream);
    return stream;
  };
  /** What comes up to the end of a transfer. */
  const transfer = async (stream: StreamReader) => {
    const events: TransferEvent[] = [];
    for (let event = await stream.next(); event; event = await stream.next()) {
      if ('comment' in event) continue;
      events.push(event);
      if (event.event === 'payload-transferred') return events;
    }
    throw new Error('the stream ended');
  };
  const see = (usingEnvironmentId: boolean) =>
    app.call({
      method: 'PATCH',
      path: `flags/default/${key}`,
      body: [{ op: 'replace', path: '/clientSideAvailability/usingEnvironmentId', value: usingEnvironmentId }],
    });

  it('give everything to who has nothing', async () => {
    const { headers, body } = await poll({ withReasons: 'true' });
    expect(headers).toMatchObject({ 'x-ld-envid': on.id, 'access-control-allow-origin': '*' });
    const { events } = body;
    const version = intentOf(events).target;
    expect(intentOf(events)).toEqual({
      id: on.id,
      target: version,
      intentCode: 'xfer-full',
      reason: 'payload-missing',
    });
    expect(events).toContainEqual({
      event: 'put-object',
      data: {
        kind: 'flag-eval',
        key,
        version,
        object: { value: true, variation: 0, flagVersion: 2, reason: { kind: 'FALLTHROUGH' } },
      },
    });
    expect(events.at(-1)).toEqual({
      event: 'payload-transferred',
      data: { state: expect.stringMatching(/^\(p:[0-9a-f]{24}:\d+:[0-9a-f]{16}\)$/), version, id: on.id },
    });
  });

  it.each([
    ['POST', () => ({ method: 'POST' as const, path: `/sdk/poll/eval?auth=${on.id}`, token: null, body: KIM })],
    ['a mobile key', () => ({ path: `/sdk/poll/eval/${inPath(KIM)}`, token: on.mobileKey })],
    ['a mobile key, POST', () => ({ method: 'POST' as const, path: '/sdk/poll/eval', token: on.mobileKey, body: KIM })],
  ])('give the same to %s', async (_name, request) => {
    const { body } = await app.call(request());
    expect(changesIn(body.events)).toEqual(changesIn(await eventsOf()));
  });

  it('tell what has changed since a state, and nothing when nothing has', async () => {
    const basis = stateOf(await eventsOf());
    expect(await eventsOf({ basis })).toEqual([
      { event: 'server-intent', data: { payloads: [expect.objectContaining({ intentCode: 'none' })] } },
    ]);
    await on.instruct(key, { kind: 'turnFlagOff' });
    const events = await eventsOf({ basis });
    expect(intentOf(events)).toMatchObject({ intentCode: 'xfer-changes', reason: 'stale' });
    expect(changesIn(events)).toEqual({ [key]: { value: false, variation: 1, flagVersion: 3 } });
    expect(intentOf(await eventsOf({ basis: stateOf(events) }))).toMatchObject({ intentCode: 'none' });
  });

  it('tell of flags whose segment or prerequisite has changed', async () => {
    const segment = `segment-${key}`;
    await on.addSegment(segment, []);
    const { body } = await app.call({ path: `flags/default/${key}` });
    await on.instruct(key, {
      kind: 'addRule',
      clauses: [{ op: 'segmentMatch', values: [segment] }],
      variationId: body.variations[1]._id,
    });
    const basis = stateOf(await eventsOf());
    await on.instructSegment(segment, { kind: 'addIncludedTargets', contextKind: 'user', values: ['kim'] });
    expect(changesIn(await eventsOf({ basis }))).toEqual({ [key]: expect.objectContaining({ value: false }) });
  });

  it('give everything where the state is of another context, of others, or yet to come', async () => {
    const basis = stateOf(await eventsOf());
    const full = async (query: object, context: unknown = KIM) =>
      expect(intentOf(await eventsOf(query, context))).toMatchObject({ intentCode: 'xfer-full' });
    await full({ basis }, LEE);
    await full({ basis }, { ...KIM, plan: 'pro' });
    await full({ basis, withReasons: 'true' });
    await full({ basis: basis.replace(/:\d+:/, ':999999:') });
    await full({ basis: basis.replace(/:[0-9a-f]{16}\)/, ')') });
    await full({ basis: 'nonsense' });
    expect(intentOf(await eventsOf({ basis }, { key: 'kim', kind: 'user' }))).toMatchObject({ intentCode: 'none' });
    const server = await app.call({ path: `/sdk/poll?basis=${basis}`, token: on.sdkKey });
    expect(intentOf(server.body.events)).toMatchObject({ intentCode: 'xfer-full' });
  });

  it('give everything after changes of flags that are not seen, and never name these', async () => {
    const basis = stateOf(await eventsOf());
    await see(false);
    const events = await eventsOf({ basis });
    expect(intentOf(events)).toMatchObject({ intentCode: 'xfer-full', reason: 'cant-catchup' });
    expect(JSON.stringify(events)).not.toContain(`"${key}"`);
    await app.call({ method: 'DELETE', path: `flags/default/${key}` });
    const later = await eventsOf({ basis: stateOf(events) });
    expect(intentOf(later)).toMatchObject({ intentCode: 'xfer-full' });
    expect(JSON.stringify(later)).not.toContain(`"${key}"`);
  });

  it('answer 304 to the ETag of the same answer', async () => {
    const { headers } = await poll();
    const tag = { 'if-none-match': String(headers['etag']) };
    expect((await poll({}, KIM, tag)).status).toBe(304);
    expect((await poll({}, LEE, tag)).status).toBe(200);
    await on.instruct(key, { kind: 'turnFlagOff' });
    expect((await poll({}, KIM, tag)).status).toBe(200);
  });

  it('go on with each change on a stream, also where a flag is not seen any more', async () => {
    const stream = await open();
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.get('x-ld-envid')).toBe(on.id);
    const first = await transfer(stream);
    expect(changesIn(first)).toMatchObject({ [key]: { value: true } });

    await on.instruct(key, { kind: 'turnFlagOff' });
    const second = await transfer(stream);
    expect(second.map(({ event }) => event)).toEqual(['put-object', 'payload-transferred']);
    expect(changesIn(second)).toEqual({ [key]: expect.objectContaining({ value: false }) });
    expect(intentOf(await eventsOf({ basis: stateOf(second) }))).toMatchObject({ intentCode: 'none' });

    await see(false);
    expect(changesIn(await transfer(stream))).toEqual({ [key]: null });
    await see(true);
    expect(changesIn(await transfer(stream))).toEqual({ [key]: expect.objectContaining({ value: false }) });
  });

  it('go on from a state on a stream', async () => {
    const basis = stateOf(await eventsOf());
    await on.instruct(key, { kind: 'turnFlagOff' });
    const behind = await transfer(await open({ basis }));
    expect(intentOf(behind)).toMatchObject({ intentCode: 'xfer-changes' });
    const inStep = await open({ basis: stateOf(behind) });
    expect(await inStep.next()).toMatchObject({ data: { payloads: [{ intentCode: 'none' }] } });
    await on.instruct(key, { kind: 'turnFlagOn' });
    expect(changesIn(await transfer(inStep))).toEqual({ [key]: expect.objectContaining({ value: true }) });
  });

  it('stream to POST, keep silent streams awake, and say goodbye', async () => {
    const made = await app.call({
      method: 'POST',
      path: 'projects/default/environments',
      body: { key: `passing-${key}`, name: 'Passing', color: 'ffffff' },
    });
    const stream = await openStream(`${on.url}/sdk/stream/eval`, made.body.mobileKey, {
      method: 'POST',
      body: JSON.stringify(KIM),
      headers: { 'content-type': 'application/json' },
    });
    await transfer(stream);
    await app.clock.advance(20_000);
    expect(await stream.next()).toEqual({ comment: '' });
    await app.call({ method: 'DELETE', path: `projects/default/environments/passing-${key}` });
    await app.clock.advance(1_000);
    expect(await stream.next()).toEqual({
      event: 'goodbye',
      data: { reason: 'environment deleted', silent: false, catastrophe: false },
    });
    expect(await stream.next()).toBeUndefined();
  });

  it('refuse wrong credentials and contexts, and answer preflights', async () => {
    expect((await poll({ auth: '0'.repeat(24) })).status).toBe(404);
    const path = `/sdk/poll/eval/${inPath(KIM)}`;
    expect((await app.call({ path, token: null })).status).toBe(401);
    expect((await app.call({ path, token: on.sdkKey })).status).toBe(401);
    expect((await poll({}, 'nobody')).status).toBe(400);
    for (const preflight of [path, '/sdk/poll/eval', '/sdk/stream/eval', `/sdk/stream/eval/${inPath(KIM)}`]) {
      const { status, headers } = await app.call({ method: 'OPTIONS', path: preflight, token: null });
      expect({ status, allowed: headers['access-control-allow-methods'] }).toEqual({
        status: 204,
        allowed: 'GET, POST, REPORT, OPTIONS',
      });
    }
  });

  it('ask browsers for signed contexts in secure mode', async () => {
    const setSecureMode = (value: boolean) =>
      app.call({
        method: 'PATCH',
        path: 'projects/default/environments/production',
        body: [{ op: 'replace', path: '/secureMode', value }],
      });
    await setSecureMode(true);
    await app.clock.advance(1_000);
    expect((await poll()).status).toBe(400);
    const h = createHmac('sha256', on.sdkKey).update('kim').digest('hex');
    expect((await poll({ h })).status).toBe(200);
    await setSecureMode(false);
    await app.clock.advance(1_000);
    expect((await poll()).status).toBe(200);
  });
});
