import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, startPostgres } from '../tests/support/postgres.ts';
import { startSubject, type RemoteSubject } from './remote-subject.ts';
import { type Failure, runTrial } from './trial.ts';

const HELP = `Sends valid and broken requests to every route, and looks at what comes back and at what is stored.

Usage: npm run fuzz                        five minutes, on SQLite
       npm run fuzz -- --minutes 30        longer
       npm run fuzz -- --seed 42           the same requests again
       npm run fuzz -- --engine postgres   on a PostgreSQL of its own

Ends with 1 when something is wrong: docs/security.md says what that is.
`;

/** How many failures that begin alike are printed. */
const MOST_ALIKE = 5;

/** How often memory is looked at. */
const HEAP_EVERY = 1_000;

/** How much more live objects may need in the last quarter than in the second. */
const MAX_GROWTH = 1.2;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      engine: { type: 'string', default: 'sqlite' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
  const postgres = values.engine === 'postgres' ? await startPostgres() : undefined;
  const url = postgres ? await createDatabase(postgres.url, 'fuzz') : `sqlite:${join(folder, 'slipway.db')}`;
  const subject = await startSubject(url);
  try {
    process.stdout.write(`seed ${values.seed}, ${values.minutes} minutes on ${values.engine}\n`);
    process.exitCode = (await fuzz(subject, Number(values.seed), Number(values.minutes) * 60_000)) ? 0 : 1;
  } finally {
    await subject.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns whether all is well */
async function fuzz(subject: RemoteSubject, seed: number, durationMs: number): Promise<boolean> {
  const begun = performance.now();
  const statuses = new Map<number, number>();
  const heap: number[] = [];
  const failures: Failure[] = [];
  let sent = 0;
  while (performance.now() - begun < durationMs && !subject.hasEnded()) {
    sent += await runTrial(subject, {
      seed: seed + sent,
      count: HEAP_EVERY,
      isOver: () => subject.hasEnded() || performance.now() - begun >= durationMs,
      failed: (failure) => {
        const alike = failures.filter(
          ({ problems }) => problems[0]?.slice(0, 60) === failure.problems[0]?.slice(0, 60),
        );
        failures.push(failure);
        if (alike.length < MOST_ALIKE) print(failure);
      },
      answered: (_, { status }) => statuses.set(status, (statuses.get(status) ?? 0) + 1),
    });
    if (!subject.hasEnded()) heap.push(await subject.heapBytes());
  }
  const counts = [...statuses]
    .toSorted(([left], [right]) => left - right)
    .map(([status, count]) => `${status}: ${count}`);
  process.stdout.write(
    `${sent} requests in ${Math.round((performance.now() - begun) / 1000)} s; ${counts.join(', ')}\n`,
  );
  process.stdout.write(`live objects, in MiB: ${heap.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' ')}\n`);
  const problems = [
    ...(failures.length > 0 ? [`${failures.length} requests failed`] : []),
    ...(subject.hasEnded() ? ['the service has ended'] : []),
    ...(hasGrown(heap) ? ['memory grows'] : []),
  ];
  process.stdout.write(problems.length === 0 ? 'all is well\n' : `${problems.join('; ')}\n`);
  return problems.length === 0;
}

function print({ seed, command, problems }: Failure): void {
  process.stdout.write(`\nseed ${seed}: ${problems.join('\n  and ')}\n  ${command}\n`);
}

/** Compares two quarters, once there is enough to compare. */
function hasGrown(heap: readonly number[]): boolean {
  const quarter = Math.floor(heap.length / 4);
  if (quarter < 2) return false;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return mean(heap.slice(-quarter)) > MAX_GROWTH * mean(heap.slice(quarter, 2 * quarter));
}

await main();
