import type { Repository } from '../domain/code-references/repository.ts';
import { Conflict, NotFound, StaleVersion } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import type { CodeRepositoriesTable } from './tables.ts';

/** All repositories of code, by name. */
export async function listRepositories(db: Db): Promise<readonly Repository[]> {
  const rows = await db.selectFrom('code_repositories').selectAll().orderBy('lower_name').execute();
  return rows.map(toRepository);
}

/** @param name in any case. @throws NotFound */
export async function getRepository(db: Db, name: string): Promise<Repository> {
  const row = await db
    .selectFrom('code_repositories')
    .selectAll()
    .where('lower_name', '=', name.toLowerCase())
    .executeTakeFirst();
  if (!row) throw new NotFound('repository', name);
  return toRepository(row);
}

/** A repository that the transaction holds until it ends, with its branches. @throws NotFound */
export async function getRepositoryForUpdate(tx: Tx, name: string): Promise<Repository> {
  await tx
    .updateTable('code_repositories')
    .set((set) => ({ id: set.ref('id') }))
    .where('lower_name', '=', name.toLowerCase())
    .execute();
  return getRepository(tx, name);
}

/** @throws Conflict when another repository than `id` has the name */
export async function requireFreeName(tx: Tx, name: string, id: string): Promise<void> {
  const other = await tx
    .selectFrom('code_repositories')
    .select('id')
    .where('lower_name', '=', name.toLowerCase())
    .where('id', '!=', id)
    .executeTakeFirst();
  if (other) throw new Conflict(`A repository with name '${name}' already exists`);
}

export async function insertRepository(tx: Tx, repository: Repository): Promise<void> {
  await tx.insertInto('code_repositories').values(toRow(repository)).execute();
}

/** Stores a repository over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveRepository(tx: Tx, repository: Repository): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('code_repositories')
    .set(toRow(repository))
    .where('id', '=', repository.id)
    .where('version', '=', repository.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

/** Deletes a repository with its branches and all that is known of them. */
export async function deleteRepository(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('code_repositories').where('id', '=', id).execute();
}

function toRow({ id, defaultBranch, enabled, version, createdAt, ...document }: Repository): CodeRepositoriesTable {
  return {
    id,
    lower_name: document.name.toLowerCase(),
    default_branch: defaultBranch,
    is_enabled: enabled ? 1 : 0,
    version,
    created_at: createdAt,
    document: JSON.stringify(document),
  };
}

export function toRepository(row: CodeRepositoriesTable): Repository {
  return {
    id: row.id,
    defaultBranch: row.default_branch,
    enabled: row.is_enabled === 1,
    version: row.version,
    createdAt: row.created_at,
    ...(JSON.parse(row.document) as Omit<Repository, 'id' | 'defaultBranch' | 'enabled' | 'version' | 'createdAt'>),
  };
}
