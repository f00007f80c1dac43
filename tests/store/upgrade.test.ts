import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { initial } from '../../src/store/migrations/0001-initial.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { BETA, startApp } from '../support/app.ts';
import { ENGINES, type TestEngine } from '../support/engines.ts';

/** A store with the tables of the first release and some of its rows. */
async function oldStore(url: string): Promise<void> {
  const sqlite = url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length)) : undefined;
  const dialect = sqlite?.dialect ?? new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) });
  // oxlint-disable-next-line typescript/no-explicit-any -- the tables as they were have no types any more
  const db = new Kysely<any>({ dialect });
  const migrations = { '0001-initial': initial };
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  expect(error).toBeUndefined();
  const availability = { usingEnvironmentId: true, usingMobileKey: false };
  const project = { tags: [], defaultClientSideAvailability: availability, requireViewAssociationForNewFlags: false };
  await db
    .insertInto('projects')
    .values({ id: 'p', key: 'old', name: 'Old', version: 1, created_at: 1, document: JSON.stringify(project) })
    .execute();
  const approvalSettings = { required: false, requiredApprovalTags: [], minNumApprovals: 1 };
  const environment = { color: 'FFFFFF', defaultTtl: 0, tags: [], approvalSettings };
  await db
    .insertInto('environments')
    .values({
      id: 'e',
      project_id: 'p',
      key: 'test',
      name: 'Test',
      sdk_key: 'sdk-1',
      mobile_key: 'mob-1',
      version: 1,
      created_at: 1,
      position: 0,
      payload_version: 1,
      document: JSON.stringify(environment),
    })
    .execute();
  for (const [index, key] of ['Seen', 'hidden'].entries()) {
    const flag = {
      description: '',
      variations: [
        { id: 'on', value: true },
        { id: 'off', value: false },
      ],
      defaults: { onVariationId: 'on', offVariationId: 'off' },
      temporary: index === 1,
      tags: ['b', 'a'],
      clientSideAvailability: availability,
      customProperties: {},
      ...(index === 1 && { archivedAt: 5 }),
    };
    await db
      .insertInto('flags')
      .values({
        id: key,
        project_id: 'p',
        key,
        name: `Flag ${key}`,
        version: 1,
        is_archived: index,
        created_at: index,
        document: JSON.stringify(flag),
      })
      .execute();
    const clause = {
      id: 'c',
      contextKind: 'user',
      attribute: 'segmentMatch',
      op: 'segmentMatch',
      values: ['vip'],
      negate: false,
    };
    const config = {
      on: true,
      salt: 's',
      sel: 's',
      targets: [{ contextKind: 'org', variationId: 'on', values: ['acme'] }],
      rules: [{ id: 'r', clauses: [clause], serve: { variationId: 'on' }, trackEvents: false }],
      fallthrough: {
        rollout: { contextKind: 'device', variations: [{ variationId: 'on', weightThousandths: 100_000 }] },
      },
      offVariationId: 'off',
      trackEvents: false,
      trackEventsFallthrough: false,
    };
    await db
      .insertInto('flag_configs')
      .values({ flag_id: key, environment_id: 'e', version: 3, last_modified: 1, document: JSON.stringify(config) })
      .execute();
  }
  await addOldReleases(db);
  await db.destroy();
  sqlite?.release();
}

/** A pipeline, and releases from before and after it was made: the one of its key before it was deleted. */
// oxlint-disable-next-line typescript/no-explicit-any -- as above
async function addOldReleases(db: Kysely<any>): Promise<void> {
  const pipeline = { name: 'P', description: '', tags: [], phases: [] };
  await db
    .insertInto('release_pipelines')
    .values({ id: 'pl', project_id: 'p', key: 'p', version: 0, created_at: 10, document: JSON.stringify(pipeline) })
    .execute();
  const phase = (id: string, status: string, completedAt?: number) => ({
    id,
    name: id,
    status,
    audiences: [],
    completedAt,
  });
  const rows = [
    { id: 'before', flag_id: 'Seen', state: 'completed', created_at: 5, phases: [phase('x', 'completed', 6)] },
    { id: 'over', flag_id: 'Seen', state: 'completed', created_at: 10, phases: [phase('x', 'completed', 12)] },
    {
      id: 'active',
      flag_id: 'Seen',
      state: 'active',
      created_at: 20,
      phases: [phase('x', 'completed', 21), phase('y', 'ready-to-start')],
    },
    { id: 'canceled', flag_id: 'hidden', state: 'canceled', created_at: 30, phases: [phase('x', 'active')] },
  ];
  for (const { phases, ...row } of rows) {
    const document = { pipelineName: 'P', pipelineDescription: '', variationId: 'on', phases };
    await db
      .insertInto('releases')
      .values({ ...row, project_id: 'p', pipeline_key: 'p', version: 0, document: JSON.stringify(document) })
      .execute();
  }
}

describe.each(ENGINES)('a store of the first release on $name', (engine: TestEngine) => {
  it('is brought up to date with all that is in it', async () => {
    const store = await engine.create();
    await oldStore(store.url);
    const app = await startApp({ ...engine, create: async () => store });
    const keys = async (query: string) =>
      (await app.call({ path: `flags/old${query}` })).body.items.map(({ key }: { key: string }) => key);
    expect((await app.call({ path: 'flags/old' })).body.totalCount).toBe(1);
    expect(await keys('?filter=state:archived,type:temporary')).toEqual(['hidden']);
    expect(await keys('?filter=query:seen,tags:a%2Bb,type:permanent,sdkAvailability:client')).toEqual(['Seen']);
    expect(await keys('?filter=segmentTargeted:vip,filterEnv:test')).toEqual(['Seen']);
    for (const kind of ['org', 'device']) expect(await keys(`?filter=contextKindTargeted:${kind}`)).toEqual(['Seen']);
    expect(await keys('?filter=contextKindTargeted:user')).toEqual([]);
    expect(await keys('?filter=targeting:on,filterEnv:test')).toEqual(['Seen']);
    const patch = [{ op: 'replace', path: '/environments/test/on', value: false }];
    const { body } = await app.call({ method: 'PATCH', path: 'flags/old/Seen', body: patch });
    expect(body.environments.test).toMatchObject({ on: false, version: 4, prerequisites: [], rules: [{ _id: 'r' }] });
    const { body: progress } = await app.call({
      path: 'projects/old/release-pipelines/p/releases',
      headers: BETA,
    });
    expect(progress).toMatchObject({
      activeCount: 1,
      completedCount: 1,
      items: [
        { _createdAt: 20, activePhaseId: 'y', flagKey: 'Seen' },
        { _createdAt: 10, _completedAt: 12 },
      ],
    });
    await app.close();
  });
});
