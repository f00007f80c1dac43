import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../tests/support/postgres.ts';
import { type KillResult, killTrial } from './kill/trial.ts';

const HELP = `Takes Slipway apart while it is used, and compares what was acknowledged with what is there.

Usage: npm run chaos -- kill                      kill -9 at random moments, 100 times on each engine
       npm run chaos -- kill --times 20           so many times
       npm run chaos -- kill --engine sqlite      sqlite, postgres or both

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
      engine: { type: 'string', default: 'both' },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const engines = ENGINES.filter((engine) => values.engine === engine || values.engine === 'both');
  const isUnderstood = positionals[0] === 'kill' && /^[1-9]\d{0,5}$/.test(values.times) && engines.length > 0;
  if (values.help || !isUnderstood) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  return kill(engines, Number(values.times));
}

async function kill(engines: readonly Engine[], kills: number): Promise<number> {
  const results: [Engine, KillResult][] = [];
  for (const engine of engines) {
    const store = await openStore(engine);
    const progress = (kill: number, problems: readonly string[]) => {
      console.log(`${engine}: ${kill} of ${kills}, ${problems.length === 0 ? 'all is there' : problems.join('\n  ')}`);
    };
    results.push([engine, await killTrial({ databaseUrl: store.url, processes: PROCESSES[engine], kills, progress })]);
    await store.drop();
  }
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

function table(results: readonly [Engine, KillResult][]): string {
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

process.exitCode = await main();
