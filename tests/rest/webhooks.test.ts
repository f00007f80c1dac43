import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../src/operations/webhooks/safe-request.ts';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A receiver of webhooks, which remembers what came. */
class Receiver {
  readonly received: { body: string; headers: Readonly<Record<string, string | string[] | undefined>> }[] = [];
  status = 200;
  readonly #server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      this.received.push({ body, headers: request.headers });
      response.writeHead(this.status, { location: '/elsewhere' }).end('thanks');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async close(): Promise<void> {
    await new Promise((done) => this.#server.close(done));
  }
}

describe.each(ENGINES)('webhooks on $name', (engine) => {
  let app: TestApp;
  let receiver: Receiver;
  let url: string;
  let flags = 0;

  beforeAll(async () => {
    app = await startApp(engine, { SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true' });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    for (const { _id } of (await app.call({ path: 'webhooks' })).body.items) {
      await app.call({ method: 'DELETE', path: `webhooks/${_id}` });
    }
    receiver = new Receiver();
    url = await receiver.listen();
    return () => receiver.close();
  });

  const create = (body: object = {}) =>
    app.call({ method: 'POST', path: 'webhooks', body: { url, sign: false, on: true, ...body } });
  const patch = (id: string, ...body: readonly object[]) => app.call({ method: 'PATCH', path: `webhooks/${id}`, body });
  const makeFlag = () =>
    app.call({ method: 'POST', path: 'flags/default', body: { key: `hooked-${flags}`, name: `Hooked ${flags++}` } });
  const deliveries = async (id: string) => (await app.call({ path: `webhooks/${id}/deliveries` })).body;

  it('are told of changes, signed, with the entry of the audit log', async () => {
    const { status, body } = await create({ name: 'CI', sign: true, tags: ['ops'] });
    const type = 'application/json';
    expect(status).toBe(200);
    expect(body).toEqual({
      _links: { self: { href: `/api/v2/webhooks/${body._id}`, type }, parent: { href: '/api/v2/webhooks', type } },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      url,
      on: true,
      name: 'CI',
      tags: ['ops'],
      secret: expect.stringMatching(/^\S{16,}$/),
    });
    await makeFlag();
    await app.clock.advance(SECOND);
    const sent = receiver.received.map((one) => ({ ...one, entry: JSON.parse(one.body) }));
    expect(sent.map(({ entry }) => entry.titleVerb)).toEqual(['created the webhook', 'created the flag']);
    const last = sent.at(-1);
    expect(last?.entry).toMatchObject({
      kind: 'flag',
      currentVersion: { key: `hooked-${flags - 1}` },
      member: { email: 'owner@localhost' },
    });
    expect(last?.headers['content-type']).toBe('application/json');
    const signature = createHmac('sha256', body.secret)
      .update(last?.body ?? '')
      .digest('hex');
    expect(last?.headers['x-ld-signature']).toBe(signature);
    expect((await deliveries(body._id)).items[0]).toMatchObject({ state: 'delivered', attempts: [{ status: 200 }] });
    expect(JSON.stringify(await listChanges(app.slipway.database.db, 3))).not.toContain(body.secret);
  });

  it('are told of what their policy speaks of, while they are on', async () => {
    const statements = [{ effect: 'allow', resources: ['proj/*:env/production:flag/hooked-*'], actions: ['updateOn'] }];
    const { _id } = (await create({ statements })).body;
    await makeFlag();
    const toggle = (environment: string, on: boolean) =>
      app.call({
        method: 'PATCH',
        path: `flags/default/hooked-${flags - 1}`,
        body: { environments: { [environment]: { on } } },
      });
    await toggle('test', true);
    await toggle('production', true);
    await app.clock.advance(SECOND);
    expect(receiver.received.map(({ body }) => JSON.parse(body).titleVerb)).toEqual(['turned on the flag']);
    expect(receiver.received[0]?.headers).not.toHaveProperty('x-ld-signature');
    await patch(_id, { op: 'replace', path: '/on', value: false });
    await toggle('production', false);
    await app.clock.advance(SECOND);
    expect(receiver.received).toHaveLength(1);
  });

  it('are tried again later and later, and given up in the end', async () => {
    const statements = [{ effect: 'allow', resources: ['proj/*:env/*:flag/*'], actions: ['createFlag'] }];
    const { _id } = (await create({ statements })).body;
    receiver.status = 500;
    await makeFlag();
    await app.clock.advance(SECOND);
    for (const [index, wait] of [30 * SECOND, 2 * MINUTE, 10 * MINUTE, 60 * MINUTE].entries()) {
      expect(receiver.received).toHaveLength(index + 1);
      await app.clock.advance(wait - 2 * SECOND);
      expect(receiver.received).toHaveLength(index + 1);
      await app.clock.advance(2 * SECOND);
    }
    expect(receiver.received).toHaveLength(5);
    await app.clock.advance(24 * 60 * MINUTE);
    expect(receiver.received).toHaveLength(5);
    const [{ state, attempts }] = (await deliveries(_id)).items;
    expect(state).toBe('failed');
    expect(attempts.map(({ status }: { status: number }) => status)).toEqual([500, 500, 500, 500, 500]);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it('get it the second time, follow nobody elsewhere, and fail at closed doors', async () => {
    const statements = [{ effect: 'allow', resources: ['proj/*:env/*:flag/*'], actions: ['createFlag'] }];
    const { _id } = (await create({ statements })).body;
    receiver.status = 302;
    await makeFlag();
    await app.clock.advance(SECOND);
    expect((await deliveries(_id)).items[0]).toMatchObject({ state: 'waiting', attempts: [{ status: 302 }] });
    receiver.status = 204;
    await app.clock.advance(31 * SECOND);
    expect((await deliveries(_id)).items[0]).toMatchObject({
      state: 'delivered',
      attempts: [{ status: 302 }, { status: 204 }],
    });
    const closed = new Receiver();
    const nowhere = await closed.listen();
    await closed.close();
    await patch(_id, { op: 'replace', path: '/url', value: nowhere });
    await makeFlag();
    await app.clock.advance(SECOND);
    const [{ attempts }] = (await deliveries(_id)).items;
    expect(attempts).toMatchObject([{ error: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('remember their last fifty deliveries', async () => {
    const statements = [{ effect: 'allow', resources: ['proj/*:env/*:flag/*'], actions: ['createFlag'] }];
    const { _id } = (await create({ statements })).body;
    for (let index = 0; index < 52; index++) await makeFlag();
    await app.clock.advance(SECOND);
    expect(receiver.received).toHaveLength(52);
    expect((await deliveries(_id)).totalCount).toBe(50);
    const page = (await app.call({ path: `webhooks/${_id}/deliveries?limit=1` })).body;
    expect(page.items).toHaveLength(1);
    expect(page._links.next.href).toContain('offset=1');
  });

  it('are tested on request', async () => {
    const { _id, secret } = (await create({ on: false, sign: true, secret: 'my own secret' })).body;
    expect(secret).toBe('my own secret');
    const test = () => app.call({ method: 'POST', path: `webhooks/${_id}/test` });
    expect((await test()).body).toEqual({ status: 200 });
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ titleVerb: 'tested the webhook' });
    expect(receiver.received[0]?.headers['x-ld-signature']).toMatch(/^[0-9a-f]{64}$/);
    receiver.status = 503;
    expect((await test()).body).toEqual({ status: 503 });
  });

  it('change by JSON patch, each setting by its right, and never show their secret in the audit log', async () => {
    const { _id } = (await create({ sign: true })).body;
    const operations = [
      { op: 'replace', path: '/secret', value: 'a new secret' },
      { op: 'replace', path: '/name', value: 'Renamed' },
      { op: 'add', path: '/tags/-', value: 'x' },
    ];
    expect((await patch(_id, ...operations)).body).toMatchObject({
      secret: 'a new secret',
      name: 'Renamed',
      tags: ['x'],
    });
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change?.accesses.map(({ action }) => action)).toEqual(['updateName', 'updateSecret', 'updateTags']);
    expect(JSON.stringify(change)).not.toContain('a new secret');
    expect((await patch(_id, { op: 'remove', path: '/secret' })).body).not.toHaveProperty('secret');
  });

  it.each([
    ['no url', { url: undefined }, 'url: expected a value'],
    ['another protocol', { url: 'ftp://x.org' }, 'url: expected an http or https URL'],
    ['credentials', { url: 'https://me:secret@x.org' }, 'url: expected an http or https URL without credentials'],
    ['a bad policy', { statements: [{ effect: 'allow' }] }, 'statements[0].resources'],
    ['a bad tag', { tags: ['a b'] }, 'tags[0]'],
    ['a text for a switch', { on: 'yes' }, 'on: expected boolean'],
  ])('are not made with %s', async (_name, body, message) => {
    expect(await create(body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await app.call({ path: 'webhooks' })).body.items).toEqual([]);
  });

  it('are for admins alone, and show their secret to nobody else', async () => {
    const { _id, secret } = (await create({ sign: true })).body;
    const token = await app.addToken('writer');
    for (const request of [
      { method: 'POST', path: 'webhooks', body: { url, sign: false, on: true } },
      { method: 'PATCH', path: `webhooks/${_id}`, body: [{ op: 'replace', path: '/on', value: false }] },
      { method: 'POST', path: `webhooks/${_id}/test` },
      { method: 'DELETE', path: `webhooks/${_id}` },
    ] as const) {
      expect((await app.call({ ...request, token })).status).toBe(403);
    }
    const seen = (await app.call({ path: `webhooks/${_id}?expand=access`, token })).body;
    expect(seen).toMatchObject({ secret: `***${secret.slice(-4)}`, _access: { allowed: [] } });
    expect((await app.call({ path: 'webhooks/nothing' })).status).toBe(404);
  });
});

describe.each(ENGINES)('webhooks that may not go into the network on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  it.each([
    'http://127.0.0.1:8080/',
    'http://localhost/x',
    'http://api.localhost/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.1.2.3/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://0.0.0.0/',
    'http://2130706433/',
    'http://0x7f.1/',
  ])('are not made for %s', async (url) => {
    const { status, body } = await app.call({ method: 'POST', path: 'webhooks', body: { url, sign: false, on: true } });
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: expect.stringContaining('url: expected an address outside of this network'),
    });
  });

  it('are not connected to what a name means in this network', async () => {
    const { database } = app.slipway;
    const made = await app.call({
      method: 'POST',
      path: 'webhooks',
      body: { url: 'https://example.com/', sign: false, on: true },
    });
    const row = await database.db
      .selectFrom('resources')
      .select('document')
      .where('id', '=', made.body._id)
      .executeTakeFirstOrThrow();
    const document = JSON.stringify({ ...JSON.parse(row.document), url: 'http://localhost:9/' });
    await database.db.updateTable('resources').set({ document }).where('id', '=', made.body._id).execute();
    const { body } = await app.call({ method: 'POST', path: `webhooks/${made.body._id}/test` });
    expect(body.error).toMatch(/localhost is (127\.0\.0\.1|::1), an address of this network/);
  });
});

describe('isPrivateAddress', () => {
  it.each([
    ['127.0.0.1', true],
    ['100.64.1.1', true],
    ['172.31.255.255', true],
    ['172.32.0.1', false],
    ['192.168.1.1', true],
    ['8.8.8.8', false],
    ['::1', true],
    ['fd00::1', true],
    ['fe80::1', true],
    ['2002:7f00:1::', true],
    ['64:ff9b::7f00:1', true],
    ['fec0::1', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:8.8.8.8', false],
    ['2001:4860:4860::8888', false],
  ])('%s: %s', (address, expected) => {
    expect(isPrivateAddress(address)).toBe(expected);
  });
});
