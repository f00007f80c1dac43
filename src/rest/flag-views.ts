import type { Environment } from '../domain/environment.ts';
import type { Flag } from '../domain/flag/flag.ts';
import { prerequisiteKeys } from '../operations/surroundings.ts';
import type { Deps } from '../operations/write.ts';
import { findMembers } from '../store/members.ts';
import { findTeams } from '../store/teams.ts';
import type { Db } from '../store/database.ts';
import { listAllEnvironments } from '../store/environments.ts';
import { findStatistics, type RepositoryStatistic } from '../store/code-statistics.ts';
import { findEvaluatedKinds } from '../store/evaluations.ts';
import { findFlags } from '../store/flags.ts';
import type { FlagRep } from '../wire/rest/flag.ts';
import { EVALUATED_KINDS_MS } from './flag-filter.ts';
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

/** Context kinds that flags were evaluated for within 30 days before `now`, Unix milliseconds; see `FlagView`. */
export function loadEvaluatedKinds(
  db: Db,
  flags: readonly Flag[],
  environments: readonly Environment[],
  now: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = environments.map(({ id }) => id);
  const keys = flags.map(({ key }) => key);
  return findEvaluatedKinds(db, ids, keys, now - EVALUATED_KINDS_MS);
}

/** How often code speaks of flags; see `FlagView`. */
export function loadCodeReferences(
  db: Db,
  projectKey: string,
  flags: readonly Flag[],
): Promise<ReadonlyMap<string, readonly RepositoryStatistic[]>> {
  return findStatistics(
    db,
    projectKey,
    flags.map(({ key }) => key),
  );
}

/** What of a flag to show. */
export interface WholeFlag {
  readonly projectKey: string;
  /** Keys of environments, repeated or as a comma list; all when absent. */
  readonly env?: string | readonly string[] | undefined;
  readonly expand?: ReadonlySet<string>;
}

/** A flag with its whole configurations. @throws NotFound for an unknown environment */
export async function toWholeFlagRep(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  flag: Flag,
  { projectKey, env, expand = new Set() }: WholeFlag,
): Promise<FlagRep> {
  const { db } = database;
  const all = await listAllEnvironments(db, [flag.projectId]);
  const environments = pickEnvironments(all, env) ?? all;
  return toFlagRep(flag, {
    projectKey,
    environments,
    isSummary: false,
    expand,
    evaluatedKinds: expand.has('evaluation')
      ? await loadEvaluatedKinds(db, [flag], environments, clock.now())
      : undefined,
    codeReferences: expand.has('codeReferences') ? await loadCodeReferences(db, projectKey, [flag]) : undefined,
    ...(await loadNeighbours(db, flag.projectId, [flag])),
  });
}
