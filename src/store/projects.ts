import { Conflict, NotFound, StaleVersion } from '../domain/errors.ts';
import type { Project, ProjectSettings } from '../domain/project.ts';
import type { Db, Tx } from './database.ts';
import type { ProjectsTable } from './tables.ts';

type ProjectDocument = Omit<ProjectSettings, 'name'>;

/** @throws NotFound */
export async function getProject(db: Db, projectKey: string): Promise<Project> {
  const row = await db.selectFrom('projects').selectAll().where('key', '=', projectKey).executeTakeFirst();
  if (!row) throw new NotFound('project', projectKey);
  return toProject(row);
}

export async function findProjectById(db: Db, projectId: string): Promise<Project | undefined> {
  const row = await db.selectFrom('projects').selectAll().where('id', '=', projectId).executeTakeFirst();
  return row && toProject(row);
}

/** All projects, oldest first. */
export async function listProjects(db: Db): Promise<readonly Project[]> {
  const rows = await db.selectFrom('projects').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map(toProject);
}

/**
 * A project that the transaction holds until it ends, for changes that build on its settings, or on all its environments
 * or flags, and must not miss one that is being made. An update to the same value locks on both engines.
 * @throws NotFound
 */
export async function getProjectForUpdate(tx: Tx, projectKey: string): Promise<Project> {
  await tx
    .updateTable('projects')
    .set((set) => ({ id: set.ref('id') }))
    .where('key', '=', projectKey)
    .execute();
  return getProject(tx, projectKey);
}

export async function countProjects(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('projects')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** @throws Conflict when the key is taken */
export async function insertProject(tx: Tx, project: Project): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('projects')
    .values(toRow(project))
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst();
  if (Number(numInsertedOrUpdatedRows) === 0) throw new Conflict(`A project with key '${project.key}' already exists`);
}

/** Stores a project over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveProject(tx: Tx, project: Project): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('projects')
    .set(toRow(project))
    .where('id', '=', project.id)
    .where('version', '=', project.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
}

/** Deletes a project and everything in it. */
export async function deleteProject(tx: Tx, projectId: string): Promise<void> {
  await tx.deleteFrom('projects').where('id', '=', projectId).execute();
}

function toRow(project: Project): ProjectsTable {
  const { id, key, name, version, createdAt, ...document } = project;
  return {
    id,
    key,
    name,
    version,
    created_at: createdAt,
    document: JSON.stringify(document satisfies ProjectDocument),
  };
}

function toProject(row: ProjectsTable): Project {
  const document = JSON.parse(row.document) as ProjectDocument;
  return { id: row.id, key: row.key, name: row.name, version: row.version, createdAt: row.created_at, ...document };
}
