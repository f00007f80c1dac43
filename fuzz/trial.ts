import { brokenBytes, judgeBytes } from './bytes.ts';
import { chanceOf } from './chance.ts';
import { asCommand, isReading, type HttpRequest } from './http-request.ts';
import { parseJson } from './json.ts';
import { type Operation, operationsOf } from './operations.ts';
import { drawRequest } from './requests.ts';
import { changedTables, judge } from './rules.ts';
import { type Answer, Sender } from './send.ts';
import type { Digest, Subject } from './subject.ts';
import { type World, Worlds } from './world.ts';

/** Requests after which everything is made anew. */
const WORLD_LASTS = 150;

/** Requests that are sent at the same time, in rounds where they are. */
const TOGETHER = 8;

export interface Trial {
  readonly seed: number;
  /** How many requests at the most. */
  readonly count: number;
  /** Whether it is over, whatever the count. */
  isOver(): boolean;
  /** Hears of each request that something is wrong with. */
  failed(failure: Failure): void;
  /** Hears of each answer. */
  answered?(request: HttpRequest, answer: Answer): void;
}

export interface Failure {
  /** `seed` of a trial of one request; what it meets depends on those before. */
  readonly seed: number;
  readonly command: string;
  readonly problems: readonly string[];
}

/** Sends requests to a service and looks at what comes back, and at what it has stored. @returns how many */
export async function runTrial(subject: Subject, trial: Trial): Promise<number> {
  const sender = new Sender(subject.url);
  try {
    return await new Run(subject, sender, trial).run();
  } finally {
    sender.close();
  }
}

class Run {
  readonly #subject: Subject;
  readonly #sender: Sender;
  readonly #trial: Trial;
  readonly #worlds: Worlds;
  #operations: readonly Operation[] = [];

  constructor(subject: Subject, sender: Sender, trial: Trial) {
    this.#subject = subject;
    this.#sender = sender;
    this.#trial = trial;
    this.#worlds = new Worlds(subject, sender);
  }

  async run(): Promise<number> {
    const document = await this.#sender.send({
      method: 'GET',
      path: '/api/v2/openapi.json',
      headers: {},
      body: undefined,
    });
    this.#operations = operationsOf(parseJson(document.body));
    const { seed, count } = this.#trial;
    let sent = 0;
    for (let worldCount = 1; sent < count && !this.#trial.isOver(); worldCount++) {
      const world = await this.#worlds.next();
      const end = Math.min(sent + WORLD_LASTS, count);
      // Every third world is asked by many at once, so that nobody can say who has changed what.
      const together = worldCount % 3 === 0 ? TOGETHER : 1;
      while (sent < end && !this.#trial.isOver()) {
        const seeds = Array.from({ length: Math.min(together, end - sent) }, (_, index) => seed + sent + index);
        await Promise.all(seeds.map((own) => this.#ask(own, world, together === 1)));
        sent += seeds.length;
        if (sent % 40 === 0) await this.#subject.pass(10_000);
      }
    }
    return sent;
  }

  async #ask(seed: number, world: World, isAlone: boolean): Promise<void> {
    const { token } = this.#subject;
    const chance = chanceOf(seed);
    if (chance.happens(3)) {
      const bytes = brokenBytes(chance);
      const problems = judgeBytes(await this.#sender.sendBytes(bytes));
      if (problems.length > 0) this.#trial.failed({ seed, command: bytes.toString('latin1').slice(0, 500), problems });
      return;
    }
    const request = await drawRequest(chance, { operations: this.#operations, world, token });
    const isChecked = isAlone && !isReading(request);
    // Drawing makes things too.
    const before = isChecked ? await this.#subject.digest() : undefined;
    const problems = await this.#send(request, before);
    if (problems.length > 0) this.#trial.failed({ seed, command: asCommand(this.#subject.url, request), problems });
  }

  /** @returns what is wrong */
  async #send(request: HttpRequest, before: Digest | undefined): Promise<readonly string[]> {
    let answer: Answer;
    try {
      answer = await this.#sender.send(request);
    } catch (error) {
      return [String(error)];
    }
    this.#trial.answered?.(request, answer);
    this.#worlds.learn(answer.body);
    const problems = judge(request, answer);
    if (before === undefined || answer.status < 400 || answer.status >= 500) return problems;
    const changed = changedTables(before, await this.#subject.digest());
    if (changed.length === 0) return problems;
    return [...problems, `status ${answer.status}, but ${changed.join(', ')} changed: ${answer.body.slice(0, 300)}`];
  }
}
