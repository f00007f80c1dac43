import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { behindADoor, type ProxiedEngine } from '../support/faulty-store.ts';

/* What a store does to us short of being gone (tests/sdk/store-away.test.ts), and what is answered meanwhile. */

const SECONDS = 2;
let count = 0;

const create = (app: TestApp, description = '') => {
  const key = `flag-${count++}`;
  return app.call({ method: 'POST', path: 'flags/default', body: { key, name: key, description } });
};
const poll = (app: TestApp, on: ClientSide) => app.call({ path: '/sdk/latest-all', token: on.sdkKey });
const readiness = async (app: TestApp) => {
  const { status, body } = await app.call({ path: '/readyz' });
  return { status, body };
};
const REFUSED = { status: 503, headers: { 'retry-after': '5' }, body: { code: 'store_unavailable' } };

describe.each(ENGINES.filter(({ name }) => name === 'postgres'))('a bad day of $name', (given) => {
  let engine: ProxiedEngine;
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    engine = behindADoor(given);
    app = await startApp(engine, { SLIPWAY_DATABASE_SECONDS: String(SECONDS) });
    on = await clientSide(app);
    await poll(app, on);
  });
  afterAll(() => app.close());

  it('slow answers are waited for, and SDKs do not wait with them', async () => {
    engine.proxy.delayMs = 50;
    const written = create(app);
    const first = await Promise.race([written.then(() => 'the write'), poll(app, on).then(() => 'the poll')]);
    expect([first, (await written).status]).toEqual(['the poll', 201]);
    engine.proxy.delayMs = 0;
  });

  it('writes are refused while somebody holds what they need, and taken afterwards', async () => {
    const other = new pg.Client({ connectionString: app.slipway.database.url });
    await other.connect();
    await other.query('begin; lock table flags in access exclusive mode');
    expect(await create(app)).toMatchObject(REFUSED);
    expect((await poll(app, on)).status).toBe(200);
    await other.query('rollback');
    await other.end();
    expect((await create(app)).status).toBe(201);
    expect((await readiness(app)).status).toBe(200);
  });

  it('writes are refused when no answer comes at all, and no connection is used again that is dead', async () => {
    engine.proxy.hold();
    expect(await create(app)).toMatchObject(REFUSED);
    expect(await readiness(app)).toEqual({
      status: 503,
      body: { status: 'store does not answer', reason: 'too slow' },
    });
    expect((await poll(app, on)).status).toBe(200);
    engine.proxy.letGo();
    expect((await create(app)).status).toBe(201);
    expect(await readiness(app)).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('requests are refused when others have all connections, and statements end that take too long', async () => {
    const { db } = app.slipway.database;
    const sleepers = Promise.allSettled(Array.from({ length: 10 }, () => sql`select pg_sleep(60)`.execute(db)));
    await expect
      .poll(() => readiness(app))
      .toEqual({ status: 503, body: { status: 'store does not answer', reason: 'no free connection' } });
    expect((await poll(app, on)).status).toBe(200);
    const ends = await sleepers;
    expect(ends.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(9);
    expect((await create(app)).status).toBe(201);
  });

  it('a server that only reads is not ready, and is again when it writes', async () => {
    const { pathname } = new URL(app.slipway.database.url);
    const admin = new pg.Client({ connectionString: app.slipway.database.url });
    await admin.connect();
    const set = async (value: string) => {
      await admin.query(
        `alter database ${pg.escapeIdentifier(pathname.slice(1))} set default_transaction_read_only = ${value}`,
      );
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name = 'slipway'`);
    };
    await set('on');
    // The first requests may notice no more than that their connections are gone.
    await expect
      .poll(async () => {
        expect(await create(app)).toMatchObject(REFUSED);
        return readiness(app);
      })
      .toEqual({ status: 503, body: { status: 'store takes no writes', reason: 'read-only' } });
    expect((await poll(app, on)).status).toBe(200);
    await admin.query('set default_transaction_read_only = off');
    await set('off');
    await expect.poll(() => readiness(app)).toEqual({ status: 200, body: { status: 'ok' } });
    expect((await create(app)).status).toBe(201);
    await admin.end();
  });
});

describe.each(ENGINES.filter(({ name }) => name === 'sqlite'))('a bad day of $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
  });
  afterAll(() => app.close());

  const pragma = async (name: string) => {
    const { rows } = await sql<Record<string, number>>`pragma ${sql.raw(name)}`.execute(app.slipway.database.db);
    return Object.values(rows[0] ?? {})[0];
  };

  it('a full disk takes no writes and says so, SDKs are served, and all goes on when there is room', async () => {
    await pragma(`max_page_count = ${await pragma('page_count')}`);
    const long = 'x'.repeat(100_000);
    expect(await create(app, long)).toMatchObject(REFUSED);
    expect(await readiness(app)).toEqual({
      status: 503,
      body: { status: 'store takes no writes', reason: 'disk full' },
    });
    expect((await poll(app, on)).status).toBe(200);
    expect((await app.call({ path: 'flags/default' })).status).toBe(200);
    await pragma('max_page_count = 1000000');
    expect(await readiness(app)).toEqual({ status: 200, body: { status: 'ok' } });
    expect((await create(app, long)).status).toBe(201);
  });

  it('nothing of a write stays that a full disk stopped half way', async () => {
    const entries = async () => (await app.call({ path: 'auditlog' })).body.items.length;
    const flags = async () => (await app.call({ path: 'flags/default' })).body.totalCount;
    const before = [await entries(), await flags()];
    await pragma(`max_page_count = ${await pragma('page_count')}`);
    for (let times = 0; times < 20; times++) {
      const { status } = await create(app, 'x'.repeat(20_000));
      if (status !== 503) before[1]++;
    }
    expect(await flags()).toBe(before[1]);
    await pragma('max_page_count = 1000000');
    expect((await create(app)).status).toBe(201);
  });

  it('a file that can only be read takes no writes and says so', async () => {
    await pragma('query_only = on');
    expect(await create(app)).toMatchObject(REFUSED);
    expect(await readiness(app)).toEqual({
      status: 503,
      body: { status: 'store takes no writes', reason: 'read-only' },
    });
    expect((await poll(app, on)).status).toBe(200);
    await pragma('query_only = off');
    expect(await readiness(app)).toEqual({ status: 200, body: { status: 'ok' } });
    expect((await create(app)).status).toBe(201);
  });
});

describe('a store that cannot be opened', () => {
  it('is named, with why', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-faults-'));
    mkdirSync(join(folder, 'a.db.lock'));
    mkdirSync(join(folder, 'b.db'));
    writeFileSync(join(folder, 'file'), '');
    for (const name of ['a.db', 'b.db']) {
      const message = `${join(folder, name)} and the files beside it cannot be written: file cannot be opened`;
      await expect(openDatabase(`sqlite:${join(folder, name)}`)).rejects.toThrow(message);
    }
    await expect(openDatabase(`sqlite:${join(folder, 'file', 'c.db')}`)).rejects.toThrow('cannot be written: E');
    rmSync(folder, { recursive: true });
    await expect(openDatabase('postgres://nobody@127.0.0.1:1/none')).rejects.toThrow(
      'PostgreSQL cannot be used: not reachable',
    );
  });
});
