import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';

const CONFIGS = 'account/relay-auto-configs';
const SDK_KEYS = ['viewSdkKey'];
const ROUND_MS = 2_000;

/** An event of the stream, looked into without ceremony. */
interface RelayEvent {
  readonly event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- as the answers of the API
  readonly data: any;
}

describe.each(ENGINES)('the stream that configures Relay Proxies on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let count = 0;
  let projectKey: string;
  let config: { _id: string; fullKey: string };
  const streams: StreamReader[] = [];

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
  });
  beforeEach(async () => {
    projectKey = `shop-${count++}`;
    await post('projects', { key: projectKey, name: 'Shop' });
    config = await post(CONFIGS, { name: 'Relay', policy: policyFor(`proj/${projectKey}:env/*`) });
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(() => app.close());

  const policyFor = (...resources: readonly string[]) => [{ effect: 'allow', resources, actions: SDK_KEYS }];
  const post = async (path: string, body: object) => {
    const answer = await app.call({ method: 'POST', path, body });
    expect(answer.status).toBeLessThan(300);
    return answer.body;
  };
  const replace = async (path: string, field: string, value: unknown) => {
    const answer = await app.call({ method: 'PATCH', path, body: [{ op: 'replace', path: `/${field}`, value }] });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const environmentPath = (key = 'production') => `projects/${projectKey}/environments/${key}`;
  const environment = async (key = 'production') => (await app.call({ path: environmentPath(key) })).body;
  const connect = async (key = config.fullKey) => {
    const stream = await openStream(`${url}/relay_auto_config?rpacProtocolVersion=2`, key);
    streams.push(stream);
    return stream;
  };
  const next = async (stream: StreamReader) => (await stream.next()) as RelayEvent;
  const open = async (key?: string) => {
    const stream = await connect(key);
    const { data } = await next(stream);
    return { stream, environments: data.data.environments };
  };
  const nextRound = async (stream: StreamReader) => {
    await app.clock.advance(ROUND_MS);
    return next(stream);
  };
  /** What comes after a round: the comment that keeps the stream awake when there is no news. */
  const afterRound = async (stream: StreamReader) => {
    await app.clock.advance(ROUND_MS);
    await app.clock.advance(20_000);
    return stream.next();
  };

  it('begins with the environments that the policy opens', async () => {
    await replace(`${CONFIGS}/${config._id}`, 'policy', policyFor(`proj/${projectKey}:env/production`));
    await replace(environmentPath(), 'defaultTtl', 5);
    const production = await environment();
    const stream = await connect();
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.has('x-ld-envid')).toBe(false);
    expect(await next(stream)).toEqual({
      event: 'put',
      data: {
        path: '/',
        data: {
          environments: {
            [production._id]: {
              envID: production._id,
              envKey: 'production',
              envName: 'Production',
              mobKey: production.mobileKey,
              projKey: projectKey,
              projName: 'Shop',
              sdkKey: { value: production.apiKey },
              defaultTtl: 5,
              secureMode: false,
              version: expect.any(Number),
            },
          },
          filters: {},
        },
      },
    });
  });

  it('opens with the key of a configuration only', async () => {
    const { apiKey } = await environment();
    for (const key of ['', 'rel-unknown', apiKey, app.token]) expect((await connect(key)).status).toBe(401);
  });

  it('begins empty where the policy opens nothing', async () => {
    const { fullKey } = await post(CONFIGS, { name: 'Closed', policy: [] });
    expect((await open(fullKey)).environments).toEqual({});
    const others = [{ effect: 'allow', resources: ['proj/*:env/*'], actions: ['updateName'] }];
    const other = await post(CONFIGS, { name: 'Other actions', policy: others });
    expect((await open(other.fullKey)).environments).toEqual({});
  });

  it('tells of environments that are made, renamed and deleted, under versions that rise', async () => {
    const { stream } = await open();
    const made = await post(`projects/${projectKey}/environments`, { key: 'stage', name: 'Stage', color: '000000' });
    const path = `/environments/${made._id}`;
    const first = await nextRound(stream);
    expect(first).toMatchObject({ event: 'patch', data: { path, data: { envKey: 'stage', envName: 'Stage' } } });
    await replace(environmentPath('stage'), 'name', 'Staging');
    const second = await nextRound(stream);
    expect(second).toMatchObject({ event: 'patch', data: { path, data: { envName: 'Staging' } } });
    expect(second.data.data.version).toBeGreaterThan(first.data.data.version);
    await app.call({ method: 'DELETE', path: environmentPath('stage') });
    const last = await nextRound(stream);
    expect(last).toEqual({ event: 'delete', data: { path, version: expect.any(Number) } });
    expect(last.data.version).toBeGreaterThan(second.data.data.version);
  });

  it('says nothing of what a Relay Proxy need not know', async () => {
    const { stream } = await open();
    await replace(environmentPath(), 'color', '123456');
    await replace(`${CONFIGS}/${config._id}`, 'name', 'Other name');
    await post('projects', { key: `${projectKey}-other`, name: 'Not opened' });
    expect(await afterRound(stream)).toEqual({ comment: '' });
  });

  it('tells of other names of the project in each of its environments', async () => {
    const { stream, environments } = await open();
    await replace(`projects/${projectKey}`, 'name', 'Warehouse');
    const events = [await nextRound(stream), await next(stream)];
    for (const { event, data } of events) {
      expect(event).toBe('patch');
      expect(data.data.projName).toBe('Warehouse');
      expect(data.data.version).toBeGreaterThan(environments[data.data.envID].version);
    }
  });

  it('takes environments away and brings them back as the policy changes', async () => {
    const { stream, environments } = await open();
    const { _id } = await environment('test');
    const path = `/environments/${_id}`;
    const patchPolicy = (...resources: readonly string[]) =>
      replace(`${CONFIGS}/${config._id}`, 'policy', policyFor(...resources));
    await patchPolicy(`proj/${projectKey}:env/production`);
    const gone = await nextRound(stream);
    expect(gone).toEqual({ event: 'delete', data: { path, version: expect.any(Number) } });
    expect(gone.data.version).toBeGreaterThan(environments[_id].version);
    await patchPolicy(`proj/${projectKey}:env/*`);
    const back = await nextRound(stream);
    expect(back).toMatchObject({ event: 'patch', data: { path, data: { envID: _id } } });
    expect(back.data.data.version).toBeGreaterThan(gone.data.version);
  });

  it('goes by tags of environments', async () => {
    const policy = policyFor(`proj/${projectKey}:env/*;relayed`);
    const { fullKey } = await post(CONFIGS, { name: 'By tags', policy });
    const { stream, environments } = await open(fullKey);
    expect(environments).toEqual({});
    await replace(environmentPath(), 'tags', ['relayed']);
    const opened = await nextRound(stream);
    expect(opened).toMatchObject({ event: 'patch', data: { data: { envKey: 'production' } } });
    await replace(environmentPath(), 'tags', []);
    const closed = await nextRound(stream);
    expect(closed.event).toBe('delete');
    expect(closed.data.version).toBeGreaterThan(opened.data.data.version);
  });

  it('tells of other SDK keys, with the former one while it works, and says nothing when it ends', async () => {
    const { stream } = await open();
    const { apiKey } = await environment();
    const timestamp = app.clock.now() + ROUND_MS + 1_000;
    const { body } = await app.call({ method: 'POST', path: `${environmentPath()}/apiKey?expiry=${timestamp}` });
    const { data } = await nextRound(stream);
    expect(data.data.sdkKey).toEqual({ value: body.apiKey, expiring: { value: apiKey, timestamp } });
    await app.clock.advance(ROUND_MS);
    expect(await afterRound(stream)).toEqual({ comment: '' });
    const { environments } = await open();
    expect(environments[body._id].sdkKey).toEqual({ value: body.apiKey });
  });

  it('tells of the former SDK key that works longest', async () => {
    const keys = [(await environment()).apiKey];
    const now = app.clock.now();
    for (const seconds of [90, 60]) {
      const path = `${environmentPath()}/apiKey?expiry=${now + seconds * 1_000}`;
      keys.push((await app.call({ method: 'POST', path })).body.apiKey);
    }
    const { environments } = await open();
    const { _id } = await environment();
    expect(environments[_id].sdkKey).toEqual({
      value: keys[2],
      expiring: { value: keys[0], timestamp: now + 90_000 },
    });
  });

  it('gives the same versions to everybody, however often they come', async () => {
    const { environments } = await open();
    await app.clock.advance(ROUND_MS);
    expect((await open()).environments).toEqual(environments);
  });

  it('ends when its configuration is deleted, and opens no more', async () => {
    const { stream } = await open();
    await app.call({ method: 'DELETE', path: `${CONFIGS}/${config._id}` });
    await app.clock.advance(ROUND_MS);
    expect(await stream.next()).toBeUndefined();
    expect((await connect()).status).toBe(401);
  });

  it('ends when its key does, at once or at the end that was set', async () => {
    const { stream } = await open();
    const expiry = app.clock.now() + ROUND_MS + 1_000;
    const { fullKey } = await post(`${CONFIGS}/${config._id}/reset?expiry=${expiry}`, {});
    await replace(environmentPath(), 'name', 'Still told');
    expect(await nextRound(stream)).toMatchObject({ event: 'patch', data: { data: { envName: 'Still told' } } });
    const later = await open(fullKey);
    expect((await connect()).status).toBe(200);
    await app.clock.advance(ROUND_MS);
    expect(await stream.next()).toBeUndefined();
    expect((await connect()).status).toBe(401);
    await post(`${CONFIGS}/${config._id}/reset`, {});
    await app.clock.advance(ROUND_MS);
    expect(await later.stream.next()).toBeUndefined();
    expect((await connect(fullKey)).status).toBe(401);
  });

  it('keeps quiet streams awake', async () => {
    const { stream } = await open();
    await app.clock.advance(20_000);
    expect(await stream.next()).toEqual({ comment: '' });
  });
});
