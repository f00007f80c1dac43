import { placesOf } from '../flag/automated.ts';
import type { FlagConfig, Rule, Serve } from '../flag/flag.ts';
import { jsonEquals } from '../json.ts';

/** What of a configuration a release may change: whether it is on, the default rule, and each rule. */
export type PartName = 'on' | 'fallthrough' | `rule ${string}`;

export type PartValue = boolean | Serve | Rule | null;

/** A part before and after a change; null where there was no such rule. */
export interface PartChange {
  readonly part: PartName;
  readonly before: PartValue;
  readonly after: PartValue;
}

/** The part of a configuration as it is. */
export function partOf(config: FlagConfig, part: PartName): PartValue {
  if (part === 'on') return config.on;
  if (part === 'fallthrough') return config.fallthrough;
  return config.rules.find(({ id }) => `rule ${id}` === part) ?? null;
}

/** What differs between two configurations, part by part. */
export function changedParts(before: FlagConfig, after: FlagConfig): readonly PartChange[] {
  const ruleIds = [before, after].flatMap((config) => placesOf(config).flatMap(({ ruleId }) => ruleId ?? []));
  const parts: readonly PartName[] = ['on', 'fallthrough', ...new Set(ruleIds.map((id) => `rule ${id}` as const))];
  return parts
    .map((part) => ({ part, before: partOf(before, part), after: partOf(after, part) }))
    .filter((change) => !jsonEquals(change.before, change.after));
}
