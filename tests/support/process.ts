import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SERVICE } from '../../scripts/ensure-built.mjs';

/** Slipway as operators run it: built, a process of its own, with the machine's clock. */
export interface SlipwayProcess {
  readonly url: string;
  /** Everything it has printed so far. */
  output(): string;
  /** Sends a signal and waits for the end. @returns the exit code; null when the signal ended it */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

const MAIN = fileURLToPath(new URL(`../../${SERVICE.output}/main.js`, import.meta.url));

/** Starts a process and waits until it listens. @throws Error with its output when it ends instead */
export async function startProcess(settings: Readonly<Record<string, string>>): Promise<SlipwayProcess> {
  const child = spawnMain(settings);
  const printed = collect(child);
  const ended = once(child, 'exit');
  while (!/listens on (\S+)/.test(printed())) {
    const isOver = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)]);
    if (isOver) throw new Error(`Slipway ended instead of listening:\n${printed()}`);
  }
  return {
    url: /listens on (\S+)/.exec(printed())?.[1] ?? '',
    output: printed,
    stop: async (signal) => {
      child.kill(signal);
      const [code] = await ended;
      return code as number | null;
    },
  };
}

/** Runs a process that is expected to end by itself. */
export async function runProcess(
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ code: number | null; output: string }> {
  const child = spawnMain(settings, args);
  const printed = collect(child);
  const [code] = await once(child, 'close');
  return { code: code as number | null, output: printed() };
}

/** Tests send more than people do. */
const UNLIMITED = { SLIPWAY_RATE_LIMIT_GLOBAL: '0', SLIPWAY_RATE_LIMIT_ROUTE: '0' };

function spawnMain(settings: Readonly<Record<string, string>>, args: readonly string[] = []): Child {
  return spawn(process.execPath, [MAIN, 'start', ...args], {
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'silent', PORT: '0', ...UNLIMITED, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function collect(child: Child): () => string {
  let text = '';
  const add = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  return () => text;
}
