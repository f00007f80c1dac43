import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Digest, Subject } from './subject.ts';

/** A service in another process. */
export interface RemoteSubject extends Subject {
  /** Whether the process has ended by itself. */
  hasEnded(): boolean;
  stop(): Promise<void>;
}

/** Starts `fuzz/server.ts` on a store. */
export async function startSubject(databaseUrl: string): Promise<RemoteSubject> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [databaseUrl], {
    execPath: process.execPath,
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  const lost = ended.then(() => {
    throw new Error('the service has ended');
  });
  lost.catch(() => undefined);
  const [ready] = (await Promise.race([once(child, 'message'), lost])) as [{ url: string; token: string }];
  const waiting = new Map<number, (value: unknown) => void>();
  child.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  let count = 0;
  const ask = async (question: object): Promise<unknown> => {
    const id = count++;
    const answer = new Promise((resolve) => waiting.set(id, resolve));
    child.send({ id, ...question });
    return Promise.race([answer, lost]);
  };
  return {
    ...ready,
    digest: async () => (await ask({ ask: 'digest' })) as Digest,
    pass: async (ms) => void (await ask({ ask: 'pass', ms })),
    heapBytes: async () => (await ask({ ask: 'heapBytes' })) as number,
    hasEnded: () => hasEnded,
    stop: async () => {
      if (!hasEnded) child.disconnect();
      await ended;
    },
  };
}
