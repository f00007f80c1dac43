import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENGINES, type TestStore } from '../support/engines.ts';
import { type SlipwayProcess, startProcess } from '../support/process.ts';
import { openStream, type StreamReader } from '../support/stream-reader.ts';

const WRITERS = 8;
const STREAMS = 50;
/** Changes that are answered before the signal comes. */
const BEFORE_SIGNAL = 40;
const LISTED = 1_000;

/** What became of the flags that somebody made. */
interface Made {
  readonly answered: string[];
  readonly refused: string[];
  /** Sent, and the connection ended instead of an answer. */
  readonly unanswered: string[];
}

describe.each(ENGINES)('a stop under load on $name', (engine) => {
  const token = `api-${randomUUID()}`;
  let store: TestStore;
  let slipway: SlipwayProcess;

  beforeAll(async () => {
    store = await engine.create();
    slipway = await startProcess({ DATABASE_URL: store.url, SLIPWAY_ACCESS_TOKEN: token });
  });
  afterAll(() => store.drop());

  const ask = (path: string, body?: object) =>
    fetch(`${slipway.url}/api/v2/${path}`, {
      headers: { authorization: token, 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
  /** Makes flags until nobody takes them any more. */
  const makeFlags = async (writer: number, made: Made, wasAnswered: () => void) => {
    for (let count = 0; ; count++) {
      const key = `flag-${writer}-${count}`;
      const answer = await ask('flags/default', { key, name: key }).catch(() => undefined);
      if (!answer) return made.unanswered.push(key);
      await answer.text();
      if (answer.status !== 201) return made.refused.push(key);
      made.answered.push(key);
      wasAnswered();
    }
  };
  const untilEnd = async (stream: StreamReader) => {
    const seen = new Set<string>();
    for (let event = await stream.next(); event; event = await stream.next()) {
      if (!('comment' in event) && event.event === 'patch') seen.add((event.data as { path: string }).path);
    }
    return seen;
  };

  it('answers what it has begun, ends its streams, and loses nothing', async () => {
    const { apiKey } = (await (await ask('projects/default/environments/test')).json()) as { apiKey: string };
    const streams = await Promise.all(Array.from({ length: STREAMS }, () => openStream(`${slipway.url}/all`, apiKey)));
    const ended = Promise.all(streams.map(untilEnd));
    const made: Made = { answered: [], refused: [], unanswered: [] };
    const exit = new Promise<number | null>((done) => {
      const wasAnswered = () => {
        if (made.answered.length === BEFORE_SIGNAL) done(slipway.stop('SIGTERM'));
      };
      for (let writer = 0; writer < WRITERS; writer++) void makeFlags(writer, made, wasAnswered);
    });
    expect(await exit).toBe(0);
    const seen = await ended;
    // Those that were asked for and never answered may have come too late for their connection; none was taken.
    await expect.poll(() => made.refused.length + made.unanswered.length).toBe(WRITERS);
    expect(made.answered.length).toBeGreaterThanOrEqual(BEFORE_SIGNAL);

    slipway = await startProcess({ DATABASE_URL: store.url, SLIPWAY_ACCESS_TOKEN: token });
    const { items } = (await (await ask(`flags/default?limit=${LISTED}`)).json()) as { items: { key: string }[] };
    expect(items.map(({ key }) => key).toSorted()).toEqual(made.answered.toSorted());
    // The flags that were answered before the signal had all left for everybody.
    const known = new Set(made.answered.map((key) => `/flags/${key}`));
    for (const paths of seen) expect([...paths].filter((path) => !known.has(path))).toEqual([]);
  });

  it('does not wait for connections on which nothing is asked', async () => {
    const { hostname, port } = new URL(slipway.url);
    const ahead = connect(Number(port), hostname);
    const kept = connect(Number(port), hostname);
    await Promise.all([once(ahead, 'connect'), once(kept, 'connect')]);
    kept.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(kept, 'data');
    expect(await slipway.stop('SIGTERM')).toBe(0);
  });
});
