import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BigSegmentPatch } from '../../src/sdk/relay/big-segment-patches.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';

const ROUND_MS = 1_000;
const NOTHING = { add: [], remove: [] };

const hash = (key: string) => createHash('sha256').update(key).digest('base64');
const byHash = (keys: readonly string[]) => keys.map(hash).toSorted();

/** What a Relay Proxy keeps: for each segment and list, its hashed keys. Patches that do not fit are errors. */
class RelayStore {
  version = '';
  readonly lists = new Map<string, Set<string>>();

  apply(patches: readonly BigSegmentPatch[]): void {
    for (const { previousVersion, version, segmentId, changes } of patches) {
      if (previousVersion !== this.version) throw new Error(`${previousVersion} does not follow ${this.version}`);
      for (const list of ['included', 'excluded'] as const) {
        const keys = this.lists.get(`${segmentId} ${list}`) ?? new Set();
        for (const key of changes[list].add) keys.add(key);
        for (const key of changes[list].remove) keys.delete(key);
        this.lists.set(`${segmentId} ${list}`, keys);
      }
      this.version = version;
    }
  }

  keys(list: string): readonly string[] {
    return [...(this.lists.get(list) ?? [])].toSorted();
  }
}

describe.each(ENGINES)('big segments for Relay Proxies on $name', (engine) => {
  let app: TestApp;
  let url: string;
  let count = 0;
  let environment: { _id: string; key: string; apiKey: string };
  const streams: StreamReader[] = [];

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
  });
  beforeEach(async () => {
    const key = `place-${count++}`;
    const body = { key, name: 'Place', color: '000000' };
    environment = (await app.call({ method: 'POST', path: 'projects/default/environments', body })).body;
    await create('vip');
  });
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.close();
  });
  afterAll(() => app.close());

  const segmentPath = (key = 'vip') => `segments/default/${environment.key}/${key}`;
  const create = async (key: string) => {
    const body = { key, name: key, unbounded: true, unboundedContextKind: 'user' };
    const path = `segments/default/${environment.key}`;
    expect((await app.call({ method: 'POST', path, body })).status).toBe(201);
  };
  const change = async (body: object, key?: string) => {
    const answer = await app.call({ method: 'POST', path: `${segmentPath(key)}/contexts`, body });
    expect(answer.status).toBe(204);
  };
  const upload = async (keys: readonly string[], mode: string, waits = false) => {
    const answer = await app.call({
      method: 'POST',
      path: `${segmentPath()}/imports`,
      body: [
        `--x\r\nContent-Disposition: form-data; name="mode"\r\n\r\n${mode}\r\n`,
        `--x\r\nContent-Disposition: form-data; name="waitOnApprovals"\r\n\r\n${waits}\r\n`,
        `--x\r\nContent-Disposition: form-data; name="file"; filename="k.csv"\r\n\r\n${keys.join('\n')}\r\n--x--\r\n`,
      ].join(''),
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect(answer.status).toBe(204);
    return String(answer.headers['location']).split('/').at(-1);
  };
  const ask = (after = '', authorization = environment.apiKey) =>
    app.call({
      path: `/sdk/big-segments/revisions${after === '' ? '' : `?after=${after}`}`,
      token: null,
      headers: { authorization },
    });
  const revisions = async (after?: string): Promise<readonly BigSegmentPatch[]> => (await ask(after)).body;
  /** Asks again and again, as Relay Proxies do. */
  const synchronize = async (store = new RelayStore()) => {
    for (;;) {
      const patches = await revisions(store.version);
      if (patches.length === 0) return store;
      store.apply(patches);
    }
  };
  const open = async () => {
    const stream = await openStream(`${url}/big-segments`, environment.apiKey);
    streams.push(stream);
    expect(stream.status).toBe(200);
    expect(await stream.next()).toEqual({ comment: '' });
    return stream;
  };
  const nextPatches = async (stream: StreamReader) => {
    await app.clock.advance(ROUND_MS);
    const { data } = (await stream.next()) as { data: readonly BigSegmentPatch[] };
    return data;
  };

  it('have no revisions at first, and none of small segments', async () => {
    const body = { key: 'small', name: 'Small' };
    await app.call({ method: 'POST', path: `segments/default/${environment.key}`, body });
    const instructions = [{ kind: 'addIncludedTargets', contextKind: 'user', values: ['ann'] }];
    await app.call({ method: 'PATCH', path: segmentPath('small'), headers: SEMANTIC, body: { instructions } });
    expect(await ask()).toMatchObject({ status: 200, body: [] });
  });

  it('open with an SDK key only', async () => {
    for (const key of ['', 'sdk-unknown', app.token]) {
      expect((await ask('', key)).status).toBe(401);
      expect((await openStream(`${url}/big-segments`, key)).status).toBe(401);
    }
  });

  it('tell of hashed keys, as a chain of patches', async () => {
    await change({ included: { add: ['ann', 'bob'] } });
    await change({ excluded: { add: ['zoe'] }, included: { remove: ['bob'] } });
    const patches = await revisions();
    const common = { environmentId: environment._id, segmentId: 'vip.g1' };
    expect(patches).toEqual([
      {
        ...common,
        version: 'r1',
        previousVersion: '',
        changes: { included: { add: [hash('ann')], remove: [] }, excluded: NOTHING },
      },
      {
        ...common,
        version: 'r2',
        previousVersion: 'r1',
        changes: { included: { add: [], remove: [hash('bob')] }, excluded: NOTHING },
      },
      {
        ...common,
        version: 'r3',
        previousVersion: 'r2',
        changes: { included: NOTHING, excluded: { add: [hash('zoe')], remove: [] } },
      },
    ]);
    expect(await revisions('r1')).toEqual(patches.slice(1));
    expect(await revisions('r3')).toEqual([]);
  });

  it('make nothing new of changes that change nothing', async () => {
    await change({ included: { add: ['ann'] } });
    await change({ included: { add: ['ann'], remove: ['nobody'] } });
    expect(await revisions('r1')).toEqual([]);
  });

  it('forget steps that later ones have overtaken, and go on from the version that a store has', async () => {
    await change({ included: { add: ['ann'] } });
    await change({ included: { add: ['bob'] } });
    await change({ included: { remove: ['ann'] } });
    await change({ included: { add: ['ann'] } });
    const chain = (await revisions()).map(({ previousVersion, version }) => [previousVersion, version]);
    expect(chain).toEqual([
      ['', 'r2'],
      ['r2', 'r4'],
    ]);
    expect(await revisions('r1')).toMatchObject([{ previousVersion: 'r1' }, { previousVersion: 'r2' }]);
    expect((await synchronize()).keys('vip.g1 included')).toEqual(byHash(['ann', 'bob']));
  });

  it.each(['r99', 'r', 'elsewhere', 'r1x'])(
    'begin anew for a store with version %s, which is not of theirs',
    async (after) => {
      await change({ included: { add: ['ann'] } });
      expect(await revisions(after)).toMatchObject([{ previousVersion: after, version: 'r1' }]);
    },
  );

  it('are told piece by piece when they are large, also of imports', async () => {
    const keys = Array.from({ length: 12_500 }, (_, index) => `key-${index}`);
    await upload(keys, 'merge');
    const [first] = await revisions();
    expect(first?.changes.included.add).toHaveLength(1_000);
    expect(await revisions()).toHaveLength(10);
    const store = await synchronize();
    expect(store.keys('vip.g1 included')).toEqual(byHash(keys));
    const fewer = [...keys.slice(12_000), 'newcomer'];
    await upload(fewer, 'replace');
    expect((await synchronize(store)).keys('vip.g1 included')).toEqual(byHash(fewer));
    expect((await synchronize()).keys('vip.g1 included')).toEqual(byHash(fewer));
  });

  it('are told of instructions and of imports that have waited', async () => {
    await change({ excluded: { add: ['zoe'] } });
    const store = await synchronize();
    const importId = await upload(['ann'], 'replace', true);
    expect(await revisions(store.version)).toEqual([]);
    const instructions = [
      { kind: 'processBigSegmentImport', importId },
      { kind: 'removeBigSegmentExcludedTargets', values: ['zoe'] },
      { kind: 'addBigSegmentIncludedTargets', values: ['bob'] },
    ];
    const answer = await app.call({
      method: 'PATCH',
      path: segmentPath(),
      headers: SEMANTIC,
      body: { instructions },
    });
    expect(answer.status).toBe(200);
    await synchronize(store);
    expect(store.keys('vip.g1 excluded')).toEqual([]);
    expect(store.keys('vip.g1 included')).toContain(hash('ann'));
  });

  it('are told apart by segments, and by how often their key was used', async () => {
    await create('other');
    await change({ included: { add: ['ann'] } }, 'other');
    await change({ included: { add: ['ann'] } });
    const store = await synchronize();
    expect(store.keys('vip.g1 included')).toEqual([hash('ann')]);
    expect(store.keys('other.g1 included')).toEqual([hash('ann')]);
    await app.call({ method: 'DELETE', path: segmentPath() });
    expect(await revisions(store.version)).toEqual([]);
    await create('vip');
    await change({ included: { add: ['bob'] } });
    expect(await revisions(store.version)).toMatchObject([{ segmentId: 'vip.g2', previousVersion: 'r2' }]);
    expect((await synchronize()).keys('vip.g2 included')).toEqual([hash('bob')]);
  });

  it('are told of as they change by the stream, which goes on where the list ended', async () => {
    await change({ included: { add: ['ann'] } });
    const store = await synchronize();
    const stream = await open();
    expect(stream.headers.get('x-ld-envid')).toBe(environment._id);
    expect(await revisions(store.version)).toEqual([]);
    await change({ included: { add: ['bob'] } });
    store.apply(await nextPatches(stream));
    await change({ included: { remove: ['ann'] } });
    await change({ excluded: { add: ['zoe'] } });
    store.apply(await nextPatches(stream));
    expect(store.keys('vip.g1 included')).toEqual([hash('bob')]);
    expect(store.keys('vip.g1 excluded')).toEqual([hash('zoe')]);
    expect(await revisions(store.version)).toEqual([]);
  });

  it('lose nothing when many change them at once', async () => {
    await create('other');
    const stream = await open();
    const store = new RelayStore();
    const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
    await Promise.all(
      ['vip', 'other'].flatMap((segment) => keys.map((key) => change({ included: { add: [key] } }, segment))),
    );
    while (store.keys('vip.g1 included').length + store.keys('other.g1 included').length < 24) {
      store.apply(await nextPatches(stream));
    }
    expect((await synchronize()).lists).toEqual(store.lists);
  });

  it('bring large changes over the stream in several events', async () => {
    const stream = await open();
    const keys = Array.from({ length: 12_500 }, (_, index) => `key-${index}`);
    await upload(keys, 'merge');
    const store = new RelayStore();
    store.apply(await nextPatches(stream));
    store.apply(await nextPatches(stream));
    expect(store.keys('vip.g1 included')).toEqual(byHash(keys));
  });

  it('keep streams of their own environment only, awake, and until it is deleted', async () => {
    const stream = await open();
    const others = environment;
    const body = { key: `${others.key}-b`, name: 'Other', color: '000000' };
    environment = (await app.call({ method: 'POST', path: 'projects/default/environments', body })).body;
    await create('vip');
    await change({ included: { add: ['ann'] } });
    await app.clock.advance(20_000);
    expect(await stream.next()).toEqual({ comment: '' });
    await app.call({ method: 'DELETE', path: `projects/default/environments/${others.key}` });
    await app.clock.advance(ROUND_MS);
    expect(await stream.next()).toBeUndefined();
  });
});
