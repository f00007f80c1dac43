import { Conflict } from '../domain/errors.ts';
import type { Step } from '../domain/flag/apply-instructions.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { hasMovedPositions } from '../domain/flag/settle-versions.ts';
import type { Tx } from '../store/database.ts';
import { findDependents, findFlags, saveFlag } from '../store/flags.ts';
import { deliverFlag } from './deliver-flag.ts';
import { prerequisiteKeys } from './surroundings.ts';
import type { Write } from './write.ts';

/**
 * Checks that no live flag needs what a change takes away: the flag itself when it is archived, or variations that are
 * removed. Archived flags do not count; they lose the prerequisite.
 * @returns the flags that have the changed one among their prerequisites, if the change is of interest to them
 * @throws Conflict naming the flags
 */
export async function requireFreeOfDependents(tx: Tx, before: Flag, after: Flag): Promise<readonly Flag[]> {
  const isArchivedNow = before.archivedAt === undefined && after.archivedAt !== undefined;
  const removed = removedVariationIds(before, after);
  if (!isArchivedNow && removed.size === 0 && !hasMovedPositions(before, after)) return [];
  const dependents = await findDependents(tx, before.projectId, before.key);
  const live = dependents.filter(isLive);
  requireNone(isArchivedNow ? live : live.filter((flag) => prerequisiteRemovals(flag, before.key, removed).length > 0));
  return dependents;
}

/** Checks that no live flag needs a flag that is to be deleted. @throws Conflict naming the flags */
export async function requireNoDependents(tx: Tx, flag: Flag): Promise<readonly Flag[]> {
  const dependents = await findDependents(tx, flag.projectId, flag.key);
  requireNone(dependents.filter(isLive));
  return dependents;
}

/** The steps that take a prerequisite on one of those variations out of a flag, in all environments. */
export function prerequisiteRemovals(flag: Flag, flagKey: string, variationIds: ReadonlySet<string>): readonly Step[] {
  return Object.entries(flag.environments)
    .filter(([, { prerequisites }]) =>
      prerequisites.some((needed) => needed.flagKey === flagKey && variationIds.has(needed.variationId)),
    )
    .map(([environmentKey]) => ({
      instruction: { kind: 'removePrerequisite', key: flagKey },
      environmentKey,
      at: `environments.${environmentKey}.`,
      isDerived: true,
    }));
}

/** Hands a flag to SDKs anew whose prerequisite has its variations at other positions now. */
export async function deliverDependent(write: Write, flag: Flag, flagKey: string): Promise<void> {
  const environments = Object.entries(flag.environments).map(([key, config]) => {
    const isConcerned = config.prerequisites.some((needed) => needed.flagKey === flagKey);
    return [key, isConcerned ? { ...config, version: config.version + 1 } : config] as const;
  });
  const after = { ...flag, environments: Object.fromEntries(environments) };
  await saveFlag(write.tx, flag, after);
  deliverFlag(write, flag, after, await findFlags(write.tx, flag.projectId, prerequisiteKeys(flag)));
}

/** The variations that a change takes away. */
export function removedVariationIds(before: Flag, after: Flag): ReadonlySet<string> {
  const kept = new Set(after.variations.map(({ id }) => id));
  return new Set(before.variations.map(({ id }) => id).filter((id) => !kept.has(id)));
}

const isLive = (flag: Flag) => flag.archivedAt === undefined;

function requireNone(dependents: readonly Flag[]): void {
  if (dependents.length === 0) return;
  const keys = dependents.map(({ key }) => `'${key}'`).join(', ');
  throw new Conflict(`Flag is still in use as a prerequisite of ${keys}; remove the prerequisite there first`);
}
