import type { Extinction } from '../domain/code-references/extinction.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';

/** Which extinctions to list; what is absent does not matter. */
export interface ExtinctionFilter {
  /** In any case. */
  readonly repositoryName?: string | undefined;
  /** Of default branches when absent. */
  readonly branchName?: string | undefined;
  readonly projectKey?: string | undefined;
  readonly flagKey?: string | undefined;
  /** Unix milliseconds, both included. */
  readonly times?: { readonly from: number; readonly to: number } | undefined;
}

/** The extinctions that a filter keeps, the latest first. */
export async function listExtinctions(db: Db, filter: ExtinctionFilter): Promise<readonly Extinction[]> {
  const { repositoryName, branchName, projectKey, flagKey, times } = filter;
  let query = db
    .selectFrom('code_extinctions as extinctions')
    .innerJoin('code_branches as branches', 'branches.id', 'extinctions.branch_id')
    .innerJoin('code_repositories as repositories', 'repositories.id', 'branches.repository_id')
    .select([
      'extinctions.revision',
      'extinctions.message',
      'extinctions.time',
      'extinctions.flag_key',
      'extinctions.project_key',
    ])
    .orderBy('extinctions.time', 'desc')
    .orderBy('repositories.lower_name')
    .orderBy('extinctions.revision');
  query =
    branchName === undefined
      ? query.whereRef('branches.name', '=', 'repositories.default_branch')
      : query.where('branches.name', '=', branchName);
  if (repositoryName !== undefined) {
    query = query.where('repositories.lower_name', '=', repositoryName.toLowerCase());
  }
  if (projectKey !== undefined) query = query.where('extinctions.project_key', '=', projectKey);
  if (flagKey !== undefined) query = query.where('extinctions.flag_key', '=', flagKey);
  if (times) query = query.where('extinctions.time', '>=', times.from).where('extinctions.time', '<=', times.to);
  return (await query.execute()).map(({ flag_key, project_key, ...rest }) => {
    return { ...rest, flagKey: flag_key, projKey: project_key };
  });
}

/** Stores extinctions; one that is known already is overwritten. */
export async function saveExtinctions(tx: Tx, branchId: string, extinctions: readonly Extinction[]): Promise<void> {
  const rows = extinctions.map(({ flagKey, projKey, ...rest }) => {
    return { ...rest, branch_id: branchId, flag_key: flagKey, project_key: projKey };
  });
  for (const chunk of chunks(rows)) {
    await tx
      .insertInto('code_extinctions')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(['branch_id', 'project_key', 'flag_key', 'revision'])
          .doUpdateSet((set) => ({ message: set.ref('excluded.message'), time: set.ref('excluded.time') })),
      )
      .execute();
  }
}
