import { configReferences } from '../domain/flag/config-references.ts';
import type { Flag, FlagConfig } from '../domain/flag/flag.ts';
import { jsonEquals } from '../domain/json.ts';
import { chunks } from './chunks.ts';
import type { Db, Tx } from './database.ts';
import { toBit } from './flag-rows.ts';
import type { FlagReferencesTable } from './tables.ts';

/* What is made from flags to find them by: counts, tags, and what their configurations speak of. */

/** How many flags a project has, archived or not, or both. */
export async function countFlags(db: Db, projectId: string, isArchived?: boolean): Promise<number> {
  const rows = await db
    .selectFrom('flag_counts')
    .select(['is_archived', 'count'])
    .where('project_id', '=', projectId)
    .execute();
  return rows
    .filter(({ is_archived }) => isArchived === undefined || is_archived === toBit(isArchived))
    .reduce((sum, { count }) => sum + count, 0);
}

/** Keeps count of a project's flags. A row of counts is locked after those of flags. */
export async function addToCount(tx: Tx, flag: Flag, count: 1 | -1): Promise<void> {
  await tx
    .insertInto('flag_counts')
    .values({ project_id: flag.projectId, is_archived: toBit(flag.archivedAt !== undefined), count })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'is_archived'])
        .doUpdateSet((set) => ({ count: set('flag_counts.count', '+', set.ref('excluded.count')) })),
    )
    .execute();
}

/** Stores the tags of a flag that has none stored. */
export async function insertTags(tx: Tx, flag: Flag): Promise<void> {
  if (flag.tags.length === 0) return;
  await tx
    .insertInto('flag_tags')
    .values(flag.tags.map((tag) => ({ flag_id: flag.id, tag })))
    .execute();
}

/** Stores what configurations speak of that have nothing stored. */
export async function insertReferences(
  tx: Tx,
  configs: readonly { readonly flagId: string; readonly config: FlagConfig }[],
): Promise<void> {
  const rows = configs.flatMap(({ flagId, config }) => toReferenceRows(flagId, config));
  for (const chunk of chunks(rows)) await tx.insertInto('flag_references').values(chunk).execute();
}

/** Stores what a configuration speaks of, in place of what it spoke of before. */
export async function saveReferences(tx: Tx, flagId: string, before: FlagConfig, after: FlagConfig): Promise<void> {
  const rows = toReferenceRows(flagId, after);
  if (jsonEquals(rows, toReferenceRows(flagId, before))) return;
  await tx
    .deleteFrom('flag_references')
    .where('flag_id', '=', flagId)
    .where('environment_id', '=', after.environmentId)
    .execute();
  for (const chunk of chunks(rows)) await tx.insertInto('flag_references').values(chunk).execute();
}

function toReferenceRows(flagId: string, config: FlagConfig): readonly FlagReferencesTable[] {
  const rows = (kind: FlagReferencesTable['kind'], targets: Iterable<string>) =>
    [...targets].map((target) => ({ flag_id: flagId, environment_id: config.environmentId, kind, target }));
  const { flagKeys, segmentKeys, contextKinds } = configReferences(config);
  return [...rows('flag', flagKeys), ...rows('segment', segmentKeys), ...rows('context-kind', contextKinds)];
}

/** The tags of the flags of projects, each once. */
export async function listFlagTags(
  db: Db,
  projectIds: readonly string[],
  withArchived: boolean,
): Promise<readonly string[]> {
  if (projectIds.length === 0) return [];
  const tags = db
    .selectFrom('flag_tags')
    .innerJoin('flags', 'flags.id', 'flag_tags.flag_id')
    .select('flag_tags.tag')
    .distinct()
    .where('flags.project_id', 'in', projectIds);
  const rows = await (withArchived ? tags : tags.where('flags.is_archived', '=', 0)).execute();
  return rows.map(({ tag }) => tag);
}
