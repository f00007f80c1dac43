import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, SERVICE } from '../../scripts/ensure-built.mjs';
import { SERVICE_OPTIONS } from '../../scripts/node-settings.mjs';
import type { SeedReady } from '../servers/seed.ts';
import { startServer } from '../support/child.ts';
import { type Program, startProgram } from '../support/program.ts';
import type { Measurement, Row } from '../support/row.ts';
import { passingFolder, settings } from '../support/slipway.ts';
import { rawRequest } from '../support/sockets.ts';
import { median } from '../support/statistics.ts';

const MAIN = fileURLToPath(new URL(`../../${SERVICE.output}/main.js`, import.meta.url));
const EMPTY_SERVER = `require('http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1')`;

const getting =
  (path: string, headers: Readonly<Record<string, string>> = {}) =>
  (port: number) =>
    rawRequest('GET', `http://127.0.0.1:${port}${path}`, headers);

const BARE: Program = { arguments: ['-e', EMPTY_SERVER], env: {}, request: getting('/') };

type Service = (databaseUrl: string) => Omit<Program, 'request'>;

/** The service as `npm start` starts it, with compiled code kept in that folder. */
const serviceWith =
  (compileCache: string): Service =>
  (databaseUrl) => ({
    arguments: [...SERVICE_OPTIONS, MAIN, 'start'],
    env: { ...settings(databaseUrl), NODE_COMPILE_CACHE: compileCache },
  });

/** From the start of the process to the first byte of an answer, and the memory of a service that nobody uses. */
export const start: Row = {
  name: 'start',
  async run(isQuick) {
    const [many, few, rounds, idleMs] = isQuick ? [100, 50, 2, 500] : [10_000, 1_000, 7, 5_000];
    ensureBuilt(process.execPath, SERVICE);
    const service = serviceWith(passingFolder());
    return [...(await starting(service, many, rounds)), await idling(service, few, idleMs)];
  },
};

async function starting(service: Service, flags: number, rounds: number): Promise<readonly Measurement[]> {
  const seed = await startServer<SeedReady>('seed', { flags });
  const { sdkKey, databaseUrl } = seed.ready;
  const slipway = service(databaseUrl);
  const programs = {
    healthy: { ...slipway, request: getting('/healthz') },
    serving: { ...slipway, request: getting('/sdk/latest-all', { authorization: sdkKey }) },
    bare: BARE,
  };
  try {
    // Fills the cache of compiled code, as the first start of an installation does.
    await startTime(programs.healthy);
    const times: Record<keyof typeof programs, number>[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push({
        healthy: await startTime(programs.healthy),
        serving: await startTime(programs.serving),
        bare: await startTime(programs.bare),
      });
    }
    const besides = (name: 'healthy' | 'serving') => {
      const ratios = times.map((time) => time[name] / time.bare);
      return {
        ours: `${Math.round(median(times.map((time) => time[name])))} ms`,
        bare: `${Math.round(median(times.map((time) => time.bare)))} ms`,
        ratio: `${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)}–${Math.max(...ratios).toFixed(1)})`,
      };
    };
    return [
      { name: `start to first byte, ${flags} flags`, ...besides('healthy'), bar: '≤ 8' },
      { name: '  of the flags of an environment', ...besides('serving'), bar: '' },
    ];
  } finally {
    await seed.stop();
  }
}

async function startTime(program: Program): Promise<number> {
  const running = await startProgram(program);
  await running.stop();
  return running.firstByteMs;
}

/** With the flags of an environment in memory, since an SDK has asked for them once. */
async function idling(service: Service, flags: number, idleMs: number): Promise<Measurement> {
  const seed = await startServer<SeedReady>('seed', { flags });
  const { sdkKey, databaseUrl } = seed.ready;
  const [ours, bare] = await Promise.all([
    startProgram({
      ...service(databaseUrl),
      request: getting('/sdk/latest-all', { authorization: sdkKey }),
    }),
    startProgram(BARE),
  ]);
  try {
    await sleep(idleMs);
    const [left, right] = [ours.residentBytes(), bare.residentBytes()];
    const show = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;
    return {
      name: `memory when idle, ${flags} flags`,
      ours: show(left),
      bare: show(right),
      ratio: (left / right).toFixed(1),
      bar: 'under 130 MB',
    };
  } finally {
    await Promise.all([ours.stop(), bare.stop()]);
    await seed.stop();
  }
}
