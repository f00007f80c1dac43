import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How long a server may take to end before it is killed. */
const STOP_DEADLINE_MS = 5_000;

/** What a server process has used so far. */
export interface Usage {
  /** Memory after a garbage collection: of the whole process, and of live objects in its heap. */
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly cpuMs: number;
}

/** A server in a process of its own. */
export interface ServerProcess<Ready> {
  readonly ready: Ready;
  usage(): Promise<Usage>;
  /** Lets it clear up after itself. */
  stop(): Promise<void>;
}

/**
 * Starts `bench/servers/<name>.ts` and waits until it says what the load generator has to know.
 * @param options sent to it as its first message
 */
export async function startServer<Ready>(name: string, options: object): Promise<ServerProcess<Ready>> {
  const child = fork(fileURLToPath(new URL(`../servers/${name}.ts`, import.meta.url)), {
    execPath: process.execPath,
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send(options);
  const ready = await nextMessage<Ready>(child);
  return {
    ready,
    usage: async () => {
      child.send('usage');
      return nextMessage<Usage>(child);
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
      await ended;
      clearTimeout(killer);
    },
  };
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('the server ended early');
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message as T;
  } finally {
    settled.abort();
  }
}

/** What a server process does with its messages: options first, then questions about what it uses. */
export function serve(start: (options: never) => Promise<object>): void {
  process.once('message', (options) => void answer(start(options as never)));
  // The benchmark has stopped us or is gone; Ctrl-C reaches us too, but killed by it we would leave files behind.
  process.once('disconnect', () => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
}

async function answer(starting: Promise<object>): Promise<void> {
  try {
    process.send?.(await starting);
    process.on('message', () => process.send?.(usage()));
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { residentBytes: rss, heapBytes: heapUsed, cpuMs: (user + system) / 1000 };
}
