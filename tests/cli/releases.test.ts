import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slipway } from '../support/cli.ts';
import { ENGINES, type TestStore } from '../support/engines.ts';
import { beta, officialClient } from '../support/official-client.ts';
import { type SlipwayProcess, startProcess } from '../support/process.ts';

const PHASES = [
  { name: 'Test', audiences: [{ environmentKey: 'test', name: 'All of test' }] },
  { name: 'Production', audiences: [{ environmentKey: 'production', name: 'Everyone' }] },
];

// The service has the machine's clock here, so that releases go on by themselves.
describe('slipway releases', () => {
  const token = `api-${randomUUID()}`;
  let store: TestStore | undefined;
  let service: SlipwayProcess;
  let client: ReturnType<typeof officialClient>;
  const run = (...args: readonly string[]) =>
    slipway({ SLIPWAY_URL: service.url, SLIPWAY_TOKEN: token }, 'releases', ...args);
  const watch = (flag: string, ...args: readonly string[]) => run('watch', flag, '--interval', '1s', ...args);

  beforeAll(async () => {
    store = await ENGINES[0]?.create();
    service = await startProcess({ DATABASE_URL: store?.url ?? '', SLIPWAY_ACCESS_TOKEN: token });
    client = officialClient(service.url, token);
    await client.pipelines.postReleasePipeline('default', { key: 'two', name: 'Two', phases: PHASES }, beta);
  });
  afterAll(async () => {
    await service.stop('SIGTERM');
    await store?.drop();
  });

  async function release(key: string): Promise<readonly string[]> {
    await client.flags.postFeatureFlag('default', { key, name: key });
    const { data } = await client.releases.createReleaseForFlag('default', key, { releasePipelineKey: 'two' }, beta);
    return data.phases.map(({ _id }) => _id);
  }

  const start = (key: string, phaseId: string | undefined) =>
    client.releases.updatePhaseStatus('default', key, phaseId ?? '', { status: 'active' }, beta);
  async function steer(key: string, what: string): Promise<void> {
    const { status } = await fetch(`${service.url}/api/v2/projects/default/flags/${key}/release/${what}`, {
      method: 'POST',
      headers: { authorization: token, 'ld-api-version': 'beta', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(status).toBe(200);
  }

  it('watches a release to its end, and ends with 0', async () => {
    const [first, second] = await release('good');
    const watching = watch('good', '--json');
    await start('good', first);
    await start('good', second);
    const { code, stdout, stderr } = await watching;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const changes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; phase?: string; status?: string });
    const last = (kind: string, phase?: string) =>
      changes.findLast((change) => change.kind === kind && change.phase === phase)?.status;
    expect(last('phase', 'Test')).toBe('completed');
    expect(last('audience', 'Production')).toBe('completed');
    expect(changes.at(-1)).toMatchObject({ kind: 'release', status: 'completed', at: expect.any(Number) });
  });

  it('says what it waits for, and gives up after a time', async () => {
    await release('waiting');
    const { code, stdout, stderr } = await watch('waiting', '--timeout', '1s');
    expect(code).toBe(1);
    expect(stderr).toBe('The release of waiting is not over yet (active)\n');
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2} {2}All of test in test: ready-to-start$/m);
    expect(stdout).toMatch(/Z {2}phase Test: ready-to-start$/m);
    expect(stdout).toMatch(/Z {2}waits: .*Test/m);
  });

  it('ends with 1 when a release is canceled or taken back', async () => {
    await release('ended');
    await steer('ended', 'cancel');
    const canceled = await watch('ended');
    expect({ code: canceled.code, stderr: canceled.stderr }).toEqual({
      code: 1,
      stderr: 'The release of ended is canceled\n',
    });
    const [first] = await release('back');
    await start('back', first);
    await steer('back', 'rollback');
    const back = await watch('back');
    expect({ code: back.code, stderr: back.stderr }).toEqual({
      code: 1,
      stderr: 'The release of back is rolled back\n',
    });
    expect(back.stdout).toMatch(/Z {2}release: rolled-back\n$/);
  });

  it('lists how far releases have come', async () => {
    const active = (await run('list', '--status', 'active', '--json')).json();
    expect(active).toEqual([
      {
        flagKey: 'waiting',
        pipelineKey: 'two',
        status: 'active',
        phase: 'Test',
        createdAt: expect.any(Number),
      },
    ]);
    const { stdout } = await run('list', '--pipeline', 'two', '--status', 'completed');
    expect(stdout).toMatch(/^FLAG {2}PIPELINE {2}STATUS {5}PHASE {2}SINCE\ngood {2}two {7}completed {2}- {6}\d{4}-/);
  });

  it('tells of what is not there, and of a time that is none', async () => {
    const unknown = await watch('nothing');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('(404 not_found)');
    const { code, stderr } = await watch('good', '--timeout', 'soon');
    expect(code).toBe(2);
    expect(stderr).toContain('Expected a length of time such as 90s, 10m or 2h.');
  });
});
