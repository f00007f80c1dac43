import type { Target } from './flag.ts';

/*
 * Lists of individual targets: one entry for each kind and variation, in order of first appearance, none without
 * values (docs/wire/flags.md, "Targets").
 */

const isSamePair = (left: Target, right: Target) =>
  left.contextKind === right.contextKind && left.variationId === right.variationId;

/** Adds keys to the entry of their kind and variation. */
export function addTarget(targets: readonly Target[], added: Target): readonly Target[] {
  if (added.values.length === 0) return targets;
  if (!targets.some((target) => isSamePair(target, added))) {
    return [...targets, { ...added, values: [...new Set(added.values)] }];
  }
  return targets.map((target) =>
    isSamePair(target, added) ? { ...target, values: [...target.values, ...newcomers(target, added)] } : target,
  );
}

/** Keys of the one that the other does not have; quick where few are added to many. */
function newcomers(target: Target, added: Target): ReadonlySet<string> {
  const keys = new Set(added.values);
  for (const value of target.values) keys.delete(value);
  return keys;
}

/** Takes keys out of the entry of their kind and variation. */
export function removeTarget(targets: readonly Target[], removed: Target): readonly Target[] {
  const gone = new Set(removed.values);
  return targets
    .map((target) =>
      isSamePair(target, removed) ? { ...target, values: target.values.filter((value) => !gone.has(value)) } : target,
    )
    .filter((target) => target.values.length > 0);
}

/** Brings entries as they came to the form of a list. */
export function normalizeTargets(targets: readonly Target[]): readonly Target[] {
  return targets.reduce<readonly Target[]>(addTarget, []);
}

/**
 * Puts user targets and those of other kinds, which the wire keeps in two lists, into one: each list in its own order,
 * one between the other as they stood in `before`, newcomers last.
 */
export function arrangeTargets(
  before: readonly Target[],
  userTargets: readonly Target[],
  otherTargets: readonly Target[],
): readonly Target[] {
  const place = (target: Target | undefined) => {
    const index = target ? before.findIndex((old) => isSamePair(old, target)) : -1;
    return index < 0 ? before.length : index;
  };
  const [users, others] = [[...userTargets], [...otherTargets]];
  const arranged: Target[] = [];
  while (users.length > 0 && others.length > 0) {
    const isUserFirst = place(users[0]) <= place(others[0]);
    arranged.push(...(isUserFirst ? users : others).splice(0, 1));
  }
  return normalizeTargets([...arranged, ...users, ...others]);
}

/** A key that the list targets to two variations. */
export interface DoubleTarget {
  readonly contextKind: string;
  readonly key: string;
  readonly variationIds: readonly [string, string];
}

/** Finds a key that is to be added and that another variation targets already, or nothing. */
export function findTakenKey(targets: readonly Target[], added: Target): DoubleTarget | undefined {
  const { contextKind, variationId } = added;
  const keys = new Set(added.values);
  for (const target of targets) {
    if (target.contextKind !== contextKind || target.variationId === variationId) continue;
    const key = target.values.find((value) => keys.has(value));
    if (key !== undefined) return { contextKind, key, variationIds: [target.variationId, variationId] };
  }
  return undefined;
}

/** Finds a key that is targeted to two variations, or nothing. */
export function findDoubleTarget(targets: readonly Target[]): DoubleTarget | undefined {
  const seen = new Map<string, string>();
  for (const { contextKind, variationId, values } of targets) {
    for (const key of values) {
      const name = `${contextKind} ${key}`;
      const other = seen.get(name);
      if (other !== undefined && other !== variationId) return { contextKind, key, variationIds: [other, variationId] };
      seen.set(name, variationId);
    }
  }
  return undefined;
}
