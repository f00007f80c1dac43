import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type ClientSide, clientSide, inPath } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import { openStream, type StreamEvent, type StreamReader } from '../support/stream-reader.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/* Somebody sets the clock of the machine: an hour forwards, then two back. */

describe.each(ENGINES)('when the clock is set on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    await on.addFlag('cart');
  });
  afterAll(() => app.close());

  const schedule = async (executionDate: number, kind: string) => {
    const { status } = await app.call({
      method: 'POST',
      path: 'projects/default/flags/cart/environments/production/scheduled-changes',
      body: { executionDate, instructions: [{ kind }] },
    });
    expect(status).toBe(201);
  };
  const executed = async () => {
    const changes = await listChanges(app.slipway.database.db, 500);
    return changes.filter(({ titleVerb }) => /turned (?:on|off) the flag/.test(titleVerb)).length;
  };
  const isOn = async () => (await app.call({ path: 'flags/default/cart' })).body.environments.production.on;
  /** Everything that is not a comment, up to the next comment. */
  const untilHeartbeat = async (stream: StreamReader) => {
    const events: StreamEvent[] = [];
    for (let event = await stream.next(); event; event = await stream.next()) {
      if ('comment' in event) return events;
      events.push(event);
    }
    throw new Error('the stream ended');
  };

  it('streams go on, timers ring once, and everybody hears of it once', async () => {
    const streams = await Promise.all([
      openStream(`${on.url}/all`, on.sdkKey),
      openStream(`${on.url}/meval/${inPath({ kind: 'user', key: 'kim' })}`, on.mobileKey),
    ]);
    const heard = async () => {
      for (let second = 0; second < 20; second++) {
        await app.clock.advance(SECOND);
        // No time passes by itself, so what is to be told needs a turn.
        await setImmediate();
      }
      const events = await Promise.all(streams.map(untilHeartbeat));
      return events.map((own) => own.map((event) => 'event' in event && event.event));
    };
    expect(await heard()).toEqual([['put'], ['put']]);
    await schedule(app.clock.now() + 30 * MINUTE, 'turnFlagOff');
    expect(await heard()).toEqual([[], []]);

    app.clock.set(HOUR);
    expect(await heard()).toEqual([['patch'], ['patch']]);
    expect([await isOn(), await executed()]).toEqual([false, 1]);

    app.clock.set(-2 * HOUR);
    expect(await heard()).toEqual([[], []]);
    expect([await isOn(), await executed()]).toEqual([false, 1]);
    await schedule(app.clock.now() + MINUTE, 'turnFlagOn');
    expect(await heard()).toEqual([[], []]);
    for (let part = 0; part < 2; part++) await app.clock.advance(15 * SECOND);
    expect(await isOn()).toBe(false);
    await app.clock.advance(15 * SECOND);
    expect([await isOn(), await executed()]).toEqual([true, 2]);
    for (const stream of streams) stream.close();
  });

  it('streams do not grow old at once, and end in their time', async () => {
    const stream = await openStream(`${on.url}/all`, on.sdkKey);
    app.clock.set(HOUR);
    await app.clock.advance(20 * SECOND);
    await untilHeartbeat(stream);
    app.clock.set(-HOUR);
    await app.clock.advance(36 * MINUTE);
    const rest: (StreamEvent | undefined)[] = [];
    do rest.push(await stream.next());
    while (rest.at(-1));
    expect(rest.filter((event) => event && 'event' in event)).toEqual([]);
  });

  it('keys that are reset end within a second, though the clock was set back', async () => {
    const poll = () => app.call({ path: '/sdk/latest-all', token: on.sdkKey });
    expect((await poll()).status).toBe(200);
    app.clock.set(-HOUR);
    await app.call({ method: 'POST', path: 'projects/default/environments/production/apiKey' });
    await app.clock.advance(SECOND);
    expect((await poll()).status).toBe(401);
  });
});
