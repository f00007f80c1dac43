import { type Json, jsonEquals } from '../../../domain/json.ts';
import type { SegmentRep } from '../../../wire/rest/segment.ts';
import { type AnyRule, type Change, type RuleEffect, ruleChanges, ruleName } from '../../targeting/rule-changes.ts';

export interface KeyList {
  readonly contextKind: string;
  readonly values: readonly string[];
}

export interface SegmentRule extends AnyRule {
  /** Of those who fulfil the conditions, in percent; everybody when undefined. */
  readonly percent: number | undefined;
  readonly contextKind: string;
  /** The key when undefined. */
  readonly bucketBy: string | undefined;
}

/** Who belongs to a segment, as somebody is about to change it. */
export interface SegmentDraft {
  readonly included: readonly KeyList[];
  readonly excluded: readonly KeyList[];
  readonly rules: readonly SegmentRule[];
}

export function toSegmentDraft(segment: SegmentRep): SegmentDraft {
  const lists = (users: readonly string[], others: readonly KeyList[]) => [
    { contextKind: 'user', values: users },
    ...others,
  ];
  return {
    included: lists(segment.included, segment.includedContexts),
    excluded: lists(segment.excluded, segment.excludedContexts),
    rules: segment.rules.map((rule) => ({
      id: rule._id,
      isNew: false,
      description: rule.description ?? '',
      clauses: rule.clauses.map(({ _id, values, ...clause }) => ({ ...clause, id: _id, values: values as Json[] })),
      percent: rule.weight === undefined ? undefined : rule.weight / 1000,
      contextKind: rule.rolloutContextKind ?? 'user',
      bucketBy: rule.bucketBy,
    })),
  };
}

/** All steps from one draft to the other, in an order in which the service can take them. */
export function segmentChanges(before: SegmentDraft, after: SegmentDraft): readonly Change[] {
  return [
    ...keyChanges('remove', 'Included', after.included, before.included),
    ...keyChanges('remove', 'Excluded', after.excluded, before.excluded),
    ...keyChanges('add', 'Included', before.included, after.included),
    ...keyChanges('add', 'Excluded', before.excluded, after.excluded),
    ...ruleChanges(before.rules, after.rules, MEMBERSHIP),
  ];
}

/** @returns what is in `to` and not in `from`, as instructions to add or remove it */
function keyChanges(
  verb: 'add' | 'remove',
  list: 'Included' | 'Excluded',
  from: readonly KeyList[],
  to: readonly KeyList[],
): readonly Change[] {
  return to.flatMap(({ contextKind, values }) => {
    const known = from.find((one) => one.contextKind === contextKind)?.values ?? [];
    const different = values.filter((value) => !known.includes(value));
    if (different.length === 0) return [];
    const sentence = verb === 'add' ? list.slice(0, -1) : `No longer ${list.slice(0, -1).toLowerCase()}`;
    return [
      {
        instruction: { kind: `${verb}${list}Targets`, contextKind, values: different },
        words: `${sentence} ${contextKind} ${different.join(', ')}`,
      },
    ];
  });
}

const MEMBERSHIP: RuleEffect<SegmentRule> = {
  fields: shareFields,
  words: shareWords,
  change: (before, after) => {
    const [old, wanted] = [before, after].map(({ percent, contextKind, bucketBy }) => ({
      percent,
      contextKind,
      bucketBy,
    }));
    if (jsonEquals(old, wanted)) return [];
    return [
      {
        instruction: { kind: 'updateRuleRolloutAndContextKind', ruleId: after.id, ...shareFields(after) },
        words: `In the rule "${ruleName(before)}", ${shareWords(after)}`,
      },
    ];
  },
};

function shareFields({ percent, contextKind, bucketBy }: SegmentRule): Readonly<Record<string, unknown>> {
  if (percent === undefined) return {};
  const weight = Math.round(percent * 1000);
  return { weight, rolloutContextKind: contextKind, ...(bucketBy !== undefined && { bucketBy }) };
}

function shareWords({ percent }: SegmentRule): string {
  return percent === undefined ? 'include all of them' : `include ${percent}% of them`;
}
