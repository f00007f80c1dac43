import { type ClauseTest, compileClause, matchesAll } from './clause-match.ts';
import type { Context } from './context.ts';
import { type Evaluation, MALFORMED, serving } from './evaluation.ts';
import { gatesOf } from './gates.ts';
import { includesKey } from './key-list.ts';
import { once } from './once.ts';
import type { SdkFlag } from './sdk-model.ts';
import { matchSegment, type SegmentSource } from './segment-match.ts';
import { compileServe, type Serve } from './serve.ts';

/** Where everything is looked up that a flag speaks of. */
export interface EvaluationSource extends SegmentSource {
  /** The flag of that key, if it is there. */
  readonly findFlag: (flagKey: string) => SdkFlag | undefined;
}

/** A flag with all that it can serve, worked out once. */
interface CompiledFlag {
  readonly flag: SdkFlag;
  readonly off: Evaluation;
  readonly prerequisites: readonly CompiledPrerequisite[];
  readonly targets: readonly CompiledTarget[];
  readonly rules: readonly { readonly clauses: readonly ClauseTest[]; readonly serve: Serve }[];
  readonly fallthrough: Serve;
}

interface CompiledPrerequisite {
  readonly key: string;
  readonly variation: number;
  /** What is served when it fails. */
  readonly failed: Evaluation;
}

interface CompiledTarget {
  readonly contextKind: string;
  readonly values: readonly string[];
  readonly evaluation: Evaluation;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * What a flag serves to a context (docs/wire/sdk.md, "Evaluation"): the same object for each outcome of the same flag, so
 * that what is made of it can be kept beside it.
 */
export function evaluate(flag: SdkFlag, context: Context, source: EvaluationSource): Evaluation {
  return evaluateInChain(compile(flag), context, source, NOBODY) ?? MALFORMED;
}

/** What a flag serves once it is known which gates a context passes. */
export interface ServedByGates {
  /** To contexts that pass none. */
  readonly toOthers: Serve;
  /** To contexts whose first gate is that of a rule; undefined where the rule asks for more. */
  readonly byRule: readonly (Serve | undefined)[];
}

/** @returns undefined where gates decide nothing: for the sake of prerequisites, targets, a rule without a gate */
export function servedByGates(flag: SdkFlag): ServedByGates | undefined {
  const { off, prerequisites, targets, rules, fallthrough } = compile(flag);
  if (!flag.on) return { toOthers: () => off, byRule: rules.map(() => () => off) };
  if (prerequisites.length + targets.length > 0 || gatesOf(flag).includes(undefined)) return undefined;
  return {
    toOthers: fallthrough,
    byRule: rules.map(({ clauses, serve }) => (clauses.length === 1 ? serve : undefined)),
  };
}

/**
 * @param chain the flags whose prerequisites led here
 * @returns undefined when a clause is broken or a flag needs itself, which breaks all flags that led here too
 */
function evaluateInChain(
  compiled: CompiledFlag,
  context: Context,
  source: EvaluationSource,
  chain: ReadonlySet<string>,
): Evaluation | undefined {
  const { flag, off, prerequisites, targets, rules, fallthrough } = compiled;
  if (!flag.on) return off;
  if (prerequisites.length > 0) {
    const failed = findFailedPrerequisite(compiled, context, source, chain);
    if (failed === 'malformed') return undefined;
    if (failed) return failed.failed;
  }
  for (const { contextKind, values, evaluation } of targets) {
    const single = context.get(contextKind);
    if (single !== undefined && includesKey(values, single.key)) return evaluation;
  }
  const isInSegment = (segmentKey: string) => matchSegment(segmentKey, context, source);
  for (const { clauses, serve } of rules) {
    const found = matchesAll(clauses, context, isInSegment);
    if (found === 'malformed') return undefined;
    if (found === 'match') return serve(context);
  }
  return fallthrough(context);
}

/** The first prerequisite that is missing, off, or serves another variation. */
function findFailedPrerequisite(
  { flag, prerequisites }: CompiledFlag,
  context: Context,
  source: EvaluationSource,
  ledHere: ReadonlySet<string>,
): CompiledPrerequisite | 'malformed' | undefined {
  const chain = new Set([...ledHere, flag.key]);
  for (const prerequisite of prerequisites) {
    if (chain.has(prerequisite.key)) return 'malformed';
    const other = source.findFlag(prerequisite.key);
    if (!other) return prerequisite;
    const evaluation = evaluateInChain(compile(other), context, source, chain);
    if (!evaluation) return 'malformed';
    if (!other.on || evaluation.variationIndex !== prerequisite.variation) return prerequisite;
  }
  return undefined;
}

const compile = once(
  (flag: SdkFlag): CompiledFlag => ({
    flag,
    off: serveOff(flag, { kind: 'OFF' }),
    prerequisites: flag.prerequisites.map(({ key, variation }) => ({
      key,
      variation,
      failed: serveOff(flag, { kind: 'PREREQUISITE_FAILED', prerequisiteKey: key }),
    })),
    targets: compileTargets(flag),
    rules: flag.rules.map((rule, ruleIndex) => ({
      clauses: rule.clauses.map(compileClause),
      serve: compileServe(flag, rule, { kind: 'RULE_MATCH', ruleIndex, ruleId: rule.id }),
    })),
    fallthrough: compileServe(flag, flag.fallthrough, { kind: 'FALLTHROUGH' }),
  }),
);

function serveOff(flag: SdkFlag, reason: Evaluation['reason']): Evaluation {
  if (flag.offVariation === null) return { value: null, variationIndex: null, reason };
  return serving(flag, flag.offVariation, reason);
}

/**
 * The individual targets in the order that they are tried. Where there are targets of several kinds, those of users stand
 * empty in the order of all, and with their keys in `targets`.
 */
function compileTargets(flag: SdkFlag): readonly CompiledTarget[] {
  const { targets, contextTargets } = flag;
  return (contextTargets.length === 0 ? targets : contextTargets).flatMap((target) => {
    const isPlaceholder = target.contextKind === 'user' && target.values.length === 0;
    const meant = isPlaceholder ? targets.find(({ variation }) => variation === target.variation) : target;
    if (!meant) return [];
    const { contextKind, values } = meant;
    return { contextKind, values, evaluation: serving(flag, target.variation, { kind: 'TARGET_MATCH' }) };
  });
}
