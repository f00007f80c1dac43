import type { Flag } from '../domain/flag/flag.ts';
import type { Mentions } from '../domain/flag/mentions.ts';
import type { Surroundings } from '../domain/flag/surroundings.ts';
import { findMembers, findTeams } from '../store/account.ts';
import type { Tx } from '../store/database.ts';
import { findFlags, lockFlags } from '../store/flags.ts';

/**
 * Loads what a change of a flag speaks of: flags with all that they need in turn, members, teams. The flags are held
 * until the transaction ends, so that nobody deletes, archives or ties them into a cycle meanwhile.
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
  for (let wanted = [...flagKeys]; wanted.length > 0; ) {
    const keys = wanted.filter((key) => key !== ownKey && !flags.has(key)).toSorted();
    await lockFlags(tx, projectId, keys);
    const found = await findFlags(tx, projectId, keys);
    for (const [key, flag] of found) flags.set(key, flag);
    wanted = [...found.values()].flatMap(prerequisiteKeys).filter((key) => key !== ownKey && !flags.has(key));
  }
  return flags;
}

/** The flags that a flag needs, in any environment. */
export function prerequisiteKeys(flag: Flag): readonly string[] {
  const all = Object.values(flag.environments).flatMap(({ prerequisites }) => prerequisites);
  return [...new Set(all.map(({ flagKey }) => flagKey))];
}
