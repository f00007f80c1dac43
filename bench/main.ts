import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { events } from './rows/events.ts';
import { evalx } from './rows/evalx.ts';
import { evaluation } from './rows/evaluation.ts';
import { herd } from './rows/herd.ts';
import { processes } from './rows/processes.ts';
import { poll } from './rows/poll.ts';
import { releases } from './rows/releases.ts';
import { rest } from './rows/rest.ts';
import { start } from './rows/start.ts';
import { stream } from './rows/stream.ts';
import type { Measurement, Row } from './support/row.ts';

const ROWS: readonly Row[] = [evaluation, evalx, poll, stream, herd, events, rest, processes, releases, start];

const ROW_DEADLINE_MS = 5 * 60_000;

const HELP = `Measures Slipway beside a bare Node HTTP server, in one run, and prints ratios.

Usage: npm run bench                  all rows (about ten minutes)
       npm run bench -- poll          rows by name: ${ROWS.map(({ name }) => name).join(', ')}
       npm run bench -- --quick       short rounds: shows that it runs, not how fast
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !ROWS.some((row) => row.name === name));
  if (unknown !== undefined) {
    console.error(`${unknown} is not a row; expected ${ROWS.map(({ name }) => name).join(', ')}`);
    process.exitCode = 2;
    return;
  }
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const chosen = ROWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const measurements: Measurement[] = [];
  for (const row of chosen) {
    // A server that does not send what is waited for must not keep us for ever; ending ends the servers too.
    const deadline = setTimeout(() => giveUp(row), ROW_DEADLINE_MS);
    measurements.push(...(await row.run(values.quick)));
    clearTimeout(deadline);
  }
  const [cpu] = cpus();
  process.stdout.write(
    `${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}\n\n${table(measurements)}`,
  );
}

function giveUp(row: Row): never {
  console.error(`${row.name} is not done after ${ROW_DEADLINE_MS / 60_000} minutes`);
  process.exit(1);
}

function table(measurements: readonly Measurement[]): string {
  const head: Measurement = { name: 'row', ours: 'ours', bare: 'bare', ratio: 'ours / bare', bar: 'bar' };
  const columns = ['name', 'ours', 'bare', 'ratio', 'bar'] as const;
  const all = [head, ...measurements];
  const widths = columns.map((column) => Math.max(...all.map((line) => line[column].length)));
  return all
    .map(
      (line) =>
        `${columns
          .map((column, index) => line[column].padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

await main();
