import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';

describe('what grows', () => {
  it('is written down for every table (docs/reliability.md)', async () => {
    const document = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8');
    const [, section = ''] = document.split('## What grows');
    const database = await openDatabase('sqlite::memory:');
    const tables = await database.db.introspection.getTables();
    expect(tables.map(({ name }) => name).filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
    await database.close();
  });
});
