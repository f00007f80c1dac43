import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestAnswer, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('polls of the second protocol on $name', (engine) => {
  let app: TestApp;
  let environmentId: string;
  let sdkKey: string;
  let count = 0;
  let flagKey: string;

  beforeAll(async () => {
    app = await startApp(engine);
    const { body: production } = await app.call({ path: 'projects/default/environments/production' });
    ({ _id: environmentId, apiKey: sdkKey } = production);
  });
  beforeEach(async () => {
    flagKey = `flag-${count++}`;
    await createFlag(flagKey);
  });
  afterAll(() => app.close());

  const createFlag = (key: string) =>
    app.call({ method: 'POST', path: 'flags/default', body: { key, name: 'Polled' } });
  const instruct = (kind: string) =>
    app.call({
      method: 'PATCH',
      path: `flags/default/${flagKey}`,
      headers: SEMANTIC,
      body: { environmentKey: 'production', instructions: [{ kind }] },
    });
  const poll = (basis?: string, headers: Readonly<Record<string, string>> = {}) =>
    app.call({
      path: basis === undefined ? '/sdk/poll' : `/sdk/poll?basis=${basis}`,
      token: sdkKey,
      headers: { 'accept-encoding': 'identity', ...headers },
    });
  /** The state that a poll without basis leads to. */
  const present = async () => stateOf(await poll());
  const version = (state: string) => Number(/^\(p:\w+:(\d+)\)$/.exec(state)?.[1]);

  it('transfer everything to who has nothing', async () => {
    const answer = await poll();
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      'x-ld-envid': environmentId,
    });
    expect(answer.headers).not.toHaveProperty('x-ld-fd-fallback');
    const { events } = answer.body;
    const target = version(stateOf(answer));
    expect(events[0]).toEqual(intent(environmentId, target, 'xfer-full', 'payload-missing'));
    expect(events).toContainEqual({
      event: 'put-object',
      data: { kind: 'flag', key: flagKey, version: 1, object: expect.objectContaining({ key: flagKey, version: 1 }) },
    });
    expect(events.at(-1)).toEqual({
      event: 'payload-transferred',
      data: { state: `(p:${environmentId}:${target})`, version: target, id: environmentId },
    });
  });

  it('say that nothing has changed, and nothing else', async () => {
    const state = await present();
    const { body } = await poll(state);
    expect(body).toEqual({ events: [intent(environmentId, version(state), 'none', 'up-to-date')] });
  });

  it('tell what has changed since a state', async () => {
    const state = await present();
    await instruct('turnFlagOn');
    await createFlag(`${flagKey}-later`);
    const { body } = await poll(state);
    expect(body.events).toEqual([
      intent(environmentId, version(state) + 2, 'xfer-changes', 'stale'),
      {
        event: 'put-object',
        data: {
          kind: 'flag',
          key: flagKey,
          version: 2,
          object: expect.objectContaining({ key: flagKey, version: 2, on: true }),
        },
      },
      { event: 'put-object', data: expect.objectContaining({ key: `${flagKey}-later`, version: 1 }) },
      expect.objectContaining({ event: 'payload-transferred' }),
    ]);
    expect(version(stateOf({ body }))).toBe(version(state) + 2);
  });

  it('tell the newest of an item only, however often it has changed', async () => {
    const state = await present();
    for (const kind of ['turnFlagOn', 'turnFlagOff', 'turnFlagOn']) await instruct(kind);
    const { body } = await poll(state);
    expect(body.events).toHaveLength(3);
    expect(body.events[1].data).toMatchObject({ key: flagKey, version: 4, object: { on: true } });
  });

  it('tell of archived and deleted flags, and count on when a key is used again', async () => {
    const state = await present();
    await instruct('archiveFlag');
    const archived = await poll(state);
    expect(archived.body.events[1]).toEqual({
      event: 'delete-object',
      data: { kind: 'flag', key: flagKey, version: 2 },
    });
    expect(JSON.stringify((await poll()).body)).not.toContain(`"key":"${flagKey}"`);
    await app.call({ method: 'DELETE', path: `flags/default/${flagKey}` });
    await createFlag(flagKey);
    const again = await poll(stateOf(archived));
    expect(again.body.events).toHaveLength(3);
    expect(again.body.events[1].data).toMatchObject({ kind: 'flag', key: flagKey, version: 4, object: { version: 4 } });
  });

  it('tell of segments', async () => {
    const state = await present();
    const segment = { key: `${flagKey}-segment`, name: 'Segment' };
    await app.call({ method: 'POST', path: 'segments/default/production', body: segment });
    const created = await poll(state);
    expect(created.body.events[1].data).toMatchObject({
      kind: 'segment',
      key: segment.key,
      object: { key: segment.key },
    });
    await app.call({ method: 'DELETE', path: `segments/default/production/${segment.key}` });
    const deleted = await poll(stateOf(created));
    expect(deleted.body.events[1]).toMatchObject({
      event: 'delete-object',
      data: { kind: 'segment', key: segment.key, version: created.body.events[1].data.version + 1 },
    });
  });

  it('say nothing of a change that SDKs do not see', async () => {
    const state = await present();
    await app.call({
      method: 'PATCH',
      path: `flags/default/${flagKey}`,
      headers: SEMANTIC,
      body: { instructions: [{ kind: 'updateName', value: 'Other' }] },
    });
    expect((await poll(state)).body.events).toMatchObject([{ data: { payloads: [{ intentCode: 'none' }] } }]);
  });

  it('read a basis whether it is encoded for the URL or not', async () => {
    const state = await present();
    for (const basis of [state, encodeURIComponent(state).replaceAll('(', '%28').replaceAll(')', '%29')]) {
      expect((await poll(basis)).body.events).toHaveLength(1);
    }
  });

  it.each([
    ['of another environment', () => '(p:0123456789abcdef01234567:1)'],
    ['from the future', async () => `(p:${environmentId}:${version(await present()) + 1000})`],
    ['that is malformed', () => 'anything'],
    ['that is empty', () => ''],
    ['with a number that is too large', () => `(p:${environmentId}:${'9'.repeat(40)})`],
    ['that is there twice', async () => `${await present()}&basis=${await present()}`],
  ])('transfer everything for a basis %s', async (_name, basis) => {
    const full = await poll();
    expect((await poll(await basis())).body).toEqual(full.body);
  });

  it('know a basis from another process before the news of it has come', async () => {
    const state = await present();
    const news = await changeElsewhere();
    const { body } = await poll(`(p:${environmentId}:${news})`);
    expect(body).toEqual({ events: [intent(environmentId, news, 'none', 'up-to-date')] });
    const { events } = (await poll(state)).body;
    expect(events[1].data).toEqual({ kind: 'flag', key: 'from-nowhere', version: 9 });
  });

  /** A change that this process does not hear of. @returns the payload version */
  const changeElsewhere = async () => {
    const { db } = app.slipway.database;
    return db.transaction().execute(async (tx) => {
      const { payload_version: sequence } = await tx
        .updateTable('environments')
        .set((set) => ({ payload_version: set('payload_version', '+', 1) }))
        .where('id', '=', environmentId)
        .returning('payload_version')
        .executeTakeFirstOrThrow();
      const item = { environment_id: environmentId, kind: 'flag' as const, key: 'from-nowhere', version: 9 };
      await tx
        .insertInto('delivery_items')
        .values({ ...item, sequence, document: null })
        .execute();
      return sequence;
    });
  };

  it('answer 304 to the ETag of the present state, whatever the basis, and 200 after a change', async () => {
    const first = await poll();
    const etag = String(first.headers['etag']);
    const state = stateOf(first);
    for (const basis of [undefined, state]) {
      const same = await poll(basis, { 'if-none-match': etag });
      expect(same).toMatchObject({ status: 304, body: undefined, headers: { etag, 'x-ld-envid': environmentId } });
    }
    await instruct('turnFlagOn');
    const changed = await poll(state, { 'if-none-match': etag });
    expect(changed).toMatchObject({ status: 200, body: { events: { length: 3 } } });
    expect(changed.headers['etag']).not.toBe(etag);
  });

  it('are compressed for SDKs that accept gzip', async () => {
    await app.slipway.listen();
    const { listeningOrigin } = app.slipway.server;
    const answers = ['identity', 'gzip'].map((encoding) =>
      fetch(`${listeningOrigin}/sdk/poll`, { headers: { authorization: sdkKey, 'accept-encoding': encoding } }),
    );
    const [plain, packed] = await Promise.all(answers);
    expect(packed?.headers.get('content-encoding')).toBe('gzip');
    expect(await packed?.json()).toEqual(await plain?.json());
  });

  it.each(['/sdk/poll', '/sdk/stream'])('refuse a wrong SDK key on %s', async (path) => {
    const answer = await app.call({ path, token: 'sdk-wrong' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });

  it('begin an environment that has nothing, and follow it from there', async () => {
    await app.call({ method: 'POST', path: 'projects', body: { key: 'empty', name: 'Empty' } });
    const { body } = await app.call({ path: 'projects/empty/environments/test' });
    const pollEmpty = (query = '') => app.call({ path: `/sdk/poll${query}`, token: body.apiKey });
    const first = await pollEmpty();
    expect(first.body.events).toEqual([
      intent(body._id, 0, 'xfer-full', 'payload-missing'),
      { event: 'payload-transferred', data: { state: `(p:${body._id}:0)`, version: 0, id: body._id } },
    ]);
    await app.call({ method: 'POST', path: 'flags/empty', body: { key: 'first', name: 'First' } });
    const second = await pollEmpty(`?basis=${stateOf(first)}`);
    expect(second.body.events).toMatchObject([
      { data: { payloads: [{ intentCode: 'xfer-full', target: 1 }] } },
      { event: 'put-object', data: { key: 'first' } },
      { event: 'payload-transferred', data: { version: 1 } },
    ]);
  });
});

const intent = (id: string, target: number, intentCode: string, reason: string) => ({
  event: 'server-intent',
  data: { payloads: [{ id, target, intentCode, reason }] },
});

/** The state that an answer leads to. */
function stateOf({ body }: Pick<TestAnswer, 'body'>): string {
  return body.events.at(-1).data.state;
}
