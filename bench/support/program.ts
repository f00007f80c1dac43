import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../tests/support/free-port.ts';
import { requireOk } from './sockets.ts';

const RETRY_MS = 2;

/** A program that serves HTTP on a port it is told. */
export interface Program {
  /** What Node is given. */
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The first request to it, for a port. */
  readonly request: (port: number) => Buffer;
}

export interface RunningProgram {
  /** Milliseconds from its start until the first byte of its first answer was there. */
  readonly firstByteMs: number;
  residentBytes(): number;
  stop(): Promise<void>;
}

/** Starts a program with Node and asks it until it answers. @throws Error when it ends, or the answer is not a good one */
export async function startProgram(program: Program): Promise<RunningProgram> {
  const port = await freePort();
  const request = program.request(port);
  const startedAt = performance.now();
  const child = spawn(process.execPath, program.arguments, {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], ...program.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  for (let answer: string | undefined; answer === undefined; ) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}`);
    answer = await firstBytes(port, request);
    if (answer === undefined) await sleep(RETRY_MS);
    else requireOk(answer);
  }
  const firstByteMs = performance.now() - startedAt;
  return {
    firstByteMs,
    residentBytes: () =>
      1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
    },
  };
}

/** @returns undefined while nobody listens */
function firstBytes(port: number, request: Buffer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('connect', () => socket.write(request));
    socket.once('error', () => resolve(undefined));
    socket.once('data', (chunk: Buffer) => {
      socket.destroy();
      resolve(chunk.toString('latin1', 0, 100));
    });
  });
}
