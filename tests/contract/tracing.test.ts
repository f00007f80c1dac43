import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ENGINES, type TestStore } from '../support/engines.ts';
import { Outside } from '../support/outside.ts';
import { runProcess, type SlipwayProcess, startProcess } from '../support/process.ts';
import { attributesOf, type CollectedSpan, collectTraces, type TraceCollector } from '../support/trace-collector.ts';

const OK = 200;
const SERVER = 2;
const CLIENT = 3;
const FAILED = 2;

describe.each(ENGINES)('traces on $name', (engine) => {
  const token = `api-${randomUUID()}`;
  const [traceId, callerId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  let store: TestStore;
  let collector: TraceCollector;
  let hook: Outside;
  let slipway: SlipwayProcess;
  let sdkKey = '';
  let exitCode: number | null;

  const ask = (path: string, method = 'GET', body?: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${slipway.url}${path}`, {
      method,
      headers: { authorization: token, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });

  beforeAll(async () => {
    [store, collector, hook] = [await engine.create(), await collectTraces(), new Outside()];
    await hook.up();
    slipway = await startProcess({
      DATABASE_URL: store.url,
      SLIPWAY_ACCESS_TOKEN: token,
      SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=trial',
    });
    await ask('/api/v2/flags/default', 'POST', { key: 'cart', name: 'Cart' });
    await ask('/api/v2/webhooks', 'POST', { url: hook.url, sign: false, on: true });
    const environment = await ask('/api/v2/projects/default/environments/test');
    ({ apiKey: sdkKey } = (await environment.json()) as { apiKey: string });
    const patch = [{ op: 'replace', path: '/name', value: 'Carts' }];
    const traced = { traceparent: `00-${traceId}-${callerId}-01` };
    await ask('/api/v2/flags/default/cart', 'PATCH', patch, traced);
    const unsampled = { traceparent: `00-${randomBytes(16).toString('hex')}-${callerId}-00` };
    await ask('/api/v2/flags/default/cart?untaken', 'GET', undefined, unsampled);
    await ask('/api/v2/flags/default/missing');
    await fetch(`${slipway.url}/sdk/latest-all`, { headers: { authorization: sdkKey } });
    await ask('/healthz');
    await vi.waitUntil(() => hook.asked.length > 1, { timeout: 10_000 });
    exitCode = await slipway.stop('SIGTERM');
  });
  afterAll(async () => {
    await hook.down();
    await collector.close();
    await store.drop();
  });

  const named = (name: string) => collector.spans().filter((span) => span.name === name);
  const one = (name: string): CollectedSpan => {
    const [span, ...others] = named(name);
    if (!span || others.length > 0) throw new Error(`Expected one span ${name}, got ${named(name).length}`);
    return span;
  };
  const partsOf = ({ spanId }: CollectedSpan) =>
    collector.spans().filter(({ parentSpanId }) => parentSpanId === spanId);

  it('are handed over before the process ends, and say what they are of', () => {
    expect(exitCode).toBe(0);
    expect(collector.resource()).toMatchObject({
      'service.name': 'slipway',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
      'deployment.environment.name': 'trial',
    });
  });

  it('link a change to the trace of whoever made it, and its write and statements to it', () => {
    const request = one('PATCH /api/v2/flags/:projectKey/:flagKey');
    expect(request).toMatchObject({ traceId, parentSpanId: callerId, kind: SERVER });
    expect(attributesOf(request.attributes)).toEqual({
      'http.request.method': 'PATCH',
      'http.route': '/api/v2/flags/:projectKey/:flagKey',
      'http.response.status_code': OK,
    });
    const write = partsOf(request).find(({ name }) => name === 'write');
    expect(write).toMatchObject({ traceId });
    const statements = write ? partsOf(write) : [];
    expect(new Set(statements.map(({ kind }) => kind))).toEqual(new Set([CLIENT]));
    expect(statements.map(({ name }) => name)).toEqual(expect.arrayContaining(['begin', 'update', 'insert', 'commit']));
    const update = statements.find(({ name }) => name === 'update');
    expect(attributesOf(update?.attributes ?? [])['db.query.text']).toMatch(/^update "\w+" set .*[?$]/);
    for (const { startTimeUnixNano, endTimeUnixNano } of [request, ...statements]) {
      expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
    }
  });

  it('begin anew for those who send none', () => {
    const [missing] = named('GET /api/v2/flags/:projectKey/:flagKey');
    expect(missing?.parentSpanId ?? '').toBe('');
    expect(attributesOf(missing?.attributes ?? [])['http.response.status_code']).toBe(404);
    expect(missing?.status.code ?? 0).not.toBe(FAILED);
    expect(missing && partsOf(missing).length).toBeGreaterThan(0);
  });

  it('leave out those who do not want to be traced, and probes', () => {
    expect(named('GET /api/v2/flags/:projectKey/:flagKey')).toHaveLength(1);
    expect(named('GET /healthz')).toEqual([]);
  });

  it('have deliveries to webhooks', () => {
    expect(named('webhook delivery').length).toBeGreaterThan(1);
  });

  it('hold no secrets, values or keys', () => {
    const told = collector.bodies.join('\n');
    for (const secret of [token, sdkKey, hook.url, 'cart', 'Carts']) expect(told).not.toContain(secret);
  });
});

describe('tracing', () => {
  it('does not keep the process from ending when nobody collects', async () => {
    const slipway = await startProcess({
      DATABASE_URL: 'sqlite::memory:',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      LOG_LEVEL: 'warn',
    });
    await fetch(`${slipway.url}/api/v2`);
    expect(await slipway.stop('SIGTERM')).toBe(0);
    expect(slipway.output()).toContain('traces could not be sent');
  });

  it('refuses what it cannot do', async () => {
    const { code, output } = await runProcess({ OTEL_TRACES_EXPORTER: 'zipkin' });
    expect(code).toBe(2);
    expect(output).toContain('OTEL_TRACES_EXPORTER: expected otlp or none, got "zipkin"');
  });
});
