import type { Difference } from '../flag/instruction.ts';
import { jsonEquals, show } from '../json.ts';
import { keysOf, type Segment, type SegmentRule, type SegmentTarget, type TargetType } from './segment.ts';

/**
 * What differs between two states of a segment, as actions and in words (docs/wire/segments.md, "Actions needed"): like
 * flags, it looks at the states, however the change was written.
 */
export function segmentDifferences(before: Segment, after: Segment): readonly Difference[] {
  return [
    ...textDifference('name', 'updateName', before.name, after.name),
    ...textDifference('description', 'updateDescription', before.description, after.description),
    ...tagDifferences(before, after),
    ...targetDifferences('included', 'updateIncluded', before, after),
    ...targetDifferences('excluded', 'updateExcluded', before, after),
    ...ruleDifferences(before.rules, after.rules),
    ...saltDifference(before, after),
    ...dateDifferences(before, after),
  ];
}

/** Whether a difference is about who belongs to the segment, and not about what it is called. */
export function isAboutTargeting({ action }: Difference): boolean {
  return ['updateIncluded', 'updateExcluded', 'updateRules', 'updateExpiringTargets'].includes(action);
}

function textDifference(what: string, action: string, before: string, after: string): readonly Difference[] {
  if (before === after) return [];
  const words = `Changed the ${what} from ${show(before)} to ${show(after)}`;
  return [{ action, words, titleVerb: `changed the ${what} of the segment` }];
}

function tagDifferences(before: Segment, after: Segment): readonly Difference[] {
  if (jsonEquals(before.tags, after.tags)) return [];
  const [added, removed] = [without(after.tags, before.tags), without(before.tags, after.tags)];
  const words = [
    added.length > 0 ? `Added the tags ${added.join(', ')}` : '',
    removed.length > 0 ? `Removed the tags ${removed.join(', ')}` : '',
  ].filter((part) => part !== '');
  return [
    {
      action: 'updateTags',
      words: words.join('; ') || 'Changed the order of the tags',
      titleVerb: 'changed the tags of the segment',
    },
  ];
}

function targetDifferences(list: TargetType, action: string, before: Segment, after: Segment): readonly Difference[] {
  const kinds = new Set([...before[list], ...after[list]].map(({ contextKind }) => contextKind));
  return [...kinds].flatMap((contextKind) => {
    const [old, next] = [keysOf(before[list], contextKind), keysOf(after[list], contextKind)];
    const changes = [
      keyWords('Added', list, contextKind, without(next, old)),
      keyWords('Removed', list, contextKind, without(old, next)),
    ].filter((words) => words !== undefined);
    const words =
      changes.length === 0 && !jsonEquals(old, next) ? [`Changed the order of the ${list} targets`] : changes;
    return words.map((one) => ({ action, words: one, titleVerb: `changed the ${list} targets of the segment` }));
  });
}

const MAX_SHOWN = 5;

function keyWords(verb: string, list: TargetType, contextKind: string, keys: readonly string[]): string | undefined {
  if (keys.length === 0) return undefined;
  const shown = keys.slice(0, MAX_SHOWN).map(show).join(', ');
  const rest = keys.length > MAX_SHOWN ? ` and ${keys.length - MAX_SHOWN} more` : '';
  return `${verb} ${list} ${contextKind} targets ${shown}${rest}`;
}

function without(list: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return list.filter((one) => !known.has(one));
}

function ruleDifferences(before: readonly SegmentRule[], after: readonly SegmentRule[]): readonly Difference[] {
  const [old, kept] = [byId(before), byId(after)];
  const ids = (rules: readonly SegmentRule[], others: ReadonlyMap<string, SegmentRule>) =>
    rules.map(({ id }) => id).filter((id) => others.has(id));
  const words = [
    ...after.filter(({ id }) => !old.has(id)).map((rule) => `Added ${ruleName(rule)}`),
    ...before.filter(({ id }) => !kept.has(id)).map((rule) => `Removed ${ruleName(rule)}`),
    ...after.filter((rule) => isChanged(old.get(rule.id), rule)).map((rule) => `Changed ${ruleName(rule)}`),
    ...(jsonEquals(ids(before, kept), ids(after, old)) ? [] : ['Changed the order of the rules']),
  ];
  return words.map((one) => ({ action: 'updateRules', words: one, titleVerb: 'changed the rules of the segment' }));
}

function saltDifference(before: Segment, after: Segment): readonly Difference[] {
  if (before.salt === after.salt) return [];
  const words = 'Changed the salt, so that shares of rules are dealt anew';
  return [{ action: 'updateRules', words, titleVerb: 'changed the salt of the segment' }];
}

const byId = (rules: readonly SegmentRule[]) => new Map(rules.map((rule) => [rule.id, rule]));
const isChanged = (before: SegmentRule | undefined, after: SegmentRule) =>
  before !== undefined && !jsonEquals(before, after);
const ruleName = ({ id, description }: SegmentRule) =>
  description === undefined ? `rule ${id}` : `the rule "${description}"`;

function dateDifferences(before: Segment, after: Segment): readonly Difference[] {
  const old = new Map(before.expiringTargets.map((target) => [target.id, target]));
  const kept = new Set(after.expiringTargets.map(({ id }) => id));
  const nameOf = ({ contextKind, contextKey, targetType }: Segment['expiringTargets'][number]) =>
    `${targetType} ${contextKind} ${show(contextKey)}`;
  const words = [
    ...after.expiringTargets
      .filter(({ id, expirationDate }) => old.get(id)?.expirationDate !== expirationDate)
      .map((target) => `Set the end of ${nameOf(target)} to ${new Date(target.expirationDate).toISOString()}`),
    ...before.expiringTargets
      .filter((target) => !kept.has(target.id) && isStillThere(after, target))
      .map((target) => `Removed the end of ${nameOf(target)}`),
  ];
  return words.map((one) => ({
    action: 'updateExpiringTargets',
    words: one,
    titleVerb: 'changed ends of targets of the segment',
  }));
}

const isStillThere = (segment: Segment, { targetType, contextKind, contextKey }: Segment['expiringTargets'][number]) =>
  keysOf(segment[targetType] satisfies readonly SegmentTarget[], contextKind).includes(contextKey);
