import type { Segment, SegmentTarget, TargetType } from './segment.ts';

/** Adds keys of a kind to a list; each is there once, in order of first appearance. */
export function addKeys(
  targets: readonly SegmentTarget[],
  contextKind: string,
  keys: readonly string[],
): readonly SegmentTarget[] {
  if (keys.length === 0) return targets;
  const present = targets.find((target) => target.contextKind === contextKind);
  const known = new Set(present?.values);
  const added = [...new Set(keys)].filter((key) => !known.has(key));
  if (present && added.length === 0) return targets;
  if (!present) return [...targets, { contextKind, values: added }];
  return targets.map((target) => (target === present ? { ...target, values: [...target.values, ...added] } : target));
}

/** Takes keys of a kind out of a list; no kind stays without keys. */
export function removeKeys(
  targets: readonly SegmentTarget[],
  contextKind: string,
  keys: readonly string[],
): readonly SegmentTarget[] {
  const gone = new Set(keys);
  return targets
    .map((target) =>
      target.contextKind === contextKind
        ? { ...target, values: target.values.filter((key) => !gone.has(key)) }
        : target,
    )
    .filter(({ values }) => values.length > 0);
}

/** Brings lists as they came to one list. */
export function joinTargets(targets: readonly SegmentTarget[]): readonly SegmentTarget[] {
  return targets.reduce<readonly SegmentTarget[]>(
    (list, { contextKind, values }) => addKeys(list, contextKind, values),
    [],
  );
}

export interface TargetedKey {
  readonly contextKind: string;
  readonly key: string;
}

/** A key that both lists have, if there is one. */
export function findContradiction({ included, excluded }: Pick<Segment, TargetType>): TargetedKey | undefined {
  for (const { contextKind, values } of excluded) {
    const others = new Set(included.find((target) => target.contextKind === contextKind)?.values);
    const key = values.find((value) => others.has(value));
    if (key !== undefined) return { contextKind, key };
  }
  return undefined;
}

export function countKeys({ included, excluded }: Pick<Segment, TargetType>): number {
  return [...included, ...excluded].reduce((count, { values }) => count + values.length, 0);
}
