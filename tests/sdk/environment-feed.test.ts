import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncodedChange, EncodedState } from '../../src/sdk/encodings.ts';
import { EnvironmentFeed, type Subscriber } from '../../src/sdk/environment-feed.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('the feed of an environment on $name', (engine) => {
  let app: TestApp;
  let environmentId: string;

  beforeAll(async () => {
    app = await startApp(engine);
    environmentId = (await app.call({ path: 'projects/default/environments/production' })).body._id;
  });
  afterAll(() => app.close());

  const newFeed = () => new EnvironmentFeed(app.slipway.database.db, environmentId);
  const createFlag = (key: string) => app.call({ method: 'POST', path: 'flags/default', body: { key, name: 'Fed' } });

  it('gives the same bytes to all, however many', async () => {
    await createFlag('first');
    const feed = newFeed();
    const [one, other] = [new Recorder(), new Recorder()];
    await Promise.all([feed.subscribe(one), feed.subscribe(other)]);
    await createFlag('second');
    await feed.follow(feed.payloadVersion + 1);
    expect(one.states).toHaveLength(1);
    expect(one.states[0]?.transferFrom(undefined).frames()).toBe(other.states[0]?.transferFrom(undefined).frames());
    expect(one.changes).toHaveLength(1);
    expect(one.changes[0]?.update()).toBe(other.changes[0]?.update());
    expect(one.changes[0]?.update().toString()).toContain('"key":"second"');
  });

  it('keeps its encodings when there is nothing new', async () => {
    const feed = newFeed();
    const subscriber = new Recorder();
    await feed.subscribe(subscriber);
    const { state } = feed;
    await feed.follow(feed.payloadVersion + 1);
    expect(feed.state).toBe(state);
    expect(subscriber.changes).toEqual([]);
  });

  it('ends who comes after its end', async () => {
    const feed = newFeed();
    feed.end('shutdown');
    const late = new Recorder();
    await feed.subscribe(late);
    expect(late.ends).toEqual(['shutdown']);
  });
});

/** Keeps what it hears. */
class Recorder implements Subscriber {
  readonly states: EncodedState[] = [];
  readonly changes: EncodedChange[] = [];
  readonly ends: string[] = [];

  begin(state: EncodedState): void {
    this.states.push(state);
  }

  change(change: EncodedChange): void {
    this.changes.push(change);
  }

  send(): void {}

  end(reason: string): void {
    this.ends.push(reason);
  }
}
