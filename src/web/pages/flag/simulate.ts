import type { Context } from '../../../domain/evaluation/context.ts';
import { evaluate, type EvaluationSource } from '../../../domain/evaluation/evaluate.ts';
import type { Evaluation } from '../../../domain/evaluation/evaluation.ts';
import type { SdkFlag, SdkSegment, SdkServe } from '../../../domain/evaluation/sdk-model.ts';
import { type Json, jsonEquals } from '../../../domain/json.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { ruleName } from '../../targeting/rule-changes.ts';
import { type Serve, serveWords } from '../../targeting/serve.ts';
import { variationLabel } from '../../ui/variation.tsx';
import type { Draft } from './draft.ts';

/** What the service says of the context: the segments it is in, and what other flags serve to it. */
export interface Surroundings {
  readonly segments: ReadonlySet<string>;
  readonly flags: ReadonlyMap<string, { readonly isOn: boolean; readonly value: unknown }>;
}

export interface Simulated {
  readonly evaluation: Evaluation;
  /** Why, in words. */
  readonly words: string;
}

/**
 * What a context would get from a draft, by the very code that evaluates flags in the service.
 * @param needed the flags that are prerequisites, by key
 */
export function simulate(
  flag: FlagRep,
  draft: Draft,
  given: { salt: string; needed: ReadonlyMap<string, FlagRep>; context: Context; surroundings: Surroundings },
): Simulated {
  const { needed, surroundings, salt } = given;
  const subject = toSdkFlag(flag, draft, salt, needed);
  const source: EvaluationSource = {
    findFlag: (key) => standIn(needed.get(key), surroundings.flags.get(key)),
    findSegment: (key) => (surroundings.segments.has(key) ? everybody(key) : undefined),
    findMembership: () => undefined,
  };
  const evaluation = evaluate(subject, given.context, source);
  return { evaluation, words: reasonWords(flag, draft, evaluation) };
}

function toSdkFlag(flag: FlagRep, draft: Draft, salt: string, needed: ReadonlyMap<string, FlagRep>): SdkFlag {
  const positionOf = (id: string) => flag.variations.findIndex(({ _id }) => _id === id);
  const serve = (one: Serve): SdkServe =>
    one.kind === 'variation' ? { variation: positionOf(one.variationId) } : toRollout(one, positionOf);
  const targets = draft.targets.map(({ contextKind, variationId, values }) => ({
    contextKind,
    values,
    variation: positionOf(variationId),
  }));
  const users = targets.filter(({ contextKind }) => contextKind === 'user');
  return {
    key: flag.key,
    version: 1,
    on: draft.isOn,
    prerequisites: draft.prerequisites.map(({ key, variationId }) => ({
      key,
      variation: needed.get(key)?.variations.findIndex(({ _id }) => _id === variationId) ?? -1,
    })),
    targets: users,
    contextTargets:
      users.length === targets.length
        ? []
        : targets.map((target) => (target.contextKind === 'user' ? { ...target, values: [] } : target)),
    rules: draft.rules
      .filter(({ isDisabled }) => !isDisabled)
      .map((rule) => ({ id: rule.id, clauses: rule.clauses, trackEvents: false, ...serve(rule.serve) })),
    fallthrough: serve(draft.fallthrough),
    offVariation: draft.offVariationId === undefined ? null : positionOf(draft.offVariationId),
    variations: flag.variations.map(({ value }) => value as Json),
    clientSideAvailability: flag.clientSideAvailability,
    clientSide: flag.clientSideAvailability.usingEnvironmentId,
    salt,
    trackEvents: false,
    trackEventsFallthrough: false,
    debugEventsUntilDate: null,
    deleted: false,
  };
}

function toRollout(serve: Extract<Serve, { kind: 'rollout' }>, positionOf: (id: string) => number): SdkServe {
  const { weights, contextKind, bucketBy } = serve;
  const variations = Object.entries(weights).map(([id, weight]) => ({ variation: positionOf(id), weight }));
  return { rollout: { kind: 'rollout', contextKind, ...(bucketBy !== undefined && { bucketBy }), variations } };
}

/** A flag that serves everybody what the service says that it serves to the context. */
function standIn(
  flag: FlagRep | undefined,
  served: { isOn: boolean; value: unknown } | undefined,
): SdkFlag | undefined {
  if (!flag || !served) return undefined;
  const position = flag.variations.findIndex(({ value }) => jsonEquals(value, served.value));
  const always = { kind: 'variation', variationId: flag.variations[position]?._id ?? '' } as const;
  const nothing = { targets: [], ends: [], rules: [], prerequisites: [], tracksEvents: false, tracksDefault: false };
  const draft = { ...nothing, fallthrough: always, offVariationId: always.variationId };
  return toSdkFlag(flag, { ...draft, isOn: served.isOn }, '', new Map());
}

/** A segment that the context is in, whatever it is. */
function everybody(key: string): SdkSegment {
  const lists = { included: [], excluded: [], includedContexts: [], excludedContexts: [] };
  return { key, version: 1, ...lists, rules: [{ id: key, clauses: [] }], salt: '', generation: 1, deleted: false };
}

function reasonWords(flag: FlagRep, draft: Draft, { reason }: Evaluation): string {
  const nameOf = (id: string) => variationLabel(flag.variations.find(({ _id }) => _id === id) ?? {});
  switch (reason.kind) {
    case 'OFF':
      return 'The flag is off.';
    case 'TARGET_MATCH':
      return 'The context is an individual target.';
    case 'PREREQUISITE_FAILED':
      return `The prerequisite ${reason.prerequisiteKey} does not hold.`;
    case 'FALLTHROUGH':
      return draft.fallthrough.kind === 'rollout'
        ? `No rule is about it; its share by default is one of ${serveWords(draft.fallthrough, nameOf)}.`
        : 'No rule is about it, so the default rule decides.';
    case 'RULE_MATCH': {
      const position = draft.rules.findIndex(({ id }) => id === reason.ruleId);
      const rule = draft.rules[position];
      return `Rule ${position + 1} matches: ${rule ? ruleName(rule) : ''}.`;
    }
    case 'ERROR':
      return 'The flag cannot be evaluated as it is set up.';
    default:
      return reason satisfies never;
  }
}
