import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from '../../fuzz/operations.ts';
import { APPROVAL_ROWS } from '../support/access-matrix/approval-rows.ts';
import { buildFixture } from '../support/access-matrix/fixture.ts';
import { type Fixture, inTest, LATER, type Row } from '../support/access-matrix/row.ts';
import { ROWS } from '../support/access-matrix/rows.ts';
import { BETA, startApp, type TestAnswer, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

/*
 * A project that a token may not view is not there for it: whatever is asked of it is answered like the same question of
 * a project that does not exist, and no list tells of it.
 */

/** As long as the key of the fixture's project, which is hidden. */
const ABSENT = 'project-z';
const UNKNOWN_ID = 'ffffffffffffffffffffffff';

/** What stands in other resources of the hidden project, and nowhere else. */
const TRACES = ['project-0', 'checkout-button', 'Checkout', 'hidden-'];

const POLICIES = {
  'only the other project': [
    {
      effect: 'allow',
      resources: ['', ':env/*', ':env/*:flag/*', ':metric/*'].map((rest) => `proj/default${rest}`),
      actions: ['*'],
    },
  ],
  'everything but that project': [
    { effect: 'allow', resources: ['*'], actions: ['*'] },
    // Not by its whole key, which everybody may read who may read roles.
    { effect: 'deny', resources: ['proj/*-0'], actions: ['viewProject'] },
  ],
};

/** Where something stands, for messages. */
const around = (text: string, trace: string) =>
  text.slice(Math.max(0, text.indexOf(trace) - 200), text.indexOf(trace) + 100);

describe.each(ENGINES)('a token without a project on $name', (engine) => {
  let app: TestApp;
  let fixture: Fixture;
  let entryId: string;
  const tokens = new Map<string, string>();

  const send = async (request: TestRequest): Promise<TestAnswer['body']> => {
    const answer = await app.call(request);
    if (answer.status >= 300) throw new Error(`${request.path}: ${answer.body.message}`);
    return answer.body;
  };

  beforeAll(async () => {
    app = await startApp(engine, { SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true' });
    for (const [name, policy] of Object.entries(POLICIES)) {
      const key = name.replaceAll(' ', '-');
      await send({ method: 'POST', path: 'roles', body: { key, name, basePermissions: 'no_access', policy } });
      const body = { name, customRoleIds: [key] };
      tokens.set(name, (await send({ method: 'POST', path: 'tokens', body })).token);
    }
    const admin = await app.addToken('admin');
    const tell = async () => undefined;
    fixture = await buildFixture({ send, tell, pass: (ms) => app.clock.advance(ms), admin }, 0);
    await fill();
    entryId = (await send({ path: 'auditlog?spec=proj/project-0:env/*:flag/*' })).items[0]._id;
  });
  afterAll(() => app.close());

  /** Puts something of each kind into the hidden project. */
  async function fill(): Promise<void> {
    const { project, flag } = fixture;
    const post = (path: string, body: object, headers = {}) => send({ method: 'POST', path, body, headers });
    const { apiKey } = await send({ path: `projects/${project}/environments/test` });
    await send({
      path: '/sdk/latest-all',
      token: apiKey,
      headers: { 'x-launchdarkly-tags': 'application-id/shared-app' },
    });
    await app.slipway.sightings.settled();
    await post(`segments/${project}/test`, { key: 'hidden-segment', name: 'Hidden', tags: ['hidden-tag'] });
    await post(`metrics/${project}`, { key: 'hidden-metric', kind: 'custom', eventKey: 'e' });
    const { _id: memberId } = (await send({ path: 'members' })).items[0];
    const instructions = [{ kind: 'turnFlagOn' }];
    await post(inTest(fixture, 'approval-requests'), {
      description: 'hidden-request',
      instructions,
      notifyMemberIds: [memberId],
    });
    await post(inTest(fixture, 'scheduled-changes'), { executionDate: LATER, instructions });
    await send({ method: 'PUT', path: inTest(fixture, 'followers', memberId) });
    await send({
      method: 'PUT',
      path: `projects/${project}/flags/${flag}/release`,
      headers: BETA,
      body: { releasePipelineKey: 'standard' },
    });
    await post('code-refs/repositories', { name: 'shared' });
    const hunks = [{ startingLineNumber: 1, lines: 'hidden-line', projKey: project, flagKey: flag, aliases: [] }];
    const references = [{ path: 'hidden-file.ts', hunks }];
    const scan = { name: 'main', head: 'a1', syncTime: 5, references };
    await send({ method: 'PUT', path: 'code-refs/repositories/shared/branches/main', body: scan });
    const extinction = { revision: 'a1', message: 'hidden-message', time: 5, flagKey: flag, projKey: project };
    await send({
      method: 'POST',
      path: 'code-refs/repositories/shared/branches/main/extinction-events',
      body: [extinction],
    });
  }

  const normal = ({ status, body }: TestAnswer): unknown => {
    const text = (JSON.stringify(body) ?? '')
      .replaceAll('project-0', ABSENT)
      .replaceAll(/"id":"[0-9a-f-]{36}"/g, '"id":""');
    return { status, body: text };
  };

  /** Asks of both, and tells where the answers differ. */
  async function differences(
    token: string,
    request: TestRequest,
    [hidden, absent]: readonly [string, string] = ['project-0', ABSENT],
  ): Promise<readonly object[]> {
    const other = JSON.parse(JSON.stringify(request).replaceAll(hidden, absent)) as TestRequest;
    const ofHidden = JSON.stringify(normal(await app.call({ ...request, token }))).replaceAll(hidden, absent);
    const ofAbsent = JSON.stringify(normal(await app.call({ ...other, token })));
    return ofHidden === ofAbsent ? [] : [{ path: `${request.method ?? 'GET'} ${request.path}`, ofHidden, ofAbsent }];
  }

  const scene = async (row: Row) => {
    const id = (await row.given?.(fixture).catch(() => undefined)) ?? 'some-id';
    return { id, request: row.request(fixture, id) };
  };

  describe.each(Object.keys(POLICIES))('that sees %s', (name) => {
    const token = () => tokens.get(name) ?? '';

    it('is told by no route whether the project exists', async () => {
      const parameters: Readonly<Record<string, string>> = {
        projectKey: 'project-0',
        flagKey: 'checkout-button',
        environmentKey: 'test',
        pipelineKey: 'standard',
        segmentKey: 'hidden-segment',
        metricKey: 'hidden-metric',
      };
      const operations = operationsOf((await app.call({ path: 'openapi.json' })).body);
      const inProject = operations.filter(({ path }) => path.includes('{projectKey}'));
      expect(inProject.length).toBeGreaterThan(130);
      const told: object[] = [];
      for (const { method, path, body } of inProject) {
        const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => parameters[parameter] ?? 'some-id');
        const request = { method: method as 'GET', path: filled, headers: BETA, ...(body && { body: {} }) };
        told.push(...(await differences(token(), request)));
      }
      expect(told).toEqual([]);
    });

    it('is told so by no body that would do', async () => {
      let count = 0;
      const told: object[] = [];
      for (const row of ROWS) {
        if (!JSON.stringify(row.request(fixture, 'some-id')).includes('project-0')) continue;
        const { request } = await scene(row);
        told.push(...(await differences(token(), request)));
        count++;
      }
      expect(told).toEqual([]);
      expect(count).toBeGreaterThan(60);
    });

    it('is told so by no id', async () => {
      const told = [...(await differences(token(), { path: `auditlog/${entryId}` }, [entryId, UNKNOWN_ID]))];
      for (const row of APPROVAL_ROWS) {
        const { id, request } = await scene(row);
        if (!request.path.startsWith('approval-requests/') || !request.path.includes(id)) continue;
        const reading = { path: `approval-requests/${id}` };
        for (const asked of [request, reading]) told.push(...(await differences(token(), asked, [id, UNKNOWN_ID])));
      }
      expect(told).toEqual([]);
      expect((await app.call({ path: `auditlog/${entryId}`, token: token() })).status).toBe(404);
    });

    it('is told so by no filter', async () => {
      const told: object[] = [];
      for (const path of [
        'projects?filter=keys:project-0',
        'auditlog?spec=proj/project-0:env/*:flag/*',
        'code-refs/repositories?projKey=project-0&flagKey=checkout-button',
        'code-refs/extinctions?projKey=project-0',
        'code-refs/repositories/shared/branches/main?projKey=project-0&flagKey=checkout-button',
        'approval-requests?filter=projectKey:project-0',
        'flags/default?filterEnv=project-0',
        'applications?filter=name equals "project-0"',
      ]) {
        told.push(...(await differences(token(), { path })));
      }
      expect(told).toEqual([]);
    });

    it('is told of nothing in it by lists', async () => {
      const operations = operationsOf((await app.call({ path: 'openapi.json' })).body);
      const lists = operations.filter(({ method, path }) => method === 'GET' && !path.includes('{'));
      const more = [
        'auditlog?q=button',
        'auditlog?limit=20&expand=all',
        'applications?expand=flags',
        'code-refs/repositories?withReferencesForDefaultBranch=1',
        'code-refs/repositories/shared/branches/main',
        'code-refs/repositories/shared/branches',
        'projects?expand=environments',
        'tags?kind=flag',
        'tags?kind=segment',
        'teams?expand=projects',
        'members?expand=customRoles',
        'flags/default?summary=0',
        'flag-status/default/x',
      ];
      const paths = [...lists.map(({ path }) => path), ...more];
      const requests: TestRequest[] = [
        ...paths.filter((path) => !path.endsWith('openapi.json')).map((path) => ({ path, headers: BETA })),
        { method: 'POST', path: 'auditlog', body: [{ effect: 'allow', resources: ['*'], actions: ['*'] }] },
        { method: 'POST', path: 'auditlog/counts', body: [{ effect: 'allow', resources: ['*'], actions: ['*'] }] },
      ];
      for (const request of requests) {
        const answer = await app.call({ ...request, token: token() });
        const text = JSON.stringify(answer.body) ?? '';
        const told = TRACES.filter((trace) => text.includes(trace)).map((trace) => around(text, trace));
        expect.soft(told, request.path).toEqual([]);
      }
    });
  });

  it('sees what it may see', async () => {
    const token = tokens.get('only the other project') ?? '';
    const { items } = (await app.call({ path: 'projects', token })).body;
    expect(items.map(({ key }: { key: string }) => key)).toEqual(['default']);
    expect((await app.call({ path: 'flags/default', token })).status).toBe(200);
  });
});
