import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDueTimers } from '../../src/jobs/timer-loop.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { beta, officialClient, type OfficialClient } from '../support/official-client.ts';

describe.each(ENGINES)('the official client on $name', (engine) => {
  let app: TestApp;
  let client: OfficialClient;

  beforeAll(async () => {
    app = await startApp(engine);
    client = officialClient(await app.slipway.listen(), app.token);
  });
  afterAll(() => app.close());

  it('plans a workflow, sees it through and deletes it', async () => {
    await client.flags.postFeatureFlag('default', { key: 'cart', name: 'Cart' });
    const place = ['default', 'cart', 'test'] as const;
    const wait = { kind: 'schedule', scheduleKind: 'relative', waitDuration: 1, waitDurationUnit: 'minute' };
    const stages = [{ conditions: [wait], action: { instructions: [{ kind: 'turnFlagOn' }] } }];
    const { data } = await client.workflows.postWorkflow(...place, { name: 'Rollout', stages });
    expect(data._execution.status).toBe('active');
    await app.clock.advance(60_000);
    await runDueTimers(app.slipway, { rang: ({ error }) => expect(error).toBeUndefined(), failed: () => undefined });
    expect((await client.workflows.getCustomWorkflow(...place, data._id)).data._execution.status).toBe('completed');
    expect((await client.flags.getFeatureFlag('default', 'cart')).data.environments?.['test']?.on).toBe(true);
    await client.workflows.deleteWorkflow(...place, data._id);
    expect((await client.workflows.getWorkflows(...place)).data.totalCount).toBe(0);
  });

  it('keeps a metric group', async () => {
    const { data: me } = await client.metrics.postMetric('default', { key: 'seen', kind: 'custom', eventKey: 'seen' });
    const metrics = [{ key: 'seen', nameInGroup: 'See' }];
    const group = {
      key: 'path',
      name: 'Path',
      kind: 'funnel' as const,
      maintainerId: me.maintainerId ?? '',
      tags: [],
      metrics,
    };
    await client.metricGroups.createMetricGroup('default', group, beta);
    const rename = [{ op: 'replace', path: '/name', value: 'Way' }];
    await client.metricGroups.patchMetricGroup('default', 'path', rename, beta);
    expect((await client.metricGroups.getMetricGroup('default', 'path', undefined, beta)).data.name).toBe('Way');
    await client.metricGroups.deleteMetricGroup('default', 'path', beta);
    await expect(client.metricGroups.getMetricGroup('default', 'path', undefined, beta)).rejects.toThrow('404');
  });
});
