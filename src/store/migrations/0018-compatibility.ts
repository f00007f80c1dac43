import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Which migration a process has to know to work on these tables, so that an older one can tell
 * (docs/decisions/0014-expand-then-contract.md). Processes from before this table know nothing newer than it.
 */
export const compatibility: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('compatibility')
      // There is one row.
      .addColumn('slot', 'integer', (column) => column.primaryKey())
      .addColumn('oldest_migration', 'text', (column) => column.notNull())
      .execute();
  },
};
