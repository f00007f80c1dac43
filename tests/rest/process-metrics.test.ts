import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/metrics.ts';
import { StaleVersion } from '../../src/domain/errors.ts';
import { SYSTEM } from '../../src/domain/access/actor.ts';
import { write } from '../../src/operations/write.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide, inPath } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { faulty } from '../support/faulty-store.ts';
import { Outside } from '../support/outside.ts';
import { type Scrape, scrape } from '../support/scrape.ts';
import { openStream } from '../support/stream-reader.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const CONTEXT = inPath({ kind: 'user', key: 'kim' });
const FLAGS = ['one', 'two', 'three'];

describe('the metrics that docs/operating.md lists', () => {
  it('are those that there are, with their kinds and labels', async () => {
    const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(slipway_\w+)` \| (\w+) \| ([^|]*)\|/gm)];
    const told = rows.map(([, name, kind, labels = '']) => ({ name, kind, labels }));
    const { registry } = createMetrics();
    const counted = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('slipway_'));
    expect(told.map(({ name }) => name)).toEqual(counted.map(({ name }) => name));
    for (const [index, metric] of counted.entries()) {
      const { kind, labels = '' } = told[index] ?? {};
      const { labelNames } = metric as unknown as { labelNames: readonly string[] };
      const untold = labelNames.filter((label) => !labels.includes(`\`${label}\``));
      const { name } = metric;
      expect({ name, kind, untold }).toEqual({ name, kind: metric.constructor.name.toLowerCase(), untold: [] });
    }
  });
});

describe.each(ENGINES)('metrics of the process on $name', (given) => {
  const engine = faulty(given);
  let app: TestApp;
  let on: ClientSide;
  let before: Scrape;

  beforeAll(async () => {
    app = await startApp(engine, { SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true' });
    on = await clientSide(app);
    for (const key of FLAGS) await on.addFlag(key);
  });
  afterAll(async () => {
    app.slipway.server.server.closeAllConnections();
    await app.close();
  });

  /** How much a figure has grown since `before`. */
  const grown = async (name: string, labels: Readonly<Record<string, string>> = {}) =>
    ((await scrape(app))(name, labels) ?? 0) - (before(name, labels) ?? 0);
  const send = (path: string, key: string, body?: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${on.url}${path}`, {
      headers: { authorization: key, ...headers },
      ...(body !== undefined && { method: 'POST', body }),
    });

  it('tell what is running', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const figures = await scrape(app);
    expect(figures('slipway_build_info', { version, node: process.versions.node })).toBe(1);
    expect(figures('slipway_store_up')).toBe(1);
  });

  it('count streams by kind, and deliveries to those of SDKs', async () => {
    before = await scrape(app);
    const streams = await Promise.all([
      openStream(`${on.url}/all`, on.sdkKey),
      openStream(`${on.url}/sdk/stream`, on.sdkKey),
      openStream(`${on.url}/meval/${CONTEXT}`, on.mobileKey),
      openStream(`${on.url}/eval/${on.id}/${CONTEXT}`, ''),
      openStream(`${on.url}/ping/${on.id}`, ''),
      openStream(`${on.url}/big-segments`, on.sdkKey),
    ]);
    for (const stream of streams) await stream.next();
    const open = { server: 2, mobile: 1, browser: 1, ping: 1, 'big segments': 1, 'relay auto-config': 0 };
    for (const [kind, count] of Object.entries(open)) {
      expect([kind, await grown('slipway_sdk_streams_open', { kind })]).toEqual([kind, count]);
    }
    expect(await grown('slipway_evaluations_total', { endpoint: 'stream' })).toBe(2 * FLAGS.length);
    expect(await grown('slipway_sdk_delivery_duration_seconds_count')).toBe(0);

    await on.instruct('one', { kind: 'turnFlagOff' });
    await expect.poll(() => grown('slipway_sdk_delivery_duration_seconds_count')).toBe(5);
    expect(await grown('slipway_evaluations_total', { endpoint: 'stream' })).toBe(2 * FLAGS.length + 2);

    for (const stream of streams) stream.close();
    const ended = () => grown('slipway_sdk_streams_ended_total', { reason: 'client closed' });
    await expect.poll(ended).toBe(streams.length);
    expect(await grown('slipway_sdk_streams_open')).toBe(0);
  });

  it('count flags evaluated by polls and OFREP', async () => {
    before = await scrape(app);
    await send(`/msdk/evalx/contexts/${CONTEXT}`, on.mobileKey);
    await send(`/sdk/evalx/${on.id}/contexts/${CONTEXT}`, '');
    await send(`/sdk/poll/eval/${CONTEXT}`, on.mobileKey);
    const context = JSON.stringify({ context: { targetingKey: 'kim' } });
    await send('/ofrep/v1/evaluate/flags/two', on.sdkKey, context);
    await send('/ofrep/v1/evaluate/flags', on.sdkKey, context);
    expect(await grown('slipway_evaluations_total', { endpoint: 'poll' })).toBe(3 * FLAGS.length);
    expect(await grown('slipway_evaluations_total', { endpoint: 'ofrep' })).toBe(1 + FLAGS.length);
  });

  it('count events and their batches', async () => {
    before = await scrape(app);
    const batch = JSON.stringify([{ kind: 'click' }, { kind: 'made up' }, { kind: 'click' }]);
    const once = { 'x-launchdarkly-payload-id': randomUUID() };
    await send('/bulk', on.sdkKey, batch, once);
    await send('/bulk', on.sdkKey, batch, once);
    await send('/bulk', on.sdkKey, 'no events');
    expect(await grown('slipway_sdk_events_total', { kind: 'click' })).toBe(2);
    expect(await grown('slipway_sdk_events_total', { kind: 'other' })).toBe(1);
    for (const outcome of ['stored', 'repeated', 'refused']) {
      expect([outcome, await grown('slipway_sdk_event_batches_total', { outcome })]).toEqual([outcome, 1]);
    }
    expect(await grown('slipway_sdk_event_batches_total')).toBe(3);
  });

  it('count timers, and how late they are', async () => {
    before = await scrape(app);
    const executionDate = app.clock.now() + MINUTE;
    const change = { executionDate, instructions: [{ kind: 'turnFlagOff' }] };
    await app.call({
      method: 'POST',
      path: 'projects/default/flags/two/environments/production/scheduled-changes',
      body: change,
    });
    // Nobody looks while the clock is set, as if no process had run.
    app.clock.set(MINUTE + 30 * SECOND);
    const due = await scrape(app);
    expect(due('slipway_queue_due', { queue: 'timers' })).toBe(1);
    expect(due('slipway_queue_oldest_due_seconds', { queue: 'timers' })).toBe(30);
    await app.clock.advance(SECOND);
    const kind = 'execute-scheduled-change';
    expect(await grown('slipway_timers_total', { kind, outcome: 'done' })).toBe(1);
    expect(await grown('slipway_timer_lateness_seconds_bucket', { kind, le: '15' })).toBe(0);
    expect(await grown('slipway_timer_lateness_seconds_bucket', { kind, le: '60' })).toBe(1);
    const after = await scrape(app);
    expect(after('slipway_queue_due', { queue: 'timers' })).toBe(0);
    expect(after('slipway_queue_oldest_due_seconds', { queue: 'timers' })).toBe(0);
  });

  it('count deliveries to webhooks, and mails', async () => {
    const outside = new Outside();
    await outside.up();
    const body = { url: `${outside.url}/hook`, sign: false, on: true };
    const { body: webhook } = await app.call({ method: 'POST', path: 'webhooks', body });
    // It is told of its own creation.
    await app.clock.advance(SECOND);
    before = await scrape(app);
    const invite = (email: string) => app.call({ method: 'POST', path: 'members', body: [{ email, role: 'reader' }] });
    expect((await invite('first@example.com')).status).toBe(201);
    await app.clock.advance(SECOND);
    expect(await grown('slipway_webhook_deliveries_total', { outcome: 'delivered' })).toBe(1);
    expect(await grown('slipway_mails_total', { outcome: 'sent' })).toBe(1);
    outside.answer = { status: 500 };
    await invite('second@example.com');
    await app.clock.advance(SECOND);
    expect(await grown('slipway_webhook_deliveries_total', { outcome: 'tried again' })).toBe(1);
    await app.call({ method: 'DELETE', path: `webhooks/${webhook._id}` });
    await outside.down();
  });

  it('count statements, transactions and lost races', async () => {
    before = await scrape(app);
    let attempts = 0;
    await write(app.slipway, SYSTEM, async ({ tx }) => {
      await tx.selectFrom('accounts').select('slot').execute();
      await tx.deleteFrom('mails').where('id', '=', 'nobody').execute();
      if (++attempts < 3) throw new StaleVersion();
    });
    const store = (operation: string) => grown('slipway_database_duration_seconds_count', { operation });
    expect(await store('transaction')).toBe(3);
    expect(await store('begin')).toBe(3);
    expect(await store('commit')).toBe(1);
    expect(await store('rollback')).toBe(2);
    expect(await store('delete')).toBe(3);
    expect(await store('select')).toBeGreaterThanOrEqual(3);
    expect(await grown('slipway_lost_races_total', { outcome: 'tried again' })).toBe(2);
    expect(await grown('slipway_lost_races_total', { outcome: 'given up' })).toBe(0);
  });

  it.runIf(given.name === 'postgres')('are scraped while the store is away, without what stands in it', async () => {
    await engine.take();
    const away = await scrape(app);
    expect(away('slipway_store_up')).toBe(0);
    expect(away('slipway_queue_due')).toBeUndefined();
    expect(away('slipway_releases')).toBeUndefined();
    expect(away('slipway_sdk_streams_open')).toBe(0);
    await engine.giveBack();
    const back = await scrape(app);
    expect(back('slipway_store_up')).toBe(1);
    expect(back('slipway_releases')).toBe(0);
  });
});
