import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { initial } from './migrations/0001-initial.ts';
import { flagsWhole } from './migrations/0002-flags-whole.ts';
import { account } from './migrations/0003-account.ts';
import { segments } from './migrations/0004-segments.ts';
import { contexts } from './migrations/0005-contexts.ts';
import { codeReferences } from './migrations/0006-code-references.ts';
import { applications } from './migrations/0007-applications.ts';
import { signIn } from './migrations/0008-sign-in.ts';
import { evaluationCounts } from './migrations/0009-evaluation-counts.ts';
import { watches } from './migrations/0010-watches.ts';
import { bigSegmentRevisions } from './migrations/0011-big-segment-revisions.ts';
import { connectedSdks } from './migrations/0012-connected-sdks.ts';
import { notices } from './migrations/0013-notices.ts';
import { rolloutRuns } from './migrations/0014-rollout-runs.ts';
import { releaseProgressions } from './migrations/0015-release-progressions.ts';
import { guards } from './migrations/0017-guards.ts';
import { compatibility } from './migrations/0018-compatibility.ts';
import type { Tables } from './tables.ts';

/** A step of the tables. One that contracts takes away what the version before still uses. */
export interface SlipwayMigration extends Migration {
  readonly contracts?: true;
}

/** Steps by their names, which sort in the order of the steps. */
export type Migrations = Readonly<Record<string, SlipwayMigration>>;

/** @param orderedText the type of texts that both engines sort alike */
export const migrationsWith = (orderedText: RawBuilder<unknown>): Migrations => ({
  '0001-initial': initial,
  '0002-flags-whole': flagsWhole(orderedText),
  '0003-account': account,
  '0004-segments': segments,
  '0005-contexts': contexts(orderedText),
  '0006-code-references': codeReferences(orderedText),
  '0007-applications': applications,
  '0008-sign-in': signIn,
  '0009-evaluation-counts': evaluationCounts,
  '0010-watches': watches,
  '0011-big-segment-revisions': bigSegmentRevisions,
  '0012-connected-sdks': connectedSdks,
  '0013-notices': notices,
  '0014-rollout-runs': rolloutRuns,
  '0015-release-progressions': releaseProgressions,
  '0017-guards': guards,
  '0018-compatibility': compatibility,
});

/**
 * Brings the tables up to date. One process does that at a time, others wait (on PostgreSQL by an advisory lock). Tables
 * that a newer version has expanded are left as they are; tables that it has contracted are refused
 * (docs/decisions/0014-expand-then-contract.md).
 * @throws Error with a sentence for people when it cannot be done
 */
export async function migrate(db: Kysely<Tables>, migrations: Migrations): Promise<void> {
  if (await isNewer(db, migrations)) return;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => withCompatibility(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  // A newer version may have been faster.
  if (await isNewer(db, migrations)) return;
  throw new Error('The tables could not be brought up to date', { cause: error });
}

/** A step that contracts says so in the tables, in the same transaction. */
function withCompatibility(migrations: Migrations): Record<string, Migration> {
  const steps = Object.entries(migrations).map(([name, { up, contracts }]) => {
    const contract = async (db: Kysely<never>) => {
      await up(db);
      await sql`insert into compatibility (slot, oldest_migration) values (1, ${name})
        on conflict (slot) do update set oldest_migration = ${name}`.execute(db);
    };
    return [name, { up: contracts ? contract : up }] as const;
  });
  return Object.fromEntries(steps);
}

/** Whether a newer version has expanded the tables. @throws Error when it has contracted them */
async function isNewer(db: Kysely<Tables>, migrations: Migrations): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  const has = (wanted: string) => tables.some(({ name }) => name === wanted);
  if (!has('kysely_migration')) return false;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const newest = rows.at(-1)?.name ?? '';
  const newestKnown = Object.keys(migrations).toSorted().at(-1) ?? '';
  if (newest <= newestKnown) return false;
  const oldest = has('compatibility')
    ? (await db.selectFrom('compatibility').select('oldest_migration').executeTakeFirst())?.oldest_migration
    : undefined;
  if (oldest !== undefined && oldest > newestKnown) {
    throw new Error(
      `The tables belong to a newer Slipway: they need one that knows ${oldest}, and this one ends at ${newestKnown}. Start the newer version.`,
    );
  }
  return true;
}
