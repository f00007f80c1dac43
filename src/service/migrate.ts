import { openDatabase } from '../store/database.ts';
import { configuration } from './configuration.ts';

/** Brings the tables of the store up to date without starting the service. */
export async function migrate(): Promise<void> {
  const { databaseUrl, databaseWaitMs } = configuration();
  const database = await openDatabase(databaseUrl, { waitMs: databaseWaitMs });
  await database.close();
  process.stdout.write('The tables are up to date\n');
}
