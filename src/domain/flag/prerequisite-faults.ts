import { jsonEquals, show } from '../json.ts';
import type { Flag, Prerequisite } from './flag.ts';
import type { Surroundings } from './surroundings.ts';

const MAX_PREREQUISITES = 100;
const MAX_DEPTH = 50;

/**
 * What is wrong with the prerequisites of a flag in an environment, or nothing: a flag, variation or archived flag
 * that cannot be needed, one named twice, too many, or a cycle, which is told in full (docs/wire/flags.md,
 * "Prerequisites"). Prerequisites that stand as they stood are not looked at again.
 * @param before the state before; undefined for a new flag
 */
export function findPrerequisiteFault(
  flag: Flag,
  environmentKey: string,
  { flags }: Surroundings,
  before: Flag | undefined,
): string | undefined {
  const prerequisites = flag.environments[environmentKey]?.prerequisites ?? [];
  if (
    before?.archivedAt === flag.archivedAt &&
    jsonEquals(before?.environments[environmentKey]?.prerequisites, prerequisites)
  ) {
    return undefined;
  }
  if (prerequisites.length > MAX_PREREQUISITES) {
    return `prerequisites: expected at most ${MAX_PREREQUISITES}, got ${prerequisites.length}`;
  }
  const keys = prerequisites.map(({ flagKey }) => flagKey);
  for (const [index, prerequisite] of prerequisites.entries()) {
    const at = `prerequisites[${index}]`;
    if (keys.indexOf(prerequisite.flagKey) < index) return `${at}.key: ${show(prerequisite.flagKey)} is named twice`;
    const fault = findFaultOfOne(prerequisite, flags);
    if (fault) return `${at}.${fault}`;
  }
  return findCycle(flag.key, keys, environmentKey, flags);
}

function findFaultOfOne({ flagKey, variationId }: Prerequisite, flags: Surroundings['flags']): string | undefined {
  const other = flags.get(flagKey);
  if (!other) return `key: ${show(flagKey)} is not another flag of this project; expected the key of one`;
  if (other.archivedAt !== undefined) return `key: ${show(flagKey)} is archived; expected the key of a live flag`;
  if (other.variations.some(({ id }) => id === variationId)) return undefined;
  return `variation: ${show(variationId)} is not a variation of ${flagKey}`;
}

/** Follows the prerequisites in depth; each flag once, so that wide graphs cost no more than their size. */
function findCycle(
  root: string,
  keys: readonly string[],
  environmentKey: string,
  flags: Surroundings['flags'],
): string | undefined {
  const done = new Set<string>();
  const visit = (key: string, path: readonly string[]): string | undefined => {
    const trail = [...path, key];
    if (key === root) return `prerequisites: expected no cycle, got ${trail.join(' → ')}`;
    if (trail.length > MAX_DEPTH + 1) return `prerequisites: expected a depth of at most ${MAX_DEPTH} flags`;
    if (done.has(key)) return undefined;
    done.add(key);
    return findIn(
      flags.get(key)?.environments[environmentKey]?.prerequisites.map(({ flagKey }) => flagKey),
      trail,
    );
  };
  const findIn = (next: readonly string[] | undefined, trail: readonly string[]): string | undefined => {
    for (const key of next ?? []) {
      const fault = visit(key, trail);
      if (fault) return fault;
    }
    return undefined;
  };
  return findIn(keys, [root]);
}
