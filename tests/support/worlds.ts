import { parseContext } from '../../src/domain/evaluation/context.ts';
import { type EvaluationSource, evaluate } from '../../src/domain/evaluation/evaluate.ts';
import type { Evaluation } from '../../src/domain/evaluation/evaluation.ts';
import type { SdkFlag, SdkSegment } from '../../src/domain/evaluation/sdk-model.ts';

/** A flag, all that it speaks of, and whom it is evaluated for. */
export interface World {
  readonly flag: SdkFlag;
  readonly left: SdkFlag;
  readonly right: SdkFlag;
  readonly one: SdkSegment;
  readonly two: SdkSegment;
  /** As SDKs write them. */
  readonly contexts: readonly object[];
}

/** What the flag of a world serves to each of its contexts. */
export function evaluateWorld(world: World): readonly Evaluation[] {
  const source = sourceOf(world);
  return world.contexts.map((context) => evaluate(world.flag, parseContext(context), source));
}

/** Where everything of a world is found. */
export function sourceOf({ flag, left, right, one, two }: World): EvaluationSource {
  const flags = new Map([flag, left, right].map((each) => [each.key, each]));
  const segments = new Map([one, two].map((each) => [each.key, each]));
  return {
    findFlag: (key) => flags.get(key),
    findSegment: (key) => segments.get(key),
    findMembership: () => undefined,
  };
}
