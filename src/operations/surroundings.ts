import type { Flag } from '../domain/flag/flag.ts';
import type { Mentions } from '../domain/flag/mentions.ts';
import { NO_SURROUNDINGS, type Surroundings } from '../domain/flag/surroundings.ts';
import { inOrder } from '../domain/release/release-policy.ts';
import type { Tx } from '../store/database.ts';
import { findFlags } from '../store/flags.ts';
import { findMembers } from '../store/members.ts';
import { findTeams } from '../store/teams.ts';
import { metricGroups, metrics } from './grouped-metrics.ts';
import { releasePolicies } from './release-policies.ts';

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
    ...(mentions.startsRollout ? await loadReleaseRules(tx, projectId) : NO_RELEASE_RULES),
  };
}

type ReleaseRules = Pick<Surroundings, 'metrics' | 'metricGroups' | 'releasePolicies'>;

const NO_RELEASE_RULES: ReleaseRules = {
  metrics: NO_SURROUNDINGS.metrics,
  metricGroups: NO_SURROUNDINGS.metricGroups,
  releasePolicies: NO_SURROUNDINGS.releasePolicies,
};

/** Metrics, their groups and release policies of a project: what the start of an automated rollout is read with. */
async function loadReleaseRules(tx: Tx, projectId: string): Promise<ReleaseRules> {
  const live = (await metrics.list(tx, { projectId })).filter(({ archived }) => !archived);
  const groups = await metricGroups.list(tx, { projectId });
  return {
    metrics: new Map(live.map(({ key, randomizationUnits }) => [key, randomizationUnits])),
    metricGroups: new Map(groups.map(({ key, metrics }) => [key, metrics.map((metric) => metric.key)])),
    releasePolicies: inOrder(await releasePolicies.list(tx, { projectId })),
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
