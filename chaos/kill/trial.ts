import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { connectSdk } from '../../tests/support/official-sdk.ts';
import type { Front } from '../nginx.ts';
import { Api } from './api.ts';
import { Checker } from './checker.ts';
import { Cluster } from './cluster.ts';
import { Ledger } from './ledger.ts';
import { COUNTED_FLAG, create, Load, PIPELINE_KEY } from './load.ts';

export const TOKEN = 'api-killed-and-started-again';
/** Most that is acknowledged before a kill, from when the load begins. */
const MOST_BEFORE = 150;
/** Some more, at random, so that no kill waits for an answer; and the load that goes on afterwards; in milliseconds. */
const MAX_MORE_MS = 50;
const AFTER_MS = 200;

export interface KillTrial {
  readonly databaseUrl: string;
  /** How many processes share the store; they are killed in turn. */
  readonly processes: number;
  readonly kills: number;
  /** How they end: with -9, or also in peace, each other time. */
  readonly ends?: readonly ('SIGKILL' | 'SIGTERM')[];
  /** Starts what stands before the processes; without it the load goes to each of them in turn. */
  readonly startFront?: (ports: readonly string[]) => Promise<Front>;
  /** Hears of each kill, and of what is wrong after it. */
  progress(kill: number, problems: readonly string[]): void;
}

/** What came of a trial. */
export interface KillResult {
  readonly kills: number;
  readonly writes: number;
  readonly unanswered: number;
  readonly batches: number;
  readonly resent: number;
  readonly timers: number;
  readonly entries: number;
  readonly compared: number;
  readonly seconds: number;
  readonly problems: readonly string[];
}

/**
 * Kills processes with -9 at random moments while flags are changed, releases and scheduled changes run and events pour
 * in, and compares everything that was acknowledged with what is there after each kill.
 */
export async function killTrial(trial: KillTrial): Promise<KillResult> {
  const { databaseUrl, processes, kills, ends = ['SIGKILL'], progress } = trial;
  const startedAt = Date.now();
  const settings = { DATABASE_URL: databaseUrl, SLIPWAY_ACCESS_TOKEN: TOKEN };
  const cluster = await Cluster.start(settings, processes);
  const front = await trial.startFront?.(cluster.urls.map((url) => new URL(url).port));
  const api = new Api(
    front ? { urls: cluster.urls, next: async () => front.url } : cluster,
    TOKEN,
    front ? isRepeated : () => false,
  );
  const ledger = new Ledger();
  const checker = new Checker(api, ledger);
  const sdkKey = await prepare(api);
  const problems: string[] = [];
  for (let round = 1; round <= kills; round++) {
    const sdks = await Promise.all(
      [...cluster.urls, ...(front ? [front.url] : [])].map((url) =>
        connectSdk(url, sdkKey, { sendEvents: false, streamInitialReconnectDelay: 0.1 }),
      ),
    );
    const load = new Load(api, ledger, { sdkKey, round });
    const enough = ledger.answers + randomInt(MOST_BEFORE);
    while (ledger.answers < enough) await setTimeout(1);
    await setTimeout(randomInt(MAX_MORE_MS));
    const victim = round % processes;
    await cluster.end(victim, ends[Math.floor((round - 1) / processes) % ends.length] ?? 'SIGKILL');
    await cluster.restart(victim);
    await setTimeout(AFTER_MS);
    await load.stop();
    const found = await checker.check(sdks, sdkKey);
    for (const sdk of sdks) sdk.close();
    problems.push(...found.map((problem) => `kill ${round}: ${problem}`));
    progress(round, found);
  }
  await front?.stop();
  await cluster.stop();
  return {
    kills,
    writes: ledger.acknowledged.size,
    unanswered: ledger.unanswered,
    batches: ledger.batches,
    resent: ledger.resent,
    timers: ledger.timed.filter(({ hasTimer }) => hasTimer).length,
    entries: checker.audit.entries,
    compared: checker.compared,
    seconds: Math.round((Date.now() - startedAt) / 1_000),
    problems,
  };
}

/** What is answered to something that a proxy had sent before, and that was carried out without an answer. */
const isRepeated = (method: string, status: number) =>
  (method === 'PUT' && status === 409) || (method === 'DELETE' && status === 404);

/** Makes what the load stands on. @returns the SDK key of production */
export async function prepare(api: Api): Promise<string> {
  await api.require(create(COUNTED_FLAG));
  const phases = ['test', 'production'].map((environmentKey) => ({
    name: environmentKey,
    configuration: { startAutomatically: true, bakeTimeDurationMs: 300 },
    audiences: [{ environmentKey, name: 'all' }],
  }));
  const pipeline = { key: PIPELINE_KEY, name: 'Auto', phases };
  await api.require({ method: 'POST', path: 'projects/default/release-pipelines', body: pipeline });
  const path = 'projects/default/environments/production';
  const { apiKey } = await api.require<{ apiKey: string }>({ method: 'GET', path });
  return apiKey;
}
