import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, SERVICE } from '../scripts/ensure-built.mjs';
import { startPostgres } from '../tests/support/postgres.ts';
import { awayTrial } from './away.ts';
import { type KillResult, killTrial } from './kill/trial.ts';
import { hasNginx, startNginx } from './nginx.ts';

const HELP = `Takes Slipway apart while it is used, and compares what was acknowledged with what is there.

Usage: npm run chaos -- kill                      kill -9 at random moments, 100 times on each engine
       npm run chaos -- kill --times 20           so many times
       npm run chaos -- kill --engine sqlite      sqlite, postgres or both
       npm run chaos -- nginx --times 20          two processes behind nginx, killed and stopped in turn
       npm run chaos -- away --seconds 60         PostgreSQL is gone, then silent, for so long

The exit code is 1 when anything was lost, done twice, or does not agree.
`;

const ENGINES = ['sqlite', 'postgres'] as const;
type Engine = (typeof ENGINES)[number];

/** How many processes share a store. */
const PROCESSES: Readonly<Record<Engine, number>> = { sqlite: 1, postgres: 2 };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      times: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '60' },
      engine: { type: 'string', default: 'both' },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [trial] = positionals;
  const engines = ENGINES.filter((engine) => values.engine === engine || values.engine === 'both');
  const isNumber = (text: string) => /^[1-9]\d{0,5}$/.test(text);
  const isTrial = trial !== undefined && ['kill', 'nginx', 'away'].includes(trial);
  const isUnderstood = isTrial && isNumber(values.times) && isNumber(values.seconds) && engines.length > 0;
  if (values.help || !isUnderstood) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  ensureBuilt(process.execPath, SERVICE);
  if (trial === 'nginx') return nginx(Number(values.times));
  return trial === 'kill' ? kill(engines, Number(values.times)) : away(Number(values.seconds));
}

async function kill(engines: readonly Engine[], kills: number): Promise<number> {
  const results: [string, KillResult][] = [];
  for (const engine of engines) {
    const store = await openStore(engine);
    const given = { databaseUrl: store.url, processes: PROCESSES[engine], kills, progress: progressOf(engine, kills) };
    results.push([engine, await killTrial(given)]);
    await store.drop();
  }
  return report(results);
}

async function nginx(kills: number): Promise<number> {
  if (!hasNginx()) {
    console.log('There is no nginx on this machine (apt-get install nginx-light).');
    return 2;
  }
  const store = await openStore('postgres');
  const result = await killTrial({
    databaseUrl: store.url,
    processes: 2,
    kills,
    ends: ['SIGTERM', 'SIGKILL'],
    startFront: startNginx,
    progress: progressOf('nginx', kills),
  });
  await store.drop();
  return report([['nginx', result]]);
}

async function away(seconds: number): Promise<number> {
  const { lines, violations } = await awayTrial(seconds);
  console.log(lines.join('\n'));
  return violations > 0 ? 1 : 0;
}

const progressOf = (name: string, kills: number) => (kill: number, problems: readonly string[]) =>
  console.log(`${name}: ${kill} of ${kills}, ${problems.length === 0 ? 'all is there' : problems.join('\n  ')}`);

function report(results: readonly [string, KillResult][]): number {
  console.log(`\n${table(results)}`);
  return results.some(([, { problems }]) => problems.length > 0) ? 1 : 0;
}

async function openStore(engine: Engine): Promise<{ readonly url: string; drop(): Promise<void> }> {
  if (engine === 'postgres') {
    const postgres = await startPostgres();
    return { url: postgres.url, drop: () => postgres.stop() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'slipway-chaos-'));
  return { url: `sqlite:${join(folder, 'slipway.db')}`, drop: async () => rmSync(folder, { recursive: true }) };
}

function table(results: readonly [string, KillResult][]): string {
  const rows: readonly [string, (result: KillResult) => number][] = [
    ['kills', ({ kills }) => kills],
    ['changes of flags acknowledged', ({ writes }) => writes],
    ['requests without an answer', ({ unanswered }) => unanswered],
    ['batches of events acknowledged', ({ batches }) => batches],
    ['batches sent again', ({ resent }) => resent],
    ['releases and scheduled changes', ({ timers }) => timers],
    ['audit entries compared', ({ entries }) => entries],
    ['values of SDKs compared', ({ compared }) => compared],
    ['violations', ({ problems }) => problems.length],
    ['seconds', ({ seconds }) => seconds],
  ];
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...results.map(([engine]) => engine)]),
    line(['---', ...results.map(() => '---:')]),
    ...rows.map(([name, read]) => line([name, ...results.map(([, result]) => read(result))])),
  ].join('\n');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

process.exitCode = await main();
