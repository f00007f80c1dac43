import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LDClient, LDContext } from '@launchdarkly/node-server-sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DevCommandOptions, runDev as runDevHere } from '../../src/service/dev/run.ts';
import { findEventCounts } from '../../src/store/events.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { inPath } from '../support/client-side.ts';
import { type DevProcess, runDev, startDev } from '../support/dev-process.ts';
import { slipway } from '../support/cli.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk, untilServes } from '../support/official-sdk.ts';

const SANDY = { kind: 'user', key: 'sandy' };
const OTHERS: readonly LDContext[] = [
  { kind: 'user', key: 'kim', country: 'CH' },
  { kind: 'user', key: 'beth' },
  { kind: 'organization', key: 'acme' },
  { kind: 'multi', user: { key: 'sandy' }, organization: { key: 'acme' } },
  ...Array.from({ length: 10 }, (_, index) => ({ kind: 'user', key: `user-${index}` })),
];
const CONTEXTS: readonly LDContext[] = [SANDY, ...OTHERS];
const EVERYBODY = { usingEnvironmentId: true, usingMobileKey: true };
const TIMEOUT = 120_000;
const TEST = 'projects/default/environments/test';

describe('slipway dev', { timeout: TIMEOUT }, () => {
  let app: TestApp;
  let upstream: string;
  let folder: string;
  let from: readonly string[];
  const running: DevProcess[] = [];
  const clients: LDClient[] = [];

  beforeAll(async () => {
    const [sqlite] = ENGINES;
    if (!sqlite) throw new Error('there is no engine');
    app = await startApp(sqlite);
    upstream = await app.slipway.listen();
    from = ['--project', 'default', '--environment', 'test', '--url', upstream, '--token', app.token];
    await makeFlags();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-dev-'));
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const dev of running.splice(0)) await dev.stop();
    rmSync(folder, { recursive: true });
  });

  const must = async (request: Parameters<TestApp['call']>[0]) => {
    const { status, body } = await app.call(request);
    if (status >= 300) throw new Error(`${request.path}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const instruct = (key: string, ...instructions: readonly object[]) =>
    must({
      method: 'PATCH',
      path: `flags/default/${key}`,
      headers: SEMANTIC,
      body: { environmentKey: 'test', instructions },
    });

  async function makeFlags(): Promise<void> {
    const create = (key: string, more: object = {}) =>
      must({
        method: 'POST',
        path: 'flags/default',
        body: { key, name: key, clientSideAvailability: EVERYBODY, isFlagOn: true, ...more },
      });
    const idOf = ({ variations }: { variations: readonly { _id: string }[] }, index: number) => variations[index]?._id;
    await must({ method: 'POST', path: 'segments/default/test', body: { key: 'friends', name: 'Friends' } });
    await must({
      method: 'PATCH',
      path: 'segments/default/test/friends',
      headers: SEMANTIC,
      body: { instructions: [{ kind: 'addIncludedTargets', contextKind: 'user', values: ['sandy', 'beth'] }] },
    });
    const half = [{ weight: 50_000, clauses: [{ attribute: 'key', op: 'startsWith', values: ['user-'] }] }];
    await must({ method: 'POST', path: 'segments/default/test', body: { key: 'half', name: 'Half' } });
    await must({
      method: 'PATCH',
      path: 'segments/default/test/half',
      body: [{ op: 'add', path: '/rules', value: half }],
    });
    const base = await create('base');
    await instruct('base', {
      kind: 'addTargets',
      contextKind: 'user',
      variationId: idOf(base, 1),
      values: ['beth'],
    });
    const theme = await create('theme', {
      variations: [{ value: 'light', name: 'Light' }, { value: 'dark', name: 'Dark blue' }, { value: 'grey' }],
      defaults: { onVariation: 0, offVariation: 2 },
    });
    const clause = { attribute: 'segmentMatch', op: 'segmentMatch', values: ['friends', 'half'], contextKind: 'user' };
    await instruct(
      'theme',
      { kind: 'addPrerequisite', key: 'base', variationId: idOf(base, 0) },
      { kind: 'addRule', variationId: idOf(theme, 1), clauses: [clause] },
    );
    const dealt = await create('dealt', { variations: [1, 2, 3].map((value) => ({ value })) });
    await instruct('dealt', {
      kind: 'updateFallthroughVariationOrRollout',
      rolloutContextKind: 'user',
      rolloutWeights: { [idOf(dealt, 0) ?? '']: 30_000, [idOf(dealt, 1) ?? '']: 70_000, [idOf(dealt, 2) ?? '']: 0 },
    });
    await create('off', { isFlagOn: false });
    await create('stages', { purpose: 'migration', migrationSettings: { stageCount: 4 } });
    await instruct('stages', { kind: 'deprecateFlag' });
  }

  const start = async (...argv: readonly string[]) => {
    const dev = await startDev(folder, ...from, ...argv);
    running.push(dev);
    return dev;
  };
  const connect = async ({ url, sdkKey }: Pick<DevProcess, 'url' | 'sdkKey'>) => {
    const client = await connectSdk(url, sdkKey, url === upstream ? { sendEvents: false, diagnosticOptOut: true } : {});
    clients.push(client);
    return client;
  };
  /** What contexts get from all flags, with variations and reasons. */
  const everything = async (client: LDClient, contexts = CONTEXTS) =>
    Promise.all(
      contexts.map(async (context) => {
        const { $flagsState, $valid, ...values } = (
          await client.allFlagsState(context, { withReasons: true })
        ).toJSON() as Record<string, Record<string, { version?: number }>>;
        for (const state of Object.values($flagsState ?? {})) delete state.version;
        return { values, state: $flagsState, isValid: $valid };
      }),
    );
  const override = async (...argv: readonly string[]) => {
    const { code, output, errors } = await runDev(folder, 'override', ...argv);
    expect(errors).toBe('');
    expect(code).toBe(0);
    return output;
  };

  it('serves what the service serves, under its keys, and sends nothing on', async () => {
    const environment = await must({ path: TEST });
    const dev = await start();
    expect(dev).toMatchObject({ sdkKey: environment.apiKey, clientSideId: environment._id });
    const [here, there] = [await connect(dev), await connect({ url: upstream, sdkKey: dev.sdkKey })];
    const served = await everything(there);
    expect(served[0]?.values).toMatchObject({ base: true, theme: 'dark', off: false });
    expect(await everything(here)).toEqual(served);

    for (const context of CONTEXTS) await here.variation('theme', context, 'none');
    here.track('seen', SANDY);
    await here.flush();
    expect(await findEventCounts(app.slipway.database.db, environment._id)).toEqual(new Map());
    const page = await fetch(`${dev.url}/`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
  });

  it('serves browsers', async () => {
    const dev = await start();
    const poll = async (url: string) => {
      const answer = await fetch(`${url}/sdk/evalx/${dev.clientSideId}/contexts/${inPath(SANDY)}?withReasons=true`);
      expect(answer.status).toBe(200);
      const flags = (await answer.json()) as Record<string, { version?: number; flagVersion?: number }>;
      for (const flag of Object.values(flags)) {
        delete flag.version;
        delete flag.flagVersion;
      }
      return flags;
    };
    expect(await poll(dev.url)).toEqual(await poll(upstream));
  });

  it('has overrides that only it serves, at once, and that outlive it', async () => {
    const dev = await start('--override', 'off=true');
    const client = await connect(dev);
    const [before] = await everything(client);
    expect(before?.values).toMatchObject({ off: true, theme: 'dark', dealt: expect.any(Number) });

    expect(await override('set', 'theme=grey', 'base=false', '--json')).toBe(
      `${JSON.stringify({ theme: 'grey', base: false }, undefined, 2)}\n`,
    );
    await untilServes(client, 'theme', 'grey');
    await untilServes(client, 'base', false);
    for (const { values } of await everything(client)) expect(values).toMatchObject({ theme: 'grey', base: false });
    await override('set', 'theme=Dark blue');
    await untilServes(client, 'theme', 'dark');
    expect(await override('list')).toBe('FLAG   VALUE\nbase   false\noff    true\ntheme  "dark"\n');
    await override('unset', 'base');
    await untilServes(client, 'base', true);
    const there = await connect({ url: upstream, sdkKey: dev.sdkKey });
    expect((await everything(there)).map(({ values }) => values['off'])).toEqual(CONTEXTS.map(() => false));

    await dev.stop();
    expect(existsSync(join(folder, '.slipway/dev.json'))).toBe(false);
    expect(JSON.parse(readFileSync(join(folder, '.slipway/overrides.json'), 'utf8'))).toEqual({
      'default/test': { theme: 'dark' },
    });
    expect(readFileSync(join(folder, '.slipway/.gitignore'), 'utf8')).toBe('*\n');
    const again = await connect(await start());
    for (const { values } of await everything(again)) expect(values).toMatchObject({ theme: 'dark', off: false });
  });

  it('takes another snapshot when asked, and keeps overrides', async () => {
    for (const key of ['passing', 'needed']) {
      await must({ method: 'POST', path: 'flags/default', body: { key, name: key, isFlagOn: true } });
    }
    const needed = await must({ path: 'flags/default/needed' });
    await instruct('passing', { kind: 'addPrerequisite', key: 'needed', variationId: needed.variations[0]._id });
    const client = await connect(await start());
    await override('set', 'theme=grey');
    await untilServes(client, 'theme', 'grey');
    expect((await everything(client))[0]?.values).toMatchObject({ passing: true, needed: true });

    await must({ method: 'DELETE', path: 'flags/default/passing' });
    await must({ method: 'DELETE', path: 'flags/default/needed' });
    await instruct('base', { kind: 'turnFlagOff' });
    const { output } = await runDev(folder, 'refresh');
    expect(output).toBe(`default/test from ${upstream}: 5 flags, 2 segments\n`);
    await untilServes(client, 'base', false);
    await untilServes(client, 'passing', 'absent');
    await untilServes(client, 'needed', 'absent');
    const there = await connect({
      url: upstream,
      sdkKey: (await must({ path: TEST })).apiKey,
    });
    const [here, upThere] = [await everything(client), await everything(there)];
    const withoutTheme = ({ values: { theme: _theme, ...others } }: (typeof here)[number]) => others;
    expect(here.map(withoutTheme)).toEqual(upThere.map(withoutTheme));
    expect(here.map(({ values }) => values['theme'])).toEqual(CONTEXTS.map(() => 'grey'));
    await instruct('base', { kind: 'turnFlagOn' });
  });

  it('gives everybody what one context gets', async () => {
    const dev = await start('--context', JSON.stringify(SANDY), '--override', 'dealt=3');
    const there = await connect({ url: upstream, sdkKey: dev.sdkKey });
    const [sandy] = await everything(there, [SANDY]);
    const frozen = await everything(await connect(dev));
    for (const { values } of frozen) expect(values).toEqual({ ...sandy?.values, dealt: 3 });
    expect(frozen[1]?.state).toMatchObject({ theme: { reason: { kind: 'FALLTHROUGH' } } });
  });

  it('serves a folder, with the same shares every time, and takes what git brings', async () => {
    const dir = join(folder, 'flags');
    const connection = { SLIPWAY_URL: upstream, SLIPWAY_TOKEN: app.token };
    const write = async () => expect(await slipway(connection, 'export', '--dir', dir)).toMatchObject({ code: 0 });
    await write();
    const begin = async (...argv: readonly string[]) => {
      const dev = await startDev(folder, '--dir', dir, '--environment', 'test', ...argv);
      running.push(dev);
      return dev;
    };
    const dev = await begin();
    expect(dev.sdkKey).toMatch(/^sdk-dev-/);
    const client = await connect(dev);
    const there = await connect({ url: upstream, sdkKey: (await must({ path: TEST })).apiKey });
    const undealt = async (of: LDClient) => (await everything(of, OTHERS.slice(0, 4))).map(({ values }) => values);
    const expected = (await undealt(there)).map(({ dealt: _dealt, ...others }) => expect.objectContaining(others));
    expect(await undealt(client)).toEqual(expected);
    const before = (await everything(client)).map(({ values }) => values);

    await override('set', 'off=true');
    await instruct('dealt', { kind: 'turnFlagOff' });
    await write();
    expect((await runDev(folder, 'refresh')).code).toBe(0);
    await untilServes(client, 'dealt', 3);
    await instruct('dealt', { kind: 'turnFlagOn' });
    const changed = before.map((values) => ({ ...values, dealt: 3, off: true }));
    expect((await everything(client)).map(({ values }) => values)).toEqual(changed);
    await dev.stop();

    await write();
    const again = await begin();
    expect(again.sdkKey).toBe(dev.sdkKey);
    const served = (await everything(await connect(again))).map(({ values }) => values);
    expect(served).toEqual(before.map((values) => ({ ...values, off: true })));
  });

  it('takes the keys it is given', async () => {
    const keys = { sdk: `sdk-${'1'.repeat(30)}`, mobile: `mob-${'2'.repeat(30)}`, id: '3'.repeat(24) };
    const dev = await start('--sdk-key', keys.sdk, '--mobile-key', keys.mobile, '--client-side-id', keys.id);
    expect(dev).toMatchObject({ sdkKey: keys.sdk, clientSideId: keys.id });
    expect((await everything(await connect(dev)))[0]?.isValid).toBe(true);
  });

  it.each([
    ['a bad address', { url: 'here' }, 2, '--url: expected an http or https URL, got "here"'],
    ['no such folder', { dir: 'nowhere' }, 2, 'nowhere/project.yaml'],
    ['no token', { token: undefined }, 2, 'No token: give --token'],
    ['no such project', { project: 'none' }, 1, '--project: there is no project "none"'],
    ['several environments', { environment: undefined }, 2, '--environment: expected one of production, test, since'],
    ['no such environment', { environment: 'x' }, 2, '--environment: expected one of production, test, got "x"'],
    ['no such flag', { override: ['x=1'] }, 2, 'There is no flag "x" to override'],
    [
      'no such variation',
      { override: ['theme=1'] },
      2,
      'theme: expected one of "light" (Light), "dark" (Dark blue), "g',
    ],
    ['half an override', { override: ['theme'] }, 2, 'Expected flag=value or flag=variation name, got "theme"'],
    ['no context', { context: '{"kind":""}' }, 2, '--context: expected a context as JSON: '],
    ['no JSON', { context: 'sandy' }, 2, '--context: expected a context as JSON: '],
  ])('ends with a sentence: %s', async (_name, wrong, exitCode, message) => {
    const place = { project: 'default', environment: 'test', url: upstream, token: app.token };
    const options = { ...place, host: '127.0.0.1', port: 0, override: [], state: join(folder, 'state'), ...wrong };
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    const ended = runDevHere(given as unknown as DevCommandOptions);
    await expect(ended).rejects.toMatchObject({ exitCode, message: expect.stringContaining(message) });
  });

  it('says so when the port is taken', async () => {
    const port = new URL(upstream).port;
    const { code, errors } = await runDev(folder, ...from, '--port', port);
    expect(errors).toContain(`--port: ${port} is in use`);
    expect(code).toBe(1);
  });

  it('says so where none is running', async () => {
    const { code, errors } = await runDev(folder, 'override', 'list');
    expect(errors).toContain('No slipway dev is running here: there is no .slipway/dev.json');
    expect(code).toBe(1);
  });
});
