import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { segments } from '../../src/store/migrations/0004-segments.ts';
import { bigSegmentRevisions } from '../../src/store/migrations/0011-big-segment-revisions.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('revisions of big segments on $name', (engine) => {
  it('are given to keys that were there before, 1,000 of a segment at a time', async () => {
    const store = await engine.create();
    const sqlite = store.url.startsWith('sqlite:') ? openSqlite(store.url.slice('sqlite:'.length)) : undefined;
    const dialect = sqlite?.dialect ?? new PostgresDialect({ pool: new pg.Pool({ connectionString: store.url }) });
    // oxlint-disable-next-line typescript/no-explicit-any -- the tables as they were have no types any more
    const db = new Kysely<any>({ dialect });
    await db.schema
      .createTable('environments')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .execute();
    await segments.up(db);
    const add = async (environment: string, segment: string, count: number) => {
      const common = { key: segment, name: segment, is_unbounded: 1, version: 1, created_at: 1, last_modified: 1 };
      await db
        .insertInto('segments')
        .values({ id: segment, environment_id: environment, ...common, document: '{}' })
        .execute();
      const keys = Array.from({ length: count }, (_, index) => `key-${index}`);
      await db
        .insertInto('big_segment_targets')
        .values(keys.map((key) => ({ segment_id: segment, list: 'included', context_key: key })))
        .execute();
    };
    for (const id of ['e', 'f', 'empty']) await db.insertInto('environments').values({ id }).execute();
    await add('e', 'a', 2_500);
    await add('e', 'b', 3);
    await add('f', 'c', 1);

    await bigSegmentRevisions.up(db);

    const counts = await db
      .selectFrom('big_segment_targets')
      .select(['segment_id', 'revision', ({ fn }) => fn.countAll().as('count')])
      .groupBy(['segment_id', 'revision'])
      .orderBy('segment_id')
      .orderBy('revision')
      .execute();
    expect(counts.map(({ segment_id, revision, count }) => [segment_id, Number(revision), Number(count)])).toEqual([
      ['a', 1, 1_000],
      ['a', 2, 1_000],
      ['a', 3, 500],
      ['b', 4, 3],
      ['c', 1, 1],
    ]);
    const revisions = await db.selectFrom('big_segment_revisions').selectAll().orderBy('environment_id').execute();
    expect(revisions.map(({ environment_id, revision }) => [environment_id, Number(revision)])).toEqual([
      ['e', 4],
      ['f', 1],
    ]);
    await db.destroy();
    sqlite?.release();
    await store.drop();
  });
});
