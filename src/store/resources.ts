import { Conflict, NotFound, StaleVersion } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import type { ResourcesTable } from './tables.ts';

/** What is kept among the small resources; one store each, by `resourceStore`. */
export type ResourceKind =
  | 'application'
  | 'context-kind'
  | 'flag-link'
  | 'flag-trigger'
  | 'follower'
  | 'measured-rollout'
  | 'metric'
  | 'metric-group'
  | 'relay-proxy-config'
  | 'release-policy'
  | 'role'
  | 'scheduled-change'
  | 'segment-import'
  | 'webhook'
  | 'workflow';

/** What every small resource has beside its document. */
export interface Resource {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly createdAt: number;
}

/** What a resource belongs to and is deleted with, by ids; nothing for the account. */
export interface Place {
  readonly projectId?: string | undefined;
  readonly environmentId?: string | undefined;
  readonly flagId?: string | undefined;
}

/** A resource with where it is. */
export interface Placed<T> {
  readonly place: Place;
  readonly resource: T;
}

/** Reads and writes the resources of a kind. `T` is stored as JSON, so it may hold nothing that JSON does not. */
export interface ResourceStore<T extends Resource> {
  /** All of a place, oldest first. */
  list(db: Db, place: Place): Promise<readonly T[]>;
  /** All that belong to a project, environment or flag, in whatever place inside of it; oldest first. */
  listIn(db: Db, owner: Place): Promise<readonly Placed<T>[]>;
  find(db: Db, place: Place, key: string): Promise<T | undefined>;
  /** @throws NotFound */
  get(db: Db, place: Place, key: string): Promise<T>;
  /** By id, wherever it is. */
  findById(db: Db, id: string): Promise<Placed<T> | undefined>;
  /** @throws Conflict when the key is taken */
  insert(tx: Tx, place: Place, resource: T): Promise<void>;
  /** Stores a resource over its previous version. @throws StaleVersion when somebody else was faster */
  save(tx: Tx, resource: T): Promise<void>;
  delete(tx: Tx, id: string): Promise<void>;
}

/**
 * The store of one kind of small resource.
 * @param label what people call it, for messages
 */
export function resourceStore<T extends Resource>(kind: ResourceKind, label: string): ResourceStore<T> {
  const rows = (db: Db) => db.selectFrom('resources').selectAll().where('kind', '=', kind);
  const oldestFirst = (db: Db) => rows(db).orderBy('created_at').orderBy('id');
  const find = async (db: Db, place: Place, key: string) => {
    const row = await rows(db).where('place', '=', placeText(place)).where('key', '=', key).executeTakeFirst();
    return row && (toResource(row) as T);
  };
  return {
    find,
    list: async (db, place) =>
      (await oldestFirst(db).where('place', '=', placeText(place)).execute()).map((row) => toResource(row) as T),
    listIn: async (db, { projectId, environmentId, flagId }) => {
      let query = oldestFirst(db);
      if (projectId !== undefined) query = query.where('project_id', '=', projectId);
      if (environmentId !== undefined) query = query.where('environment_id', '=', environmentId);
      if (flagId !== undefined) query = query.where('flag_id', '=', flagId);
      return (await query.execute()).map((row) => toPlaced<T>(row));
    },
    get: async (db, place, key) => {
      const resource = await find(db, place, key);
      if (!resource) throw new NotFound(label, key);
      return resource;
    },
    findById: async (db, id) => {
      const row = await rows(db).where('id', '=', id).executeTakeFirst();
      return row && toPlaced<T>(row);
    },
    insert: async (tx, place, resource) => {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('resources')
        .values({
          ...toColumns(resource),
          kind,
          place: placeText(place),
          project_id: place.projectId ?? null,
          environment_id: place.environmentId ?? null,
          flag_id: place.flagId ?? null,
        })
        .onConflict((conflict) => conflict.columns(['kind', 'place', 'key']).doNothing())
        .executeTakeFirst();
      if (Number(numInsertedOrUpdatedRows) === 0) {
        throw new Conflict(`A ${label} with key '${resource.key}' already exists`);
      }
    },
    save: async (tx, resource) => {
      const { numUpdatedRows } = await tx
        .updateTable('resources')
        .set(toColumns(resource))
        .where('id', '=', resource.id)
        .where('version', '=', resource.version - 1)
        .executeTakeFirst();
      if (Number(numUpdatedRows) === 0) throw new StaleVersion();
    },
    delete: async (tx, id) => {
      await tx.deleteFrom('resources').where('kind', '=', kind).where('id', '=', id).execute();
    },
  };
}

function placeText({ projectId, flagId, environmentId }: Place): string {
  return [projectId, flagId, environmentId].filter((id) => id !== undefined).join(' ');
}

function toColumns({ id, key, version, createdAt, ...document }: Resource) {
  return { id, key, version, created_at: createdAt, document: JSON.stringify(document) };
}

function toResource({ id, key, version, created_at, document }: ResourcesTable): Resource {
  return { id, key, version, createdAt: created_at, ...(JSON.parse(document) as object) };
}

function toPlaced<T extends Resource>(row: ResourcesTable): Placed<T> {
  const { project_id, environment_id, flag_id } = row;
  return {
    place: {
      ...(project_id !== null && { projectId: project_id }),
      ...(environment_id !== null && { environmentId: environment_id }),
      ...(flag_id !== null && { flagId: flag_id }),
    },
    resource: toResource(row) as T,
  };
}
