import { setTimeout } from 'node:timers/promises';
import { connectSdk } from '../tests/support/official-sdk.ts';
import { startPostgres } from '../tests/support/postgres.ts';
import { TcpProxy } from '../tests/support/tcp-proxy.ts';
import { Api } from './kill/api.ts';
import { Checker } from './kill/checker.ts';
import { Cluster } from './kill/cluster.ts';
import { Ledger } from './kill/ledger.ts';
import { create, Load } from './kill/load.ts';
import { prepare, TOKEN } from './kill/trial.ts';

const PROCESSES = 2;
/** Load before PostgreSQL goes away, and how often it is looked at what is answered meanwhile; in milliseconds. */
const BEFORE_MS = 2_000;
const LOOK_MS = 1_000;
/** Longest wait for an answer while PostgreSQL is away, and for being ready afterwards; in milliseconds. */
const LONGEST_ANSWER_MS = 30_000;
const LONGEST_RECOVERY_MS = 60_000;

/** How PostgreSQL goes away: connections are cut and refused, or nothing comes through them any more. */
const WAYS = ['cut', 'silent'] as const;

/** What came of one time away. */
interface Absence {
  readonly name: string;
  polls: number;
  refused: number;
  longestAnswerMs: number;
  recoveryMs: number;
  readonly problems: string[];
}

/**
 * Takes PostgreSQL away from two processes for a while, in each of the ways, in the middle of a mixed load.
 * @returns what was seen, a line each, and how many violations there were
 */
export async function awayTrial(
  seconds: number,
): Promise<{ readonly lines: readonly string[]; readonly violations: number }> {
  const absences: Absence[] = [];
  for (const way of WAYS) absences.push(await oneAbsence(way, seconds));
  const lines = absences.map(({ name, polls, refused, longestAnswerMs, recoveryMs, problems }) =>
    [
      `| ${name} | ${seconds} | ${polls} | ${refused} | ${longestAnswerMs} | ${recoveryMs} | ${problems.length} |`,
      ...problems,
    ].join('\n'),
  );
  return {
    lines: [
      '| PostgreSQL | seconds away | polls answered | writes refused | longest refusal, ms | ready again after, ms | violations |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...lines,
    ],
    violations: absences.reduce((sum, { problems }) => sum + problems.length, 0),
  };
}

async function oneAbsence(way: (typeof WAYS)[number], seconds: number): Promise<Absence> {
  const postgres = await startPostgres();
  const url = new URL(postgres.url);
  const proxy = new TcpProxy({ host: url.hostname, port: Number(url.port) });
  await proxy.open();
  url.port = String(proxy.port);
  const cluster = await Cluster.start({ DATABASE_URL: url.href, SLIPWAY_ACCESS_TOKEN: TOKEN }, PROCESSES);
  // A write that is refused may have been carried out: its answer may have been lost on the way from PostgreSQL.
  const api = new Api(cluster, TOKEN, (_method, status) => status === 503);
  const ledger = new Ledger();
  const sdkKey = await prepare(api);
  const sdks = await Promise.all(cluster.urls.map((one) => connectSdk(one, sdkKey, { sendEvents: false })));
  const load = new Load(api, ledger, { sdkKey, round: 1 });
  await setTimeout(BEFORE_MS);

  const absence: Absence = { name: way, polls: 0, refused: 0, longestAnswerMs: 0, recoveryMs: 0, problems: [] };
  await (way === 'cut' ? proxy.shut() : proxy.hold());
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await setTimeout(LOOK_MS)) {
    await Promise.all(cluster.urls.map((one) => look(one, sdkKey, absence)));
  }
  await (way === 'cut' ? proxy.open() : proxy.letGo());
  const backAt = Date.now();
  for (const one of cluster.urls) await untilReady(one, backAt, absence);
  absence.recoveryMs = Date.now() - backAt;
  await load.stop();
  absence.problems.push(...(await new Checker(api, ledger).check(sdks, sdkKey)));
  for (const sdk of sdks) sdk.close();
  await cluster.stop();
  await proxy.shut();
  await postgres.stop();
  return absence;
}

/** Polls are answered from memory, writes are refused with a time to come back, and the process says that it is not ready. */
async function look(url: string, sdkKey: string, absence: Absence): Promise<void> {
  const poll = await fetch(`${url}/sdk/latest-all`, { headers: { authorization: sdkKey } });
  if (poll.ok) absence.polls++;
  else absence.problems.push(`a poll was answered by ${poll.status}`);
  const startedAt = Date.now();
  const { method, path, body } = create(`refused-${startedAt}`);
  const headers = { authorization: TOKEN, 'content-type': 'application/json' };
  const write = await fetch(`${url}/api/v2/${path}`, { method, headers, body: JSON.stringify(body) });
  absence.longestAnswerMs = Math.max(absence.longestAnswerMs, Date.now() - startedAt);
  if (write.status === 503 && write.headers.has('retry-after')) absence.refused++;
  else absence.problems.push(`a write was answered by ${write.status}: ${await write.text()}`);
  if (Date.now() - startedAt > LONGEST_ANSWER_MS) absence.problems.push('a write was refused too late');
  const { status } = await fetch(`${url}/readyz`);
  if (status !== 503) absence.problems.push(`/readyz was answered by ${status}`);
}

async function untilReady(url: string, since: number, { problems }: Absence): Promise<void> {
  while (!(await fetch(`${url}/readyz`)).ok) {
    if (Date.now() - since > LONGEST_RECOVERY_MS) {
      problems.push(`${url} is not ready a minute after PostgreSQL has come back`);
      return;
    }
    await setTimeout(LOOK_MS / 10);
  }
}
