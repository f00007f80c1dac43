import type { Environment } from '../domain/environment.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { prerequisiteKeys } from '../operations/surroundings.ts';
import { findMembers, findTeams } from '../store/account.ts';
import type { Db } from '../store/database.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findFlags } from '../store/flags.ts';
import type { FlagRep } from '../wire/rest/flag.ts';
import { pickEnvironments } from './flag-query.ts';
import { type FlagView, toFlagRep } from './representations/flag.ts';

/** What the representations of flags show of what lies around them: maintainers and prerequisites. */
export async function loadNeighbours(
  db: Db,
  projectId: string,
  flags: readonly Flag[],
): Promise<Pick<FlagView, 'members' | 'teams' | 'prerequisites'>> {
  return {
    members: await findMembers(
      db,
      flags.flatMap(({ maintainerId }) => maintainerId ?? []),
    ),
    teams: await findTeams(
      db,
      flags.flatMap(({ maintainerTeamKey }) => maintainerTeamKey ?? []),
    ),
    prerequisites: await findFlags(db, projectId, [...new Set(flags.flatMap(prerequisiteKeys))]),
  };
}

/** What of a flag to show. */
export interface WholeFlag {
  readonly projectKey: string;
  /** Keys of environments, repeated or as a comma list; all when absent. */
  readonly env?: string | readonly string[] | undefined;
  readonly expand?: ReadonlySet<string>;
  /** Context kinds of recent evaluations; see `FlagView`. */
  readonly evaluatedKinds?: FlagView['evaluatedKinds'];
}

/** A flag with its whole configurations. @throws NotFound for an unknown environment */
export async function toWholeFlagRep(
  db: Db,
  flag: Flag,
  { projectKey, env, expand = new Set(), evaluatedKinds }: WholeFlag,
): Promise<FlagRep> {
  const environments: readonly Environment[] = await listAllEnvironments(db, [flag.projectId]);
  return toFlagRep(flag, {
    projectKey,
    environments: pickEnvironments(environments, env) ?? environments,
    isSummary: false,
    expand,
    evaluatedKinds,
    ...(await loadNeighbours(db, flag.projectId, [flag])),
  });
}
