import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian keeps the versions of PostgreSQL. */
const VERSIONS = '/usr/lib/postgresql';

/**
 * A folder with a server and the programs that make and read backups of it, of one version: npm's server comes without
 * them, and Debian's are often too old for it.
 * @returns undefined where there is none, outside of CI
 */
export function findPostgresTools(): string | undefined {
  const versions = existsSync(VERSIONS)
    ? readdirSync(VERSIONS).toSorted((left, right) => Number(right) - Number(left))
    : [];
  const found = versions
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((folder) => ['initdb', 'postgres', 'pg_dump', 'pg_restore'].every((name) => existsSync(join(folder, name))));
  if (found !== undefined) return found;
  const need = `${VERSIONS}/*/bin with a server and pg_dump (apt-get install postgresql)`;
  if (process.env['CI']) throw new Error(`The tests of backups need ${need}.`);
  console.warn(`There is no ${need}; backups of PostgreSQL are SKIPPED.`);
  return undefined;
}
