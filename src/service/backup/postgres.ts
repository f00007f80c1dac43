import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { CommandError } from '../../cli/command-error.ts';

/** Where tables wait that a backup takes the place of. */
const ASIDE = 'slipway_before_restore';

/** Settings of a connection that an address may have as parameters, and what pg_dump calls them. */
const PARAMETERS: Readonly<Record<string, string>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
};

/** Copies a store by pg_dump, to a state that it had at one moment. @throws CommandError */
export async function dumpPostgres(url: string, target: string): Promise<void> {
  const format = ['--format=custom', '--no-owner', '--no-privileges'];
  await run(url, 'pg_dump', [...format, `--file=${target}`]);
  await run(url, 'pg_restore', ['--list', target]);
}

/**
 * Fills a database from a file of pg_dump. The tables that are there are kept aside until all is done, and put back when
 * anything fails.
 * @param settle gets the restored tables ready
 * @throws CommandError when the database is in use, or not empty and may not be replaced
 */
export async function replacePostgres(
  file: string,
  url: string,
  mayReplace: boolean,
  settle: () => Promise<void>,
): Promise<undefined> {
  const client = new pg.Client({ connectionString: url, application_name: 'slipway-restore' });
  await client.connect();
  try {
    await refuseInUse(client);
    const tables = await listTables(client);
    if (tables.length > 0 && !mayReplace) {
      throw new CommandError(
        `The database has ${tables.length} tables already; --force puts the backup in their place`,
      );
    }
    const schema = await schemaOf(client);
    await refuseLeftovers(client);
    await client.query(`create schema ${ASIDE}; ${moves(tables, schema, ASIDE)}`);
    try {
      await run(url, 'pg_restore', [
        '--no-owner',
        '--no-privileges',
        '--single-transaction',
        `--dbname=${nameOf(client)}`,
        file,
      ]);
      await settle();
    } catch (error) {
      const begun = await listTables(client);
      await client.query(`${drops(begun, schema)} ${moves(tables, ASIDE, schema)} drop schema ${ASIDE}`);
      throw error;
    }
    await client.query(`drop schema ${ASIDE} cascade`);
  } finally {
    await client.end();
  }
}

async function refuseInUse(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ count: string }>(
    "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'slipway'",
  );
  const count = Number(rows[0]?.count);
  if (count > 0)
    throw new CommandError(`The database is in use by Slipway (${count} connections). Stop every process first.`);
}

async function schemaOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select current_schema() as name');
  return rows[0]?.name ?? 'public';
}

/** A restore that was killed has left them. */
async function refuseLeftovers(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_namespace where nspname = $1', [ASIDE]);
  if (rowCount === 0) return;
  throw new CommandError(
    `The schema ${ASIDE} is left from a restore that was broken off, and has the tables of before. Move them back, or drop it.`,
  );
}

async function listTables(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ tablename: string }>(
    'select tablename from pg_tables where schemaname = current_schema() order by tablename',
  );
  return rows.map(({ tablename }) => tablename);
}

const moves = (tables: readonly string[], from: string, to: string) =>
  tables.map((table) => `alter table ${quoted(from)}.${quoted(table)} set schema ${quoted(to)};`).join(' ');

const drops = (tables: readonly string[], schema: string) =>
  tables.map((table) => `drop table ${quoted(schema)}.${quoted(table)} cascade;`).join(' ');

const quoted = (name: string) => pg.escapeIdentifier(name);
const nameOf = (client: pg.Client) => client.database ?? 'postgres';

/** Runs one of PostgreSQL's own programs. @throws CommandError with what it says */
async function run(url: string, program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, {
    env: { ...process.env, ...connectionOf(url) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = await once(child, 'close').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    const command = [program, ...args].join(' ');
    throw new CommandError(
      `${program} is not installed. Install the client programs of PostgreSQL, or run this where they are, with PGHOST, PGUSER and so on set: ${command}`,
    );
  });
  if (code === 0) return;
  const hint = said.includes('version mismatch') ? `\nTake a ${program} of the server's version or a later one.` : '';
  throw new CommandError(`${program} failed:\n${said.trim()}${hint}`);
}

/** By environment variables: what is on a command line everybody on the machine can read. */
function connectionOf(url: string): Readonly<Record<string, string>> {
  const { host, port, user, database, password } = new pg.Client({ connectionString: url });
  const parameters = [...new URL(url).searchParams].flatMap(([name, value]) => {
    const variable = PARAMETERS[name];
    return variable === undefined ? [] : [[variable, value] as const];
  });
  return {
    PGHOST: host,
    PGPORT: String(port),
    ...(user !== undefined && { PGUSER: user }),
    ...(database !== undefined && { PGDATABASE: database }),
    ...(password !== undefined && password !== null && { PGPASSWORD: password }),
    ...Object.fromEntries(parameters),
  };
}
