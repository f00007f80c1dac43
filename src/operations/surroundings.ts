import type { Flag } from '../domain/flag/flag.ts';
import type { Mentions } from '../domain/flag/mentions.ts';
import type { Surroundings } from '../domain/flag/surroundings.ts';
import type { Tx } from '../store/database.ts';
import { findFlags } from '../store/flags.ts';
import { findMembers } from '../store/members.ts';
import { findTeams } from '../store/teams.ts';

/** Well below what one statement can carry. */
const MAX_KEYS_AT_ONCE = 1_000;

/**
 * Loads what a change of a flag speaks of: flags with all that they need in turn, members, teams. Whoever changes
 * what flags build on holds the project (`concernsOthers`), so that nobody deletes, archives or ties these into a cycle
 * meanwhile. Others need no more than positions of variations: who moves these delivers dependent flags once more.
 */
export async function loadSurroundings(
  tx: Tx,
  { projectId, key }: Pick<Flag, 'projectId' | 'key'>,
  mentions: Mentions,
): Promise<Surroundings> {
  const [members, teams] = [
    await findMembers(tx, [...mentions.memberIds]),
    await findTeams(tx, [...mentions.teamKeys]),
  ];
  return {
    flags: await loadFlags(tx, projectId, key, mentions.flagKeys),
    memberIds: new Set(members.keys()),
    teamKeys: new Set(teams.keys()),
  };
}

async function loadFlags(
  tx: Tx,
  projectId: string,
  ownKey: string,
  flagKeys: ReadonlySet<string>,
): Promise<Surroundings['flags']> {
  const flags = new Map<string, Flag>();
  const looked = new Set([ownKey]);
  for (let wanted = [...flagKeys]; wanted.length > 0; ) {
    const keys = wanted
      .filter((key) => !looked.has(key))
      .slice(0, MAX_KEYS_AT_ONCE)
      .toSorted();
    for (const key of keys) looked.add(key);
    const found = await findFlags(tx, projectId, keys);
    for (const [key, flag] of found) flags.set(key, flag);
    wanted = [...wanted, ...[...found.values()].flatMap(prerequisiteKeys)].filter((key) => !looked.has(key));
  }
  return flags;
}

/** The flags that a flag needs, in any environment. */
export function prerequisiteKeys(flag: Flag): readonly string[] {
  const all = Object.values(flag.environments).flatMap(({ prerequisites }) => prerequisites);
  return [...new Set(all.map(({ flagKey }) => flagKey))];
}
