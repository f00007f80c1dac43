import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Tx } from '../../src/store/database.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const HOUR = 3_600_000;
/** Every so-manieth statement is died before; 1 for all of them, which takes minutes. */
const STRIDE = Number(process.env['SLIPWAY_TEST_CRASH_STRIDE'] ?? 7);

/** What a process that dies between two statements looks like to the store: the transaction never ends. */
class Crash extends Error {}

/**
 * A release goes through its phases by itself while the process dies before one statement after another: wherever it
 * dies, the release comes to the same end as undisturbed, nothing is lost and nothing is done twice.
 */
describe.each(ENGINES)('a release whose process dies between two statements, on $name', (engine) => {
  let app: TestApp;
  let countdown = Number.POSITIVE_INFINITY;
  let statements = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    dieOnCountdown(app.slipway.database);
    await app.call({
      method: 'POST',
      path: 'projects/default/release-pipelines',
      headers: BETA,
      body: {
        key: 'p',
        name: 'P',
        phases: [
          {
            name: 'Test',
            configuration: { startAutomatically: true, bakeTimeDurationMs: HOUR },
            audiences: [{ name: 'All of test', environmentKey: 'test' }],
          },
          {
            name: 'Production',
            configuration: { startAutomatically: true },
            audiences: [
              {
                name: 'Everyone',
                environmentKey: 'production',
                configuration: {
                  releaseStrategy: 'progressive-release',
                  requireApproval: false,
                  releaseGuardianConfiguration: {
                    randomizationUnit: 'user',
                    stages: [
                      { allocation: 10_000, durationMillis: HOUR },
                      { allocation: 50_000, durationMillis: HOUR },
                    ],
                  },
                },
              },
            ],
          },
        ],
      },
    });
  });
  afterAll(() => app.close());

  /** Lets every transaction count its statements down, and die at zero. */
  function dieOnCountdown(database: Database): void {
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => {
        statements++;
        if (--countdown === 0) throw new Crash();
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const { transaction } = database;
    Object.assign(database, {
      transaction: (body: (tx: Tx) => Promise<unknown>) => transaction((tx) => body(tx.withPlugin(plugin))),
    });
  }

  /** Releases a flag while the process dies before the given statement. @returns all that came of it, without ids and times */
  async function releaseDyingAt(key: string, statement: number) {
    await app.call({ method: 'POST', path: 'flags/default', body: { key, name: 'Flag' } });
    statements = 0;
    countdown = statement;
    const path = `projects/default/flags/${key}/release`;
    const put = () => app.call({ method: 'PUT', path, headers: BETA, body: { releasePipelineKey: 'p' } });
    const answers = [await put(), await put()];
    expect(answers).toContainEqual(expect.objectContaining({ status: 200 }));
    for (let step = 0; step < 14; step++) await app.clock.advance(HOUR / 3);
    countdown = Number.POSITIVE_INFINITY;
    return { statements, end: await endOf(key) };
  }

  async function endOf(key: string) {
    const flag = (await app.call({ path: `flags/default/${key}` })).body;
    const release = (await app.call({ path: `flags/default/${key}/release`, headers: BETA })).body;
    const { items } = (await app.call({ path: `auditlog?spec=proj/default:env/*:flag/${key}&limit=20` })).body;
    const { db } = app.slipway.database;
    const delivered = await db.selectFrom('delivery_items').selectAll().where('key', '=', key).execute();
    const ids = new Map<string, string>();
    const withoutIds = (value: unknown) =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll(key, 'flag')
          .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24}/g, (id) => {
            if (!ids.has(id)) ids.set(id, `id-${ids.size}`);
            return ids.get(id) ?? id;
          })
          .replaceAll(/1[78]\d{11}/g, '0'),
      ) as unknown;
    return withoutIds({
      environments: Object.entries<Record<string, unknown>>(flag.environments).map(([name, config]) => {
        const { on, version, rules, fallthrough } = config;
        return { name, on, version, rules, fallthrough };
      }),
      phases: (release.phases as { status: string; _audiences: { status: string }[] }[]).map((phase) => ({
        status: phase.status,
        audiences: phase._audiences.map(({ status }) => status),
      })),
      version: release._version,
      audit: items.map(({ titleVerb, description }: Record<string, string>) => ({ titleVerb, description })),
      delivered: delivered.map(({ version }) => version).toSorted((left, right) => left - right),
      timers: (await db.selectFrom('timers').selectAll().execute())
        .filter(({ kind }) => kind === 'advance-release' || kind === 'look-at-rollout')
        .map(({ kind }) => kind),
    });
  }

  it('comes to the same end wherever that happens', async () => {
    const undisturbed = await releaseDyingAt('undisturbed', Number.POSITIVE_INFINITY);
    expect(undisturbed.end).toMatchObject({
      phases: [
        { status: 'completed', audiences: ['completed'] },
        { status: 'completed', audiences: ['completed'] },
      ],
      timers: [],
    });
    expect(undisturbed.statements).toBeGreaterThan(100);
    for (let statement = 1; statement <= undisturbed.statements; statement += STRIDE) {
      const { end } = await releaseDyingAt(`dying-${statement}`, statement);
      expect({ statement, end }).toEqual({ statement, end: undisturbed.end });
    }
  }, 300_000);
});
