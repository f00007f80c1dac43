import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slipway } from '../support/cli.ts';
import { createDatabase, type RunningPostgres, startPostgres } from '../support/postgres.ts';
import { findPostgresTools } from '../support/postgres-tools.ts';
import { type SlipwayProcess, startProcess } from '../support/process.ts';

const tools = findPostgresTools();
const folder = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
const token = `api-${randomUUID()}`;
const headers = { authorization: token, 'content-type': 'application/json' };
let databases = 0;

/** A place for backups of one engine. */
interface Engine {
  readonly name: 'sqlite' | 'postgres';
  /** An empty store of its own. */
  create(): Promise<string>;
  execute(url: string, statement: string): Promise<void>;
}

let postgres: RunningPostgres | undefined;
const sqlite: Engine = {
  name: 'sqlite',
  create: async () => `sqlite:${join(folder, `${databases++}`, 'slipway.db')}`,
  execute: async (url, statement) => {
    const database = new DatabaseSync(url.slice('sqlite:'.length));
    try {
      database.exec(statement);
    } finally {
      database.close();
    }
  },
};
const postgresql: Engine = {
  name: 'postgres',
  create: () => createDatabase(postgres?.url ?? '', `backup_${databases++}`),
  execute: async (connectionString, statement) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  },
};
const engines: readonly Engine[] = tools ? [sqlite, postgresql] : [sqlite];

beforeAll(async () => {
  if (tools !== undefined) postgres = await startPostgres([], tools);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await postgres?.stop();
});

const run = (databaseUrl: string, ...args: readonly string[]) =>
  slipway({ DATABASE_URL: databaseUrl, PATH: `${tools}:${process.env['PATH']}`, HOME: folder }, ...args);
const start = (databaseUrl: string) =>
  startProcess({ DATABASE_URL: databaseUrl, SLIPWAY_ACCESS_TOKEN: token, SLIPWAY_ADMIN_PASSWORD: 'a long password' });

async function get(service: SlipwayProcess, path: string, authorization = token) {
  const answer = await fetch(`${service.url}${path}`, { headers: { authorization } });
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into without ceremony
  return (await answer.json()) as any;
}

async function createFlag(service: SlipwayProcess, key: string): Promise<void> {
  const body = JSON.stringify({ key, name: key });
  const { status } = await fetch(`${service.url}/api/v2/flags/default`, { method: 'POST', headers, body });
  expect(status).toBe(201);
}

async function flagKeys(service: SlipwayProcess): Promise<readonly string[]> {
  const { items } = await get(service, '/api/v2/flags/default?limit=1000&sort=creationDate');
  return items.map(({ key }: { key: string }) => key);
}

describe.each(engines)('backup and restore of $name', (engine) => {
  it('copies a store that is being written to, and serves it again', async () => {
    const url = await engine.create();
    const service = await start(url);
    const file = join(folder, `${engine.name}-1.backup`);
    const writer = { isDone: false, written: 0 };
    for (; writer.written < 20; writer.written++) await createFlag(service, `flag-${writer.written}`);
    const writing = (async () => {
      for (; !writer.isDone; writer.written++) await createFlag(service, `flag-${writer.written}`);
    })();
    const result = await run(url, 'backup', file, '--json');
    writer.isDone = true;
    await writing;
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.json()).toEqual({
      file,
      engine: engine.name,
      bytes: statSync(file).size,
      milliseconds: expect.any(Number),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith(`${engine.name}-1`))).toEqual([
      `${engine.name}-1.backup`,
    ]);
    await service.stop('SIGTERM');

    const target = await engine.create();
    const restored = await run(target, 'restore', file);
    expect(restored.stderr).toBe('');
    expect(restored.stdout).toMatch(new RegExp(`^Restored the store from ${file} in [\\d.]+ s\n$`));
    const again = await start(target);
    const keys = await flagKeys(again);
    // What was written first is there, up to some flag and with all that belongs to each.
    expect(keys.length).toBeGreaterThanOrEqual(20);
    expect(new Set(keys)).toEqual(new Set(keys.map((_, index) => `flag-${index}`)));
    const { items } = await get(again, '/api/v2/auditlog?limit=20');
    expect(items[0].titleVerb).toBe('restored the account');
    expect(items[0].description).toContain(`${engine.name}-1.backup`);
    expect(items[1].name).toBe(`flag-${keys.length - 1}`);
    await again.stop('SIGTERM');
  });

  it('puts a backup in the place of what is there, for every SDK, and only when it may and can', async () => {
    const url = await engine.create();
    const service = await start(url);
    await createFlag(service, 'kept');
    const { apiKey } = await get(service, '/api/v2/projects/default/environments/test');
    const file = join(folder, `${engine.name}-2.backup`);
    expect((await run(url, 'backup', file)).code).toBe(0);
    await createFlag(service, 'lost');
    const before = await get(service, '/sdk/poll', apiKey);
    const basis = before.events.at(-1).data.state;
    const inUse = await run(url, 'restore', file, '--force');
    expect(inUse.code).toBe(1);
    expect(inUse.stderr).toMatch(/is in use by (another )?Slipway/);
    await service.stop('SIGTERM');

    const full = await run(url, 'restore', file);
    expect(full.code).toBe(1);
    expect(full.stderr).toContain('already; --force puts the backup in');
    const broken = join(folder, `${engine.name}-broken.backup`);
    writeFileSync(broken, engine.name === 'sqlite' ? 'SQLite format 3\0 and nothing more' : 'PGDMP and nothing more');
    const failed = await run(url, 'restore', broken, '--force');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(engine.name === 'sqlite' ? /cannot be read|not sound/ : /pg_restore failed/);
    const unharmed = await start(url);
    expect((await flagKeys(unharmed)).toSorted()).toEqual(['kept', 'lost']);
    await unharmed.stop('SIGTERM');

    expect((await run(url, 'restore', file, '--force')).code).toBe(0);
    const again = await start(url);
    // More than was lost, so that counting on from the backup would come past the state that the SDK has.
    for (const key of ['new-1', 'new-2', 'new-3']) await createFlag(again, key);
    const after = await get(again, `/sdk/poll?basis=${basis}`, apiKey);
    expect(after.events[0].data.payloads[0].intentCode).toBe('xfer-full');
    const keys = after.events.flatMap(({ event, data }: { event: string; data: { key: string } }) =>
      event === 'put-object' ? [data.key] : [],
    );
    expect(keys.toSorted()).toEqual(['kept', 'new-1', 'new-2', 'new-3']);
    const { data } = after.events.at(-1);
    expect(data.version).toBeLessThan(2 ** 31);
    const upToDate = await get(again, `/sdk/poll?basis=${data.state}`, apiKey);
    expect(upToDate.events[0].data.payloads[0].intentCode).toBe('none');
    await again.stop('SIGTERM');
  });

  it('leaves what is there when the backup is of a newer version', async () => {
    const [url, target] = [await engine.create(), await engine.create()];
    await Promise.all([run(url, 'migrate'), run(target, 'migrate')]);
    await engine.execute(url, "insert into kysely_migration values ('9999-future', '2030-01-01')");
    await engine.execute(url, "insert into compatibility (slot, oldest_migration) values (1, '9999-future')");
    await engine.execute(target, "insert into accounts values (1, 'mine', 0)");
    const file = join(folder, `${engine.name}-newer.backup`);
    expect((await run(url, 'backup', file)).code).toBe(0);
    const { code, stderr } = await run(target, 'restore', file, '--force');
    expect(code).toBe(1);
    expect(stderr).toContain('The tables belong to a newer Slipway: they need one that knows 9999-future');
    // A second account would be stored were the first one gone.
    await expect(engine.execute(target, "insert into accounts values (1, 'other', 0)")).rejects.toThrow(/unique/i);
    expect((await run(target, 'migrate')).code).toBe(0);
  });
});

describe('backup and restore of SQLite', () => {
  it('writes over no file unless told to', async () => {
    const url = await sqlite.create();
    await run(url, 'migrate');
    const file = join(folder, 'there.db');
    writeFileSync(file, 'something else');
    const refused = await run(url, 'backup', file);
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 1,
      stderr: `${file} is there already; --force writes over it\n`,
    });
    const { code, stdout } = await run(url, 'backup', file, '--force');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Copied the store to ${file}: \\d+\\.\\d kB in \\d+\\.\\d s\n$`));
    expect(statSync(file).size).toBeGreaterThan(1_000);
  });

  it('keeps the former store beside the restored one', async () => {
    const url = await sqlite.create();
    await run(url, 'migrate');
    const file = join(folder, 'kept.db');
    await run(url, 'backup', file);
    const { stdout } = await run(url, 'restore', file, '--force', '--json');
    const former = `${url.slice('sqlite:'.length)}.before-restore`;
    expect(JSON.parse(stdout)).toMatchObject({ engine: 'sqlite', former });
    expect(existsSync(former)).toBe(true);
    expect((await run(`sqlite:${former}`, 'backup', join(folder, 'former.db'))).code).toBe(0);
  });

  it('refuses what is no backup, or of another engine', async () => {
    const target = await sqlite.create();
    const expectRefusal = async (file: string, ...words: readonly string[]) => {
      const { code, stderr } = await run(target, 'restore', file);
      expect(code).toBe(1);
      for (const word of words) expect(stderr).toContain(word);
      expect(existsSync(target.slice('sqlite:'.length))).toBe(false);
    };
    await expectRefusal(join(folder, 'nothing'), 'There is no file');
    const text = join(folder, 'text');
    writeFileSync(text, 'hello');
    await expectRefusal(text, 'is no backup');
    const dump = join(folder, 'dump');
    writeFileSync(dump, 'PGDMP');
    await expectRefusal(dump, 'is a backup of PostgreSQL, and DATABASE_URL names a store on SQLite');
    const other = join(folder, 'other.db');
    new DatabaseSync(other).exec('create table x (y)');
    await expectRefusal(other, 'is no store of Slipway');
  });

  it('says so when there is no store', async () => {
    const { code, stderr } = await run(await sqlite.create(), 'backup', join(folder, 'none.db'));
    expect(code).toBe(1);
    expect(stderr).toContain('There is no store at');
  });
});

describe('backup of PostgreSQL', () => {
  it('gives the command when pg_dump is not there, without the password', async () => {
    const settings = { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/slipway', PATH: '/nowhere' };
    const { code, stderr } = await slipway(settings, 'backup', join(folder, 'none.dump'));
    expect(code).toBe(1);
    expect(stderr).toContain('pg_dump is not installed.');
    expect(stderr).toContain('pg_dump --format=custom --no-owner --no-privileges --file=');
    expect(stderr).not.toContain('secret');
  });

  it.runIf(tools)('passes on what pg_dump says', async () => {
    const { code, stderr } = await run('postgres://me:secret@127.0.0.1:1/slipway', 'backup', join(folder, 'none.dump'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^pg_dump failed:\npg_dump: error: .*Connection refused/);
  });
});
