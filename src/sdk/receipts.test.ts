import { describe, expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import { noLatencies, withLatency } from '../domain/receipts.ts';
import type { ConnectedSdk } from './connected-sdk.ts';
import { Receipts } from './receipts.ts';

const START = 1_000_000;
const SDK: ConnectedSdk = {
  name: 'GoClient',
  version: '7.0.0',
  instanceId: undefined,
  applicationId: '',
  applicationVersion: '',
};

function create() {
  let now = START;
  const clock: Clock = { now: () => now, elapsed: () => now, every: () => () => undefined };
  const receipts = new Receipts(clock);
  const open = (sdk: Partial<ConnectedSdk> = {}) => receipts.open('e', 'server', { ...SDK, ...sdk });
  const pass = (ms: number) => {
    now += ms;
  };
  return { receipts, open, pass };
}

describe('receipts', () => {
  it('count the time from when a change was heard of to when its bytes have left', () => {
    const { receipts, open, pass } = create();
    const [fast, slow] = [open(), open()];
    fast.reached(4);
    slow.reached(4);
    receipts.heard('e', 5);
    pass(2);
    fast.reached(5);
    pass(200);
    slow.reached(5);
    const counts = withLatency(withLatency(noLatencies(), 2), 202);
    expect(receipts.report().changes).toEqual([{ environmentId: 'e', payloadVersion: 5, heardAt: START, counts }]);
  });

  it('do not count what a stream begins with, and count from its opening what came while it began', () => {
    const { receipts, open, pass } = create();
    open().reached(4);
    receipts.heard('e', 5);
    pass(5_000);
    const late = open();
    late.reached(4);
    pass(2);
    late.reached(5);
    open().reached(5);
    expect(receipts.report().changes).toMatchObject([{ counts: withLatency(noLatencies(), 2) }]);
  });

  it('count a stream that skips versions for each of them', () => {
    const { receipts, open } = create();
    const stream = open();
    stream.reached(1);
    receipts.heard('e', 2);
    stream.reached(4);
    const counts = withLatency(noLatencies(), 0);
    expect(receipts.report().changes).toMatchObject([2, 3, 4].map((payloadVersion) => ({ payloadVersion, counts })));
  });

  it('tell of a change again only when somebody else has got it', () => {
    const { receipts, open } = create();
    const [first, second] = [open(), open()];
    for (const stream of [first, second]) stream.reached(1);
    receipts.heard('e', 2);
    first.reached(2);
    const failed = receipts.report();
    expect(failed.changes).toHaveLength(1);
    const report = receipts.report();
    expect(report.changes).toHaveLength(1);
    report.done();
    expect(receipts.report().changes).toEqual([]);
    second.reached(2);
    expect(receipts.report().changes).toHaveLength(1);
  });

  it('keep the newest fifty changes', () => {
    const { receipts, open } = create();
    open().reached(1);
    receipts.heard('e', 2);
    receipts.heard('e', 200);
    const versions = receipts.report().changes.map(({ payloadVersion }) => payloadVersion);
    expect(versions).toHaveLength(50);
    expect([versions[0], versions.at(-1)]).toEqual([151, 200]);
  });

  it('know nothing of environments without streams', () => {
    const { receipts, open } = create();
    receipts.heard('e', 1);
    const stream = open();
    stream.reached(2);
    stream.close();
    receipts.heard('e', 3);
    expect(receipts.report()).toMatchObject({ connected: [], changes: [] });
  });

  it('put streams that are alike into a group, and say since when one is behind', () => {
    const { receipts, open, pass } = create();
    for (const stream of [open({ instanceId: 'a' }), open({ instanceId: 'a' }), open()]) stream.reached(1);
    pass(10);
    receipts.heard('e', 2);
    pass(10);
    receipts.heard('e', 3);
    open({ version: '8.0.0' }).reached(3);
    expect(receipts.report().connected).toMatchObject([
      { sdkVersion: '7.0.0', payloadVersion: 1, streams: 3, instances: 2, behindSince: START + 10 },
      { sdkVersion: '8.0.0', payloadVersion: 3, streams: 1, instances: 1, behindSince: undefined },
    ]);
  });

  it('count a stream that nothing has left for as behind since it was opened', () => {
    const { receipts, open } = create();
    open();
    expect(receipts.report().connected).toMatchObject([{ payloadVersion: 0, streams: 1, behindSince: START }]);
  });

  it('give no names to groups beyond a thousand', () => {
    const { receipts, open } = create();
    for (let index = 0; index < 1_100; index++) open({ version: `${index}` }).reached(1);
    const { connected } = receipts.report();
    expect(connected).toHaveLength(1_001);
    expect(connected.at(-1)).toMatchObject({ sdkName: '', sdkVersion: '', streams: 100 });
  });
});
