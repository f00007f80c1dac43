import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Compiled code is kept, so that the next process begins faster. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A `slipway dev` that serves. */
export interface DevProcess {
  readonly url: string;
  readonly sdkKey: string;
  readonly clientSideId: string;
  output(): string;
  stop(): Promise<Ended>;
}

/** Runs a command of `slipway dev` to its end, in a folder. */
export async function runDev(folder: string, ...argv: readonly string[]): Promise<Ended> {
  return spawnDev(folder, argv).ended;
}

/** Starts `slipway dev` in a folder, on any free port. @throws Error with what it printed when it ends instead */
export async function startDev(folder: string, ...argv: readonly string[]): Promise<DevProcess> {
  const { child, printed, ended } = spawnDev(folder, ['--port', '0', ...argv]);
  const isOver = ended.then(() => true);
  while (!printed().includes('Ctrl-C')) {
    if (await Promise.race([once(child.stdout, 'data').then(() => false), isOver])) {
      const { output, errors } = await ended;
      throw new Error(`slipway dev ended instead of listening:\n${output}${errors}`);
    }
  }
  const find = (pattern: RegExp) => pattern.exec(printed())?.[1] ?? '';
  return {
    url: find(/listens on (\S+)/),
    sdkKey: find(/SDK key\s+(\S+)/),
    clientSideId: find(/client-side ID\s+(\S+)/),
    output: printed,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function spawnDev(folder: string, argv: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, 'dev', ...argv], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { output: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, ...texts }));
  return { child, printed: () => texts.output, ended };
}
