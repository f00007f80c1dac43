import { spawnSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { WORLDS } from '../tests/support/random-worlds.ts';
import { evaluateWorld, type World } from '../tests/support/worlds.ts';

const COUNT = Number(process.env['EVALUATION_RUNS'] ?? 10_000);
const MOST_BYTES = 1024 * 1024 * 1024;

export type Command = readonly [program: string, ...argv: string[]];

/** An official evaluator, in a program that reads worlds by the line and prints what each comes to. */
export interface Evaluator {
  readonly name: string;
  /** Whether it knows users without a kind, as SDKs had them that are older than kinds. */
  readonly readsOlderUsers: boolean;
  prepare(): Command;
}

/** Has random worlds evaluated by both sides. @returns the first difference, if there is one */
export function compareEvaluations({ prepare, readsOlderUsers }: Evaluator): string | undefined {
  const [command, ...argv] = prepare();
  const worlds = fc.sample(WORLDS, COUNT).map((world) => (readsOlderUsers ? world : withoutOlderUsers(world)));
  const input = worlds.map((world) => `${JSON.stringify(world)}\n`).join('');
  const { status, stdout, stderr } = spawnSync(command, argv, { input, encoding: 'utf8', maxBuffer: MOST_BYTES });
  if (status !== 0) return `it ended with ${status}: ${stderr}`;
  const answers = stdout.trimEnd().split('\n');
  if (answers.length !== COUNT) return `expected ${COUNT} answers, got ${answers.length}`;
  for (const [index, world] of worlds.entries()) {
    const ours = evaluateWorld(world);
    const theirs: unknown = JSON.parse(answers[index] ?? '');
    if (!isDeepStrictEqual(theirs, ours)) return JSON.stringify({ world, ours, theirs }, undefined, 2);
  }
  return undefined;
}

function withoutOlderUsers(world: World): World {
  return { ...world, contexts: world.contexts.filter((context) => 'kind' in context) };
}
