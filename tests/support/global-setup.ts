/** Runs once before the `system` project: builds the pages and the service, brings PostgreSQL and tells the suites where it is. */
import type { TestProject } from 'vitest/node';
import { ensureBuilt, PAGES, SERVICE } from '../../scripts/ensure-built.mjs';
import { generateOfficialSchemas } from './official-types.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Admin address of a PostgreSQL on which databases may be created; '' when there is none and suites skip it. */
    postgresUrl: string;
    /** JSON Schemas of the official types, see `officialCheck`. */
    officialSchemas: string;
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  for (const artifact of [PAGES, SERVICE]) ensureBuilt(process.execPath, artifact);
  project.provide('officialSchemas', generateOfficialSchemas());
  const given = process.env['SLIPWAY_TEST_DATABASE_URL'];
  if (given) {
    project.provide('postgresUrl', given);
    return undefined;
  }
  try {
    const postgres = await startPostgres();
    project.provide('postgresUrl', postgres.url);
    return () => postgres.stop();
  } catch (error) {
    if (process.env['CI']) throw new Error('The tests need PostgreSQL and could not start it.', { cause: error });
    console.warn('PostgreSQL could not be started; its half of the suites is SKIPPED.', error);
    project.provide('postgresUrl', '');
    return undefined;
  }
}
