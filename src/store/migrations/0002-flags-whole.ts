import type { Expression, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a flag's document of the first release says that is a column from now on. */
interface OldDocument {
  readonly tags: readonly string[];
  readonly temporary: boolean;
  readonly clientSideAvailability: { readonly usingEnvironmentId: boolean; readonly usingMobileKey: boolean };
  readonly maintainerId?: string;
}

interface OldConfigDocument {
  readonly on: boolean;
  readonly targets: readonly { readonly contextKind: string }[];
  readonly rules: readonly {
    readonly clauses: readonly {
      readonly op: string;
      readonly contextKind: string;
      readonly values: readonly string[];
    }[];
    readonly serve: OldServe;
  }[];
  readonly fallthrough: OldServe;
}

interface OldServe {
  readonly rollout?: { readonly contextKind: string };
}

interface Tables {
  flags: {
    id: string;
    project_id: string;
    key: string;
    name: string;
    is_archived: number;
    document: string;
    is_temporary: number;
    using_environment_id: number;
    using_mobile_key: number;
    maintainer_id: string | null;
    lower_key: string;
    lower_name: string;
    sorted_tags: string;
  };
  flag_configs: { flag_id: string; environment_id: string; is_on: number; document: string };
  flag_counts: { project_id: string; is_archived: number; count: number };
  flag_tags: { flag_id: string; tag: string };
  flag_references: { flag_id: string; environment_id: string; kind: string; target: string };
}

/**
 * Columns to list flags by, what configurations speak of, evaluations and teams.
 * @param byteOrderedText the type of texts that are sorted by their bytes
 */
export const flagsWhole = (byteOrderedText: Expression<unknown>): Migration => ({
  async up(untyped: Kysely<unknown>): Promise<void> {
    const db = untyped as Kysely<Tables>;
    const { schema } = db;
    for (const name of ['is_deprecated', 'is_temporary', 'using_environment_id', 'using_mobile_key']) {
      await schema
        .alterTable('flags')
        .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    }
    for (const name of ['maintainer_id', 'maintainer_team_key', 'purpose']) {
      await schema.alterTable('flags').addColumn(name, 'text').execute();
    }
    for (const name of ['lower_key', 'lower_name', 'sorted_tags']) {
      await schema
        .alterTable('flags')
        .addColumn(name, byteOrderedText, (column) => column.notNull().defaultTo(''))
        .execute();
    }
    await schema
      .alterTable('flag_configs')
      .addColumn('is_on', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await schema.dropIndex('flags_by_age').execute();
    await schema
      .createIndex('flags_by_age')
      .on('flags')
      .columns(['project_id', 'is_archived', 'created_at desc', 'lower_key', 'key', 'id'])
      .execute();
    await schema
      .createIndex('flags_by_name')
      .on('flags')
      .columns(['project_id', 'is_archived', 'lower_name', 'name', 'lower_key', 'key', 'id'])
      .execute();
    await schema
      .createIndex('flags_by_key')
      .on('flags')
      .columns(['project_id', 'is_archived', 'lower_key', 'key', 'id'])
      .execute();
    await schema
      .createTable('flag_counts')
      .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id').onDelete('cascade'))
      .addColumn('is_archived', 'integer', (column) => column.notNull())
      .addColumn('count', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('flag_counts_key', ['project_id', 'is_archived'])
      .execute();
    await schema
      .createTable('flag_tags')
      .addColumn('flag_id', 'text', (column) => column.notNull().references('flags.id').onDelete('cascade'))
      .addColumn('tag', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('flag_tags_key', ['flag_id', 'tag'])
      .execute();
    await schema.createIndex('flag_tags_by_tag').on('flag_tags').columns(['tag', 'flag_id']).execute();
    await schema
      .createTable('flag_references')
      .addColumn('flag_id', 'text', (column) => column.notNull().references('flags.id').onDelete('cascade'))
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('target', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('flag_references_key', ['flag_id', 'environment_id', 'kind', 'target'])
      .execute();
    await schema
      .createIndex('flag_references_by_target')
      .on('flag_references')
      .columns(['kind', 'target', 'environment_id'])
      .execute();
    await schema
      .createTable('flag_evaluations')
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('flag_key', 'text', (column) => column.notNull())
      .addColumn('last_requested_at', 'bigint', (column) => column.notNull())
      .addColumn('default_value', 'text')
      .addPrimaryKeyConstraint('flag_evaluations_key', ['environment_id', 'flag_key'])
      .execute();
    await schema
      .createTable('flag_evaluation_sources')
      .addColumn('environment_id', 'text', (column) =>
        column.notNull().references('environments.id').onDelete('cascade'),
      )
      .addColumn('flag_key', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('last_requested_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('flag_evaluation_sources_key', ['environment_id', 'flag_key', 'kind', 'source'])
      .execute();
    await schema
      .createTable('teams')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('key', 'text', (column) => column.notNull().unique())
      .addColumn('name', 'text', (column) => column.notNull())
      .execute();
    await fillColumns(db);
    await fillCounts(db);
    await fillConfigs(db);
  },
});

async function fillColumns(db: Kysely<Tables>): Promise<void> {
  for (const { id, key, name, document } of await db.selectFrom('flags').selectAll().execute()) {
    const old = JSON.parse(document) as OldDocument;
    await db
      .updateTable('flags')
      .set({
        is_temporary: old.temporary ? 1 : 0,
        using_environment_id: old.clientSideAvailability.usingEnvironmentId ? 1 : 0,
        using_mobile_key: old.clientSideAvailability.usingMobileKey ? 1 : 0,
        maintainer_id: old.maintainerId ?? null,
        lower_key: key.toLowerCase(),
        lower_name: name.toLowerCase(),
        sorted_tags: old.tags.toSorted().join(','),
      })
      .where('id', '=', id)
      .execute();
    for (const tag of old.tags) await db.insertInto('flag_tags').values({ flag_id: id, tag }).execute();
  }
}

async function fillCounts(db: Kysely<Tables>): Promise<void> {
  await db
    .insertInto('flag_counts')
    .columns(['project_id', 'is_archived', 'count'])
    .expression(
      db
        .selectFrom('flags')
        .select((select) => ['project_id', 'is_archived', select.fn.countAll<number>().as('count')])
        .groupBy(['project_id', 'is_archived']),
    )
    .execute();
}

async function fillConfigs(db: Kysely<Tables>): Promise<void> {
  for (const { flag_id, environment_id, document } of await db.selectFrom('flag_configs').selectAll().execute()) {
    const old = JSON.parse(document) as OldConfigDocument;
    const clauses = old.rules.flatMap((rule) => rule.clauses);
    const segments = clauses.filter(({ op }) => op === 'segmentMatch').flatMap(({ values }) => values);
    const kinds = [
      ...old.targets.map(({ contextKind }) => contextKind),
      ...clauses.filter(({ op }) => op !== 'segmentMatch').map(({ contextKind }) => contextKind),
      ...[old.fallthrough, ...old.rules.map(({ serve }) => serve)].flatMap(({ rollout }) => rollout?.contextKind ?? []),
    ];
    const references = [
      ...[...new Set(segments)].map((target) => ({ kind: 'segment', target })),
      ...[...new Set(kinds)].map((target) => ({ kind: 'context-kind', target })),
    ];
    await db
      .updateTable('flag_configs')
      .set({ is_on: old.on ? 1 : 0, document: JSON.stringify({ ...old, prerequisites: [], expiringTargets: [] }) })
      .where('flag_id', '=', flag_id)
      .where('environment_id', '=', environment_id)
      .execute();
    for (const reference of references) {
      await db
        .insertInto('flag_references')
        .values({ flag_id, environment_id, ...reference })
        .execute();
    }
  }
}
