import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface ServerProcess<Ready> {
  readonly ready: Ready;
  /** Resident memory in bytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts `bench/servers/<name>.ts` and waits until it says what the load generator has to know.
 * @param options sent to it as its first message
 */
export async function startServer<Ready>(name: string, options: object): Promise<ServerProcess<Ready>> {
  const child = fork(fileURLToPath(new URL(`../servers/${name}.ts`, import.meta.url)), {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send(options);
  const ready = await nextMessage<Ready>(child);
  return {
    ready,
    memory: async () => {
      child.send('memory');
      return nextMessage<number>(child);
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the server ended early');
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message as T;
}

/** What a server process does with its messages: options first, then questions about memory. */
export function serve(start: (options: never) => Promise<object>): void {
  process.once('message', (options) => void answer(start(options as never)));
  // Nobody is left to stop us when the benchmark itself is gone.
  process.once('disconnect', () => process.exit(0));
}

async function answer(starting: Promise<object>): Promise<void> {
  try {
    process.send?.(await starting);
    process.on('message', () => process.send?.(process.memoryUsage.rss()));
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
