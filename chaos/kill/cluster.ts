import { once, EventEmitter } from 'node:events';
import { type SlipwayProcess, startProcess } from '../../tests/support/process.ts';

interface Member {
  process: SlipwayProcess | undefined;
  readonly port: string;
}

/** Processes on one store, and a round-robin over those that run: what a load balancer does. */
export class Cluster {
  readonly #settings: Readonly<Record<string, string>>;
  readonly #members: readonly Member[];
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #turn = 0;

  private constructor(settings: Readonly<Record<string, string>>, processes: readonly SlipwayProcess[]) {
    this.#settings = settings;
    this.#members = processes.map((process) => ({ process, port: new URL(process.url).port }));
    // Whoever breaks off the trial leaves no processes behind.
    process.on('exit', () => {
      for (const member of this.#members) void member.process?.stop('SIGKILL');
    });
  }

  static async start(settings: Readonly<Record<string, string>>, size: number): Promise<Cluster> {
    return new Cluster(settings, await Promise.all(Array.from({ length: size }, () => startProcess(settings))));
  }

  /** The addresses of all processes, whether they run or not. */
  get urls(): readonly string[] {
    return this.#members.map(({ port }) => `http://127.0.0.1:${port}`);
  }

  /** The address of the next process that runs; waits for one when none does. */
  async next(): Promise<string> {
    for (;;) {
      const running = this.#members.filter(({ process }) => process);
      const member = running[this.#turn++ % running.length];
      if (member?.process) return member.process.url;
      await once(this.#changes, 'started');
    }
  }

  /** Ends a process. Requests that are sent to one that is killed before it is gone get no answer. */
  async end(index: number, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const member = this.#member(index);
    await member.process?.stop(signal);
    member.process = undefined;
  }

  /** Starts a process that has ended, at the same address. */
  async restart(index: number): Promise<void> {
    const member = this.#member(index);
    member.process = await startProcess({ ...this.#settings, PORT: member.port });
    this.#changes.emit('started');
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map(async ({ process }) => process?.stop('SIGTERM')));
  }

  #member(index: number): Member {
    const member = this.#members[index];
    if (!member) throw new Error(`There is no process ${index}`);
    return member;
  }
}
