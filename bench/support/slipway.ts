import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Clock, systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { SYSTEM } from '../../src/domain/access/actor.ts';
import { createFlag } from '../../src/operations/create-flag.ts';
import { createSlipway, type Slipway } from '../../src/slipway.ts';
import { getEnvironment } from '../../src/store/environments.ts';
import { getProject } from '../../src/store/projects.ts';

export const TOKEN = 'api-benchmarks-and-nothing-else';

/** A folder that goes with this process. */
export function passingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment variables of a Slipway without limits. */
export function settings(databaseUrl: string): Readonly<Record<string, string>> {
  return {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    SLIPWAY_ACCESS_TOKEN: TOKEN,
    SLIPWAY_ADMIN_PASSWORD: 'benchmarks',
    LOG_LEVEL: 'silent',
    SLIPWAY_FLAGS_PER_PROJECT: '1000000',
    SLIPWAY_RATE_LIMIT_GLOBAL: '0',
    SLIPWAY_RATE_LIMIT_ROUTE: '0',
    SLIPWAY_RATE_LIMIT_EVENTS: '0',
  };
}

/** A Slipway on a SQLite file that goes with this process, unless another store is given. */
export async function openSlipway(
  databaseUrl = `sqlite:${join(passingFolder(), 'slipway.db')}`,
  clock: Clock = systemClock,
): Promise<Slipway> {
  return createSlipway(readConfig(settings(databaseUrl)), { clock });
}

/** Makes flags in the project `default`; on SQLite without waiting for the disk, since nothing is measured yet. */
export async function createFlags(slipway: Slipway, count: number): Promise<void> {
  const { db, engine } = slipway.database;
  if (engine === 'sqlite') await sql`pragma synchronous = off`.execute(db);
  for (let index = 0; index < count; index++) {
    const flag = { key: `flag-${index}`, name: `Flag ${index}`, tags: [`team-${index % 10}`] };
    await createFlag(slipway, { actor: SYSTEM, projectKey: 'default', flag });
  }
  if (engine === 'sqlite') await sql`pragma synchronous = full`.execute(db);
}

/** What opens the environment `production` to SDKs. */
export async function productionKeys({ database }: Slipway): Promise<{ sdkKey: string; clientSideId: string }> {
  const project = await getProject(database.db, 'default');
  const { sdkKey, id } = await getEnvironment(database.db, project.id, 'production');
  return { sdkKey, clientSideId: id };
}
