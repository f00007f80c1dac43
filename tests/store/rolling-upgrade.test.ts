import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { type Migrations, migrationsWith, type SlipwayMigration } from '../../src/store/migrate.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES, type TestEngine } from '../support/engines.ts';

/** The steps of this version and one more, as the next version would have them. */
const nextVersion = (step: SlipwayMigration): Migrations => ({
  ...migrationsWith(sql`text`),
  '9999-next': step,
});

const expanding: SlipwayMigration = {
  up: async ({ schema }) => {
    await schema.alterTable('flags').addColumn('colour', 'text').execute();
    await schema
      .createTable('colours')
      .addColumn('flag_id', 'text', (column) => column.references('flags.id').onDelete('cascade'))
      .execute();
  },
};

const contracting: SlipwayMigration = {
  contracts: true,
  up: async ({ schema }) => schema.alterTable('flags').dropColumn('sorted_tags').execute(),
};

describe.each(ENGINES)('tables of a newer version on $name', (engine) => {
  const onStore = async () => {
    const store = await engine.create();
    const here: TestEngine = {
      name: engine.name,
      create: async () => ({ url: store.url, drop: async () => undefined }),
    };
    return { store, here };
  };
  const create = async (app: TestApp, key: string, token = app.token) =>
    (await app.call({ method: 'POST', path: 'flags/default', body: { key, name: key }, token })).status;

  it('are worked on as before when they have only grown', async () => {
    const { store, here } = await onStore();
    const first = await startApp(here);
    expect(await create(first, 'before')).toBe(201);
    await first.close();
    await (await openDatabase(store.url, { migrations: nextVersion(expanding) })).close();

    const older = await startApp(here);
    expect(await create(older, 'after', first.token)).toBe(201);
    await older.close();
    const newer = await openDatabase(store.url, { migrations: nextVersion(expanding) });
    const { rows } = await sql<{ key: string }>`select key from flags where colour is null order by key`.execute(
      newer.db,
    );
    expect(rows.map(({ key }) => key)).toEqual(['after', 'before']);
    await newer.close();
    await store.drop();
  });

  it('are refused with a sentence when something was taken away', async () => {
    const { store, here } = await onStore();
    await (await startApp(here)).close();
    await (await openDatabase(store.url, { migrations: nextVersion(contracting) })).close();
    await expect(openDatabase(store.url)).rejects.toThrow(
      'The tables belong to a newer Slipway: they need one that knows 9999-next, and this one ends at 0018-compatibility. Start the newer version.',
    );
    await (await openDatabase(store.url, { migrations: nextVersion(contracting) })).close();
    await store.drop();
  });

  it('leave nothing of a step that fails', async () => {
    const { store, here } = await onStore();
    await (await startApp(here)).close();
    const failing: SlipwayMigration = {
      contracts: true,
      up: async (db) => {
        await expanding.up(db);
        throw new Error('on purpose');
      },
    };
    await expect(openDatabase(store.url, { migrations: nextVersion(failing) })).rejects.toThrow(
      'The tables could not be brought up to date',
    );
    const again = await startApp(here);
    expect(await again.slipway.database.db.selectFrom('compatibility').selectAll().execute()).toEqual([]);
    await again.close();
    await store.drop();
  });
});

describe.each(ENGINES.filter(({ name }) => name === 'postgres'))('several processes on one $name', (engine) => {
  it('one of them migrates, the others wait', async () => {
    const store = await engine.create();
    let times = 0;
    const counted: SlipwayMigration = {
      up: async (db) => {
        times++;
        // Longer than any statement may take otherwise.
        await sql`select pg_sleep(4.2)`.execute(db);
        await db.schema.createTable('counted').addColumn('id', 'text').execute();
      },
    };
    const open = () => openDatabase(store.url, { waitMs: 4_000, migrations: { '0001-counted': counted } });
    const opened = await Promise.all(Array.from({ length: 4 }, open));
    expect(times).toBe(1);
    for (const database of opened) {
      expect((await sql`select * from counted`.execute(database.db)).rows).toEqual([]);
      await database.close();
    }
    await store.drop();
  });

  it('those of the version before go on while the next one expands the tables, and afterwards', async () => {
    const store = await engine.create();
    const here: TestEngine = {
      name: engine.name,
      create: async () => ({ url: store.url, drop: async () => undefined }),
    };
    const older = await startApp(here);
    const migration = { isDone: false };
    const migrating = openDatabase(store.url, { migrations: nextVersion(expanding) }).then((database) => {
      migration.isDone = true;
      return database;
    });
    const statuses = new Set<number>();
    for (let count = 0; count < 20 || !migration.isDone; count++) {
      const path = 'flags/default';
      const { status } = await older.call({ method: 'POST', path, body: { key: `k-${count}`, name: 'K' } });
      statuses.add(status);
      statuses.add((await older.call({ path: `flags/default/k-${count}` })).status);
    }
    expect([...statuses]).toEqual([201, 200]);
    await (await migrating).close();
    await older.close();
    await store.drop();
  });
});
