import { type Branch, countReferences, type Reference, type ScannedBranch } from '../domain/code-references/branch.ts';
import { NotFound } from '../domain/errors.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import type { CodeBranchesTable } from './tables.ts';

/** A branch with its place. */
export interface StoredBranch extends Branch {
  readonly id: string;
  readonly repositoryId: string;
}

const COLUMNS = ['id', 'repository_id', 'name', 'document'] as const;

/** The branches of a repository, or of all, by name. */
export async function listBranches(db: Db, repositoryId?: string): Promise<readonly StoredBranch[]> {
  const query = db.selectFrom('code_branches').select(COLUMNS).orderBy('name');
  const ofOne = repositoryId === undefined ? query : query.where('repository_id', '=', repositoryId);
  return (await ofOne.execute()).map(toBranch);
}

export async function findBranch(db: Db, repositoryId: string, name: string): Promise<StoredBranch | undefined> {
  const row = await db
    .selectFrom('code_branches')
    .select(COLUMNS)
    .where('repository_id', '=', repositoryId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && toBranch(row);
}

/** @throws NotFound */
export async function getBranch(db: Db, repositoryId: string, name: string): Promise<StoredBranch> {
  const branch = await findBranch(db, repositoryId, name);
  if (!branch) throw new NotFound('branch', name);
  return branch;
}

/** What was found on branches, by their ids. */
export async function findReferences(
  db: Db,
  branchIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Reference[]>> {
  const found = new Map<string, readonly Reference[]>();
  for (const chunk of chunks(branchIds)) {
    const rows = await db.selectFrom('code_branches').select(['id', 'found']).where('id', 'in', chunk).execute();
    for (const row of rows) found.set(row.id, JSON.parse(row.found) as readonly Reference[]);
  }
  return found;
}

/** Stores a branch and what was found on it, in place of what was found before. */
export async function saveBranch(
  tx: Tx,
  place: Pick<StoredBranch, 'id' | 'repositoryId'>,
  { branch, references }: ScannedBranch,
): Promise<void> {
  const { name, ...document } = branch;
  const row = {
    name,
    commit_time: branch.commitTime ?? null,
    document: JSON.stringify(document),
    found: JSON.stringify(references),
  };
  await tx
    .insertInto('code_branches')
    .values({ id: place.id, repository_id: place.repositoryId, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
  await tx.deleteFrom('code_reference_counts').where('branch_id', '=', place.id).execute();
  const counts = countReferences(references).map(({ projectKey, flagKey, hunkCount, fileCount }) => ({
    project_key: projectKey,
    flag_key: flagKey,
    branch_id: place.id,
    hunk_count: hunkCount,
    file_count: fileCount,
  }));
  for (const chunk of chunks(counts)) await tx.insertInto('code_reference_counts').values(chunk).execute();
}

/** Deletes branches with all that is known of them. @returns the names of those that there were */
export async function deleteBranches(
  tx: Tx,
  repositoryId: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const deleted: string[] = [];
  for (const chunk of chunks(names)) {
    const rows = await tx
      .deleteFrom('code_branches')
      .where('repository_id', '=', repositoryId)
      .where('name', 'in', chunk)
      .returning('name')
      .execute();
    deleted.push(...rows.map(({ name }) => name));
  }
  return deleted.toSorted();
}

function toBranch(row: Pick<CodeBranchesTable, (typeof COLUMNS)[number]>): StoredBranch {
  return {
    id: row.id,
    repositoryId: row.repository_id,
    name: row.name,
    ...(JSON.parse(row.document) as Omit<Branch, 'name'>),
  };
}
