import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** A log whose lines can be looked into. */
function readableLog(): { logger: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  return { logger: pino({ level: 'info' }, stream), lines };
}

describe.each(ENGINES.slice(0, 1))('requests', (engine) => {
  const { logger, lines } = readableLog();
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp(engine, {}, { logger });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    lines.length = 0;
  });

  const ask = (path: string, headers: Readonly<Record<string, string>> = {}) => app.call({ path, headers });
  const logged = () => lines.find(({ msg }) => msg === 'request answered');

  it.each(['/api/v2/projects', '/sdk/latest-all', '/internal/session', '/nothing/here'])(
    'to %s have ids that the answer and the log name',
    async (path) => {
      const { headers } = await ask(path);
      expect(headers['x-request-id']).toMatch(UUID);
      expect(logged()).toMatchObject({ reqId: headers['x-request-id'] });
    },
  );

  it.each(['1', 'Root=1-67891233-abcdef012345678912345678', 'a.b:c/d+e=f@g-h_i', 'x'.repeat(128)])(
    'keep the id %s that they came with',
    async (id) => {
      const { headers, body } = await ask('projects/missing', { 'x-request-id': id });
      expect(headers['x-request-id']).toBe(id);
      expect(body.id).toBe(id);
      expect(logged()).toMatchObject({ reqId: id });
    },
  );

  it.each(['', 'two words', 'quote"', 'ä', 'x'.repeat(129)])('get another id than %j', async (id) => {
    const { headers } = await ask('projects', { 'x-request-id': id });
    expect(headers['x-request-id']).toMatch(UUID);
  });

  it('are logged with the trace of whoever sends them', async () => {
    await ask('projects', { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` });
    expect(logged()).toMatchObject({ traceId: TRACE, status: 200 });
    lines.length = 0;
    await ask('projects', { traceparent: 'no trace' });
    expect(logged()).not.toHaveProperty('traceId');
  });
});
