import type { Repository } from '../domain/code-references/repository.ts';
import { chunks } from './chunks.ts';
import { toRepository } from './code-repositories.ts';
import type { Db } from './database.ts';

/** How often the default branch of a repository speaks of a flag. */
export interface RepositoryStatistic {
  readonly repository: Repository;
  readonly hunkCount: number;
  readonly fileCount: number;
  /** When the revision that was scanned was made, Unix milliseconds. */
  readonly latestCommitTime: number | undefined;
}

/**
 * How often default branches speak of the flags of a project, by flag and then by the name of the repository.
 * @param flagKeys the flags that matter; all when absent
 */
export async function findStatistics(
  db: Db,
  projectKey: string,
  flagKeys?: readonly string[],
): Promise<ReadonlyMap<string, readonly RepositoryStatistic[]>> {
  const query = db
    .selectFrom('code_reference_counts as counts')
    .innerJoin('code_branches as branches', 'branches.id', 'counts.branch_id')
    .innerJoin('code_repositories', (join) =>
      join
        .onRef('code_repositories.id', '=', 'branches.repository_id')
        .onRef('code_repositories.default_branch', '=', 'branches.name'),
    )
    .selectAll('code_repositories')
    .select(['counts.flag_key', 'counts.hunk_count', 'counts.file_count', 'branches.commit_time'])
    .where('counts.project_key', '=', projectKey)
    .orderBy('counts.flag_key')
    .orderBy('code_repositories.lower_name');
  const rows = flagKeys
    ? (await Promise.all(chunks(flagKeys).map((keys) => query.where('counts.flag_key', 'in', keys).execute()))).flat()
    : await query.execute();
  const byFlag = Map.groupBy(rows, ({ flag_key }) => flag_key);
  return new Map(
    [...byFlag].map(([flagKey, group]) => [
      flagKey,
      group.map(({ hunk_count, file_count, commit_time, ...row }) => ({
        repository: toRepository(row),
        hunkCount: hunk_count,
        fileCount: file_count,
        latestCommitTime: commit_time ?? undefined,
      })),
    ]),
  );
}

/** The keys of the projects that default branches speak of, those that exist. */
export async function listReferencedProjectKeys(db: Db): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('code_reference_counts as counts')
    .innerJoin('code_branches as branches', 'branches.id', 'counts.branch_id')
    .innerJoin('code_repositories as repositories', (join) =>
      join
        .onRef('repositories.id', '=', 'branches.repository_id')
        .onRef('repositories.default_branch', '=', 'branches.name'),
    )
    .innerJoin('projects', 'projects.key', 'counts.project_key')
    .select('projects.key')
    .distinct()
    .execute();
  return rows.map(({ key }) => key).toSorted();
}
