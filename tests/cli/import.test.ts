import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LDClient, LDContext } from '@launchdarkly/node-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonEquals } from '../../src/domain/json.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { slipway, startSlipway } from '../support/cli.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk } from '../support/official-sdk.ts';
import { storeWorlds } from '../support/stored-worlds.ts';

const CONTEXTS = 10_000;
const VALUES = ['', 'a', 'ab', 'b', '1', '1.2.3-rc.1', 0, 1, 1.5, true, false, '2020-01-01T00:00:00Z'];
const KEYS = ['a', 'b', 'ü-✓', 'k:1'];

/** Contexts of all kinds, of which a few are targeted and the others are dealt to shares. */
function contextAt(index: number): LDContext {
  const part = (offset: number) => ({
    key: KEYS[(index + offset) % 97] ?? `key-${index + offset}`,
    name: index % 2 === 0 ? 'a' : 'ab',
    x: VALUES[(index + offset) % VALUES.length],
    y: VALUES[(index * 5 + offset) % VALUES.length],
    deep: { x: VALUES[(index * 7 + offset) % VALUES.length] },
  });
  const kinds = { user: part(0), org: part(1), device: part(2) };
  const kind = (['user', 'org', 'device'] as const)[index % 3] ?? 'user';
  return index % 4 === 0 ? { kind: 'multi', ...kinds } : { kind, ...kinds[kind] };
}

/** Imports from a service on the first engine into one on the last. */
describe('slipway import launchdarkly', () => {
  let source: TestApp;
  let target: TestApp;
  let urls: { source: string; target: string };
  let flagKeys: readonly string[];
  const folder = mkdtempSync(join(tmpdir(), 'slipway-import-'));

  beforeAll(async () => {
    const [first, last] = [ENGINES[0], ENGINES.at(-1)];
    if (!first || !last) throw new Error('there are no engines');
    source = await startApp(first);
    target = await startApp(last);
    urls = { source: await source.slipway.listen(), target: await target.slipway.listen() };
    await source.call({
      method: 'POST',
      path: 'projects',
      body: {
        key: 'shop',
        name: 'Shop',
        tags: ['web'],
        namingConvention: { case: 'kebabCase' },
        environments: [
          { key: 'production', name: 'Production', color: '417505', critical: true, tags: ['live'] },
          { key: 'test', name: 'Test', color: 'F5A623' },
        ],
      },
    });
    flagKeys = await storeWorlds(
      source,
      { projectKey: 'shop', environmentKey: 'production' },
      { seed: 2_026, count: 6 },
    );
    await addParts();
  });
  afterAll(async () => {
    await source.close();
    await target.close();
    rmSync(folder, { recursive: true });
  });

  const add = async (path: string, body: object, method: 'POST' | 'PUT' | 'PATCH' = 'POST') => {
    const answer = await source.call({ method, path, body, headers: BETA });
    if (answer.status >= 300) throw new Error(`${path} was answered with ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  async function addParts(): Promise<void> {
    await add('members', [{ email: 'kim@example.com', role: 'writer', firstName: 'Kim' }]);
    const { items } = (await source.call({ path: 'members?filter=query:kim' })).body;
    await add('metrics/shop', {
      key: 'latency',
      name: 'Latency',
      kind: 'custom',
      eventKey: 'request',
      isNumeric: true,
      unit: 'ms',
      successCriteria: 'LowerThanBaseline',
    });
    await add('projects/shop/context-kinds/org', { name: 'Organisation' }, 'PUT');
    await add('segments/shop/test', { key: 'big', name: 'Big', unbounded: true });
    await add('projects/shop/release-pipelines', {
      key: 'usual',
      name: 'Usual',
      phases: [
        {
          name: 'Test',
          audiences: [
            {
              name: 'All',
              environmentKey: 'test',
              configuration: { releaseStrategy: 'immediate-rollout', requireApproval: false },
            },
          ],
        },
      ],
    });
    await add('flags/shop/archived', { name: 'Archived', archived: true, maintainerId: items[0]._id }, 'PUT');
    await add('flags/shop', {
      key: 'moves',
      name: 'Moves',
      purpose: 'migration',
      migrationSettings: { stageCount: 2 },
    });
    const path = 'projects/shop/environments/production';
    await add(path, [{ op: 'replace', path: '/approvalSettings/required', value: true }], 'PATCH');
  }

  const args = (...more: readonly string[]) => [
    'import',
    'launchdarkly',
    '--host',
    urls.source,
    '--token',
    source.token,
    '--to',
    urls.target,
    '--to-token',
    target.token,
    '--project',
    'shop',
    '--keep-sdk-keys',
    ...more,
  ];
  const countFlags = async () => {
    const { body } = await target.call({ path: 'flags/shop?limit=1' });
    return (body.totalCount ?? 0) as number;
  };

  it('says in a dry run what it would do', async () => {
    const { code, stdout } = await slipway({}, ...args('--dry-run', '--json'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ unchanged: false, counts: { projects: { created: 1 } } });
    expect((await target.call({ path: 'projects/shop' })).status).toBe(404);
  });

  it('is interrupted and goes on', async () => {
    const { child, ended } = startSlipway({}, ...args());
    while ((await countFlags()) < 5) await sleep(5);
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    expect(await countFlags()).toBeLessThan(flagKeys.length);
    const file = join(folder, 'report.json');
    const { code, stdout, stderr } = await slipway({}, ...args('--report', file));
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const { created, changed, unchanged = 0 } = report.counts.flags;
    expect({ changed, failures: report.failures }).toEqual({ changed: undefined, failures: [] });
    expect(created + unchanged).toBe(flagKeys.length + 2);
    expect(unchanged).toBeGreaterThanOrEqual(5);
    expect(stdout).toContain('segment shop/test/big: is a big segment');
  });

  it('changes nothing when it is run again, and says so', async () => {
    const file = join(folder, 'again.json');
    const { code, stdout } = await slipway({}, ...args('--report', file));
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing had to be changed.');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ unchanged: true, failures: [] });
  });

  it('copies what the API shows, with ids and salts', async () => {
    const kim = (await target.call({ path: 'members?filter=query:kim' })).body.items[0];
    expect(kim).toMatchObject({ email: 'kim@example.com', role: 'writer', firstName: 'Kim', _pendingInvite: true });
    for (const key of [...flagKeys, 'archived', 'moves']) {
      const [theirs, ours] = await Promise.all(
        [source, target].map(async (app) => plain((await app.call({ path: `flags/shop/${key}` })).body)),
      );
      expect(ours).toEqual(theirs);
    }
    for (const path of [
      'projects/shop/environments/production',
      'projects/shop/environments/test',
      'projects/shop/release-pipelines/usual',
      'metrics/shop/latency',
    ]) {
      const [theirs, ours] = await Promise.all(
        [source, target].map(async (app) => plain((await app.call({ path, headers: BETA })).body)),
      );
      expect({ path, ...(ours as object) }).toEqual({ path, ...(theirs as object) });
    }
    expect((await target.call({ path: 'projects/shop' })).body).toMatchObject({
      name: 'Shop',
      tags: ['web'],
      namingConvention: { case: 'kebabCase' },
    });
    expect((await target.call({ path: 'flags/shop/archived' })).body.maintainerId).toBe(kim._id);
  });

  it(`serves ${CONTEXTS} contexts what they were served, through the same SDK key`, async () => {
    const { apiKey } = (await source.call({ path: 'projects/shop/environments/production' })).body;
    const clients = await Promise.all(
      [urls.source, urls.target].map((url) => connectSdk(url, apiKey, { sendEvents: false, stream: false })),
    );
    const [theirs, ours] = clients as [LDClient, LDClient];
    const served = new Set<string>();
    const differing: object[] = [];
    for (let index = 0; index < CONTEXTS; index += 1) {
      const context = contextAt(index);
      const [before, after] = await Promise.all(
        [theirs, ours].map(async (client) => (await client.allFlagsState(context, { withReasons: true })).toJSON()),
      );
      if (!jsonEquals(withoutVersions(after), withoutVersions(before))) {
        differing.push({ context, before, after });
      }
      for (const key of flagKeys) served.add(`${key} ${JSON.stringify((before as Record<string, unknown>)[key])}`);
    }
    expect(differing.slice(0, 3)).toEqual([]);
    expect(flagKeys.length).toBeGreaterThan(12);
    // The comparison means something: flags serve different values, and not one of them to everybody.
    expect(served.size).toBeGreaterThan(flagKeys.length * 1.5);
    for (const client of clients) client.close();
  });

  it('refuses what it cannot work with, naming the option', async () => {
    const none = await slipway({}, 'import', 'launchdarkly', '--host', urls.source);
    expect(none).toMatchObject({ code: 2, stderr: '--token: expected an API access token, got nothing\n' });
    const bad = await slipway({}, ...args('--host', 'nowhere'));
    expect(bad).toMatchObject({ code: 2, stderr: '--host: expected an http or https URL, got "nowhere"\n' });
    const withTokens = [
      '--host',
      urls.source,
      '--token',
      source.token,
      '--to',
      urls.target,
      '--to-token',
      target.token,
    ];
    const unknown = await slipway({}, 'import', 'launchdarkly', ...withTokens, '--project', 'none');
    expect(unknown).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('project none: There is no such project'),
      stderr: expect.stringContaining('1 of these could not be copied'),
    });
  });

  it('tells of keys that are taken, and goes on with others', async () => {
    const more = ['--host', urls.target, '--token', target.token, '--to', urls.source, '--to-token', source.token];
    await target.call({
      method: 'POST',
      path: 'projects',
      body: { key: 'back', name: 'Back', environments: [{ key: 'only', name: 'Only', color: '000000' }] },
    });
    const { _id, apiKey, mobileKey } = (await target.call({ path: 'projects/back/environments/only' })).body;
    await add('projects/default/environments', {
      key: 'taken',
      name: 'Taken',
      color: '000000',
      _id,
      apiKey,
      mobileKey,
    });
    const run = [...args().slice(0, 2), ...more, '--project', 'back', '--keep-sdk-keys', '--json'];
    const { code, stdout } = await slipway({}, ...run);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).notes).toEqual([
      { resource: 'environment back/only', message: expect.stringContaining('SDK keys are not kept') },
      { resource: 'environment back/only', message: expect.stringContaining('is there already with another') },
    ]);
    expect((await source.call({ path: 'projects/back/environments/only' })).body.apiKey).not.toBe(apiKey);
  });
});

/** Without what belongs to a service: links, versions, dates, and ids of members, metrics and phases. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (name, member: unknown) => {
      const isOwn = /^(_links|_version|_versionId|version|lastModified|archivedDate|sel|createdAt|_creationDate)$/.test(
        name,
      );
      const isMember = /^(_?maintainer|maintainerId|id)$/.test(name);
      return isOwn || isMember || (name === '_id' && String(member).length === 24) ? undefined : member;
    }),
  );
}

function withoutVersions(state: object | undefined): unknown {
  return JSON.parse(JSON.stringify(state, (name, member: unknown) => (name === 'version' ? undefined : member)));
}
