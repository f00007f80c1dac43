import { existsSync } from 'node:fs';
import { CommandError } from '../cli/command-error.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createDeps } from '../deps.ts';
import { createMetrics } from '../metrics.ts';
import { operationsObserver } from '../observers.ts';
import type { Deps } from '../operations/write.ts';
import { openDatabase } from '../store/database.ts';
import { createNotifications } from '../store/notifications.ts';
import { NO_TRACER } from '../tracing/tracer.ts';

/**
 * Opens a store that is there for one operation, without a service that runs.
 * @throws Error with a sentence for people, also when another process has it
 */
export async function withStore<T>(config: Config, body: (deps: Deps) => Promise<T>): Promise<T> {
  requireFile(config);
  const database = await openDatabase(config.databaseUrl);
  try {
    const notifications = createNotifications(database);
    const observer = operationsObserver(createMetrics());
    return await body(createDeps(config, { database, notifications, clock: systemClock, tracer: NO_TRACER, observer }));
  } finally {
    await database.close();
  }
}

/** Opening a file that is not there would make it. */
export function requireFile(config: Config): void {
  const file = sqliteFile(config);
  if (file === undefined || existsSync(file)) return;
  throw new CommandError(`There is no store at ${file}: is DATABASE_URL the one of the service, and this its folder?`);
}

/** The file of an SQLite store; nothing for PostgreSQL. */
export function sqliteFile({ databaseUrl }: Config): string | undefined {
  return databaseUrl.startsWith('sqlite:') ? databaseUrl.slice('sqlite:'.length) : undefined;
}
