import type { Json } from '../json.ts';
import { bucketOf } from './bucket.ts';
import { compileClause, matchesAll } from './clause-match.ts';
import type { Context } from './context.ts';
import { includesKey } from './key-list.ts';
import { once } from './once.ts';
import type { SdkFlag, SdkRollout, SdkServe, SdkTarget } from './sdk-model.ts';
import { matchSegment, type SegmentSource } from './segment-match.ts';

/** Where everything is looked up that a flag speaks of. */
export interface EvaluationSource extends SegmentSource {
  /** The flag of that key, if it is there. */
  readonly findFlag: (flagKey: string) => SdkFlag | undefined;
}

/** Why a value is served, as SDKs tell it (docs/wire/sdk.md, "Evaluation"). */
export type Reason =
  | { readonly kind: 'OFF' | 'TARGET_MATCH' }
  | { readonly kind: 'FALLTHROUGH'; readonly inExperiment?: true }
  | { readonly kind: 'RULE_MATCH'; readonly ruleIndex: number; readonly ruleId: string; readonly inExperiment?: true }
  | { readonly kind: 'PREREQUISITE_FAILED'; readonly prerequisiteKey: string }
  | { readonly kind: 'ERROR'; readonly errorKind: 'MALFORMED_FLAG' };

/** What a flag serves to a context. */
export interface Evaluation {
  /** `null` where callers get their own default. */
  readonly value: Json;
  readonly variationIndex: number | null;
  readonly reason: Reason;
}

const FULL_WEIGHT = 100_000;
const NOBODY: ReadonlySet<string> = new Set();

const MALFORMED: Evaluation = {
  value: null,
  variationIndex: null,
  reason: { kind: 'ERROR', errorKind: 'MALFORMED_FLAG' },
};

/** What a flag serves to a context (docs/wire/sdk.md, "Evaluation"). */
export function evaluate(flag: SdkFlag, context: Context, source: EvaluationSource): Evaluation {
  return evaluateInChain(flag, context, source, NOBODY) ?? MALFORMED;
}

/**
 * @param chain the flags whose prerequisites led here
 * @returns undefined when a clause is broken or a flag needs itself, which breaks all flags that led here too
 */
function evaluateInChain(
  flag: SdkFlag,
  context: Context,
  source: EvaluationSource,
  chain: ReadonlySet<string>,
): Evaluation | undefined {
  if (!flag.on) return serveOff(flag, { kind: 'OFF' });
  const failed = findFailedPrerequisite(flag, context, source, chain);
  if (failed === 'malformed') return undefined;
  if (failed) return serveOff(flag, { kind: 'PREREQUISITE_FAILED', prerequisiteKey: failed.key });
  const target = findTarget(flag, context);
  if (target) return serveVariation(flag, target.variation, { kind: 'TARGET_MATCH' });
  const isInSegment = (segmentKey: string) => matchSegment(segmentKey, context, source);
  let ruleIndex = 0;
  for (const { rule, clauses } of compiledRules(flag)) {
    const found = matchesAll(clauses, context, isInSegment);
    if (found === 'malformed') return undefined;
    if (found === 'match') return serve(flag, rule, context, { kind: 'RULE_MATCH', ruleIndex, ruleId: rule.id });
    ruleIndex++;
  }
  return serve(flag, flag.fallthrough, context, { kind: 'FALLTHROUGH' });
}

const compiledRules = once(({ rules }: SdkFlag) =>
  rules.map((rule) => ({ rule, clauses: rule.clauses.map(compileClause) })),
);

/** The first prerequisite that is missing, off, or serves another variation. */
function findFailedPrerequisite(
  flag: SdkFlag,
  context: Context,
  source: EvaluationSource,
  ledHere: ReadonlySet<string>,
): SdkFlag['prerequisites'][number] | 'malformed' | undefined {
  if (flag.prerequisites.length === 0) return undefined;
  const chain = new Set([...ledHere, flag.key]);
  for (const prerequisite of flag.prerequisites) {
    if (chain.has(prerequisite.key)) return 'malformed';
    const other = source.findFlag(prerequisite.key);
    if (!other) return prerequisite;
    const evaluation = evaluateInChain(other, context, source, chain);
    if (!evaluation) return 'malformed';
    if (!other.on || evaluation.variationIndex !== prerequisite.variation) return prerequisite;
  }
  return undefined;
}

/**
 * The individual target that a context is among. Where there are targets of several kinds, those of users stand empty in
 * the order of all, and with their keys in `targets`.
 */
function findTarget({ targets, contextTargets }: SdkFlag, context: Context): SdkTarget | undefined {
  for (const target of contextTargets.length === 0 ? targets : contextTargets) {
    const isPlaceholder = target.contextKind === 'user' && target.values.length === 0;
    const meant = isPlaceholder ? targets.find(({ variation }) => variation === target.variation) : target;
    if (meant && isAmong(meant, context)) return target;
  }
  return undefined;
}

function isAmong({ contextKind, values }: SdkTarget, context: Context): boolean {
  const single = context.get(contextKind);
  return single !== undefined && includesKey(values, single.key);
}

function serveOff(flag: SdkFlag, reason: Reason): Evaluation {
  if (flag.offVariation === null) return { value: null, variationIndex: null, reason };
  return serveVariation(flag, flag.offVariation, reason);
}

function serveVariation({ variations }: SdkFlag, variationIndex: number, reason: Reason): Evaluation {
  const value = variations[variationIndex];
  return value === undefined ? MALFORMED : { value, variationIndex, reason };
}

function serve(
  flag: SdkFlag,
  { variation, rollout }: SdkServe,
  context: Context,
  reason: Extract<Reason, { readonly kind: 'FALLTHROUGH' | 'RULE_MATCH' }>,
): Evaluation | undefined {
  if (variation !== undefined) return serveVariation(flag, variation, reason);
  const chosen = rollout && chooseVariation(flag, rollout, context);
  if (!chosen) return MALFORMED;
  return serveVariation(flag, chosen.variation, chosen.inExperiment ? { ...reason, inExperiment: true } : reason);
}

/**
 * The variation of the share that a context falls into; contexts of which nothing can be told fall into the first, and
 * what is beyond all shares belongs to the last.
 */
function chooseVariation(
  { key, salt }: SdkFlag,
  { kind, contextKind, bucketBy, seed, variations }: SdkRollout,
  context: Context,
): { readonly variation: number; readonly inExperiment: boolean } | undefined {
  const isExperiment = kind === 'experiment';
  const bucket = bucketOf(context, {
    contextKind,
    bucketBy: isExperiment ? undefined : bucketBy,
    prefix: seed === undefined ? `${key}.${salt}` : String(seed),
  });
  if (bucket === 'malformed') return undefined;
  const place = bucket === 'missing' ? 0 : bucket;
  const share = shareAt(variations, place);
  return (
    share && {
      variation: share.variation,
      inExperiment: isExperiment && share.untracked !== true && bucket !== 'missing',
    }
  );
}

/** The share that a place from 0 to 1 belongs to. */
function shareAt(shares: SdkRollout['variations'], place: number): SdkRollout['variations'][number] | undefined {
  let upTo = 0;
  for (const share of shares) {
    upTo += share.weight / FULL_WEIGHT;
    if (place < upTo) return share;
  }
  return shares.at(-1);
}
