import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../store/deliveries.ts';
import { emptySnapshot, nextSnapshot } from './snapshot.ts';
import {
  changes,
  encodeEvents,
  encodeFrames,
  fullTransfer,
  goodbye,
  type TransferEvent,
  transferSince,
} from './transfer.ts';

const flag = (key: string, sequence: number, document: string | null = `{"key":"${key}"}`): Delivery => ({
  kind: 'flag',
  key,
  version: sequence + 10,
  sequence,
  document,
});
const snapshot = nextSnapshot(emptySnapshot('env'), [
  flag('a', 1),
  { ...flag('a', 2), kind: 'segment' },
  flag('gone', 3, null),
]);
const parse = (events: readonly TransferEvent[]) => JSON.parse(encodeEvents(events)).events;
const intent = (intentCode: string, reason: string, target = 3) => ({
  event: 'server-intent',
  data: { payloads: [{ id: 'env', target, intentCode, reason }] },
});
const transferred = (version = 3) => ({
  event: 'payload-transferred',
  data: { state: `(p:env:${version})`, version, id: 'env' },
});
const segment = { event: 'put-object', data: { kind: 'segment', key: 'a', version: 12, object: { key: 'a' } } };

describe('transfers', () => {
  it('replace everything, without what is gone', () => {
    expect(parse(fullTransfer(snapshot))).toEqual([
      intent('xfer-full', 'payload-missing'),
      { event: 'put-object', data: { kind: 'flag', key: 'a', version: 11, object: { key: 'a' } } },
      segment,
      transferred(),
    ]);
  });

  it('replace everything even by nothing', () => {
    expect(parse(fullTransfer(emptySnapshot('env')))).toEqual([
      intent('xfer-full', 'payload-missing', 0),
      transferred(0),
    ]);
  });

  it('bring what is newer, and what is gone', () => {
    expect(parse(transferSince(snapshot, 1))).toEqual([
      intent('xfer-changes', 'stale'),
      { event: 'delete-object', data: { kind: 'flag', key: 'gone', version: 13 } },
      segment,
      transferred(),
    ]);
  });

  it('replace everything when all is newer: what an SDK holds may be gone without a trace', () => {
    const restored = nextSnapshot(emptySnapshot('env'), [flag('a', 1_000), flag('b', 1_000)]);
    expect(parse(transferSince(restored, 5))).toEqual(parse(fullTransfer(restored)));
  });

  it('say when there is nothing newer, and nothing else', () => {
    expect(parse(transferSince(snapshot, 3))).toEqual([intent('none', 'up-to-date')]);
  });

  it('lead from any state to the newest', () => {
    const items = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), isGone: fc.boolean() }), { maxLength: 20 });
    fc.assert(
      fc.property(items, fc.nat(20), (steps, cut) => {
        const deliveries = steps.map(({ key, isGone }, index) => flag(key, index + 1, isGone ? null : `${index}`));
        const known = nextSnapshot(emptySnapshot('env'), deliveries.slice(0, cut));
        const newest = nextSnapshot(emptySnapshot('env'), deliveries);
        const held = apply(new Map(), fullTransfer(known));
        expect(apply(held, transferSince(newest, known.payloadVersion))).toEqual(
          apply(new Map(), fullTransfer(newest)),
        );
      }),
    );
  });
});

/** What an SDK holds after a transfer. */
function apply(held: ReadonlyMap<string, unknown>, events: readonly TransferEvent[]): ReadonlyMap<string, unknown> {
  const next = new Map(held);
  for (const { event, data } of parse(events)) {
    if (event === 'server-intent' && data.payloads[0].intentCode === 'xfer-full') next.clear();
    if (event === 'put-object') next.set(data.key, data.object);
    if (event === 'delete-object') next.delete(data.key);
  }
  return next;
}

describe('frames, byte by byte', () => {
  it('carry one change as a whole', () => {
    expect(encodeFrames(changes({ environmentId: 'env', payloadVersion: 5 }, [flag('b', 5)]))).toBe(
      'event: put-object\ndata: {"kind":"flag","key":"b","version":15,"object":{"key":"b"}}\n\n' +
        'event: payload-transferred\ndata: {"state":"(p:env:5)","version":5,"id":"env"}\n\n',
    );
  });

  it('say goodbye', () => {
    expect(encodeFrames([goodbye('shutdown')])).toBe(
      'event: goodbye\ndata: {"reason":"shutdown","silent":false,"catastrophe":false}\n\n',
    );
  });
});
