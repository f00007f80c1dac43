import { jsonEquals } from '../json.ts';
import { totalDuration } from '../rollout/plan.ts';
import { allocationOf, automatedWords, runningIn } from './automated.ts';
import type { Flag, Serve } from './flag.ts';
import type { Difference } from './instruction.ts';
import { serveWords } from './serve.ts';

/** Something that serves, and what changes of it are called. */
interface ServingThing {
  /** `the default rule`, `the rule "staff"`. */
  readonly name: string;
  /** The action that an ordinary change of it needs, and what titles say then. */
  readonly action: string;
  readonly titleVerb: string;
  /** The actions that the beginning and the end of an automated rollout need. */
  readonly startAction: string;
  readonly stopAction: string;
}

/**
 * What is different between two serves. Automated rollouts have actions of their own, and words for each of their steps
 * (docs/wire/guarded-rollouts.md, "Actions needed"). A rollout that ends with anything but one of its two variations was
 * ended by an ordinary change.
 */
export function serveDifferences(
  before: Serve | undefined,
  after: Serve,
  flag: Flag,
  thing: ServingThing,
): readonly Difference[] {
  if (before && jsonEquals(before, after)) return [];
  const { name, action, titleVerb, startAction, stopAction } = thing;
  const [old, next] = [runningIn(before), runningIn(after)];
  if (next && next.plan.id === old?.plan.id) {
    const words = `Served ${automatedWords(flag, next, allocationOf(after))} on ${name}`;
    return [{ action, words, titleVerb: `raised the ${next.plan.kind} rollout of the flag` }];
  }
  if (next) {
    const { stages, kind } = next.plan;
    const steps = stages.map(({ allocation }) => `${allocation / 1000} %`).join(', ');
    const words = `Started to serve ${automatedWords(flag, next)} on ${name}: ${steps} in ${totalDuration(next.plan) / 1000} seconds`;
    return [{ action: startAction, words, titleVerb: `started a ${kind} rollout of the flag` }];
  }
  if (old) {
    const { kind } = old.plan;
    const isParked = 'rollout' in after && after.rollout.automated?.plan.id === old.plan.id;
    const words = isParked
      ? `Stopped watching the ${kind} rollout on ${name} at ${allocationOf(after) / 1000} %`
      : `Ended the ${kind} rollout on ${name} to serve ${serveWords(flag, after)}`;
    return [{ action: stopAction, words, titleVerb: `stopped a ${kind} rollout of the flag` }];
  }
  return [{ action, words: `Changed ${name} to serve ${serveWords(flag, after)}`, titleVerb }];
}
