import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EncodedChange, EncodedState } from './encodings.ts';
import { emptySnapshot, nextSnapshot } from './snapshot.ts';

const items = Array.from({ length: 100 }, (_, index) => ({
  kind: 'flag' as const,
  key: `f${index}`,
  version: 1,
  sequence: index + 1,
  document: `{"key":"f${index}"}`,
}));
const snapshot = nextSnapshot(emptySnapshot('env'), items);

describe('EncodedState', () => {
  const state = new EncodedState(snapshot);

  it('makes every form once', () => {
    expect(state.put()).toBe(state.put());
    expect(state.body('identity')).toBe(state.body('identity'));
    expect(state.body('gzip')).toBe(state.body('gzip'));
    expect(state.transferFrom(undefined).frames()).toBe(state.transferFrom(undefined).frames());
    expect(state.transferFrom(7).frames()).toBe(state.transferFrom(7).frames());
    expect(state.transferFrom(7).body('gzip')).toBe(state.transferFrom(7).body('gzip'));
  });

  it('compresses what it sends plain', () => {
    const transfer = state.transferFrom(99);
    expect(gunzipSync(transfer.body('gzip'))).toEqual(transfer.body('identity'));
  });

  it('sends everything to who has a state that is yet to come', () => {
    expect(state.transferFrom(101)).toBe(state.transferFrom(undefined));
  });

  it('keeps no more than a few transfers of changes, the newest', () => {
    const kept = new EncodedState(snapshot);
    const first = kept.transferFrom(0);
    const second = kept.transferFrom(1);
    for (let basis = 2; basis <= 32; basis++) kept.transferFrom(basis);
    expect(kept.transferFrom(1)).toBe(second);
    expect(kept.transferFrom(0)).not.toBe(first);
    expect(kept.transferFrom(0).frames()).toEqual(first.frames());
  });
});

describe('EncodedChange', () => {
  it('makes every form once', () => {
    const change = new EncodedChange(snapshot, items.slice(98));
    expect(change.itemFrames()).toHaveLength(2);
    expect(change.itemFrames()).toBe(change.itemFrames());
    expect(change.update()).toBe(change.update());
  });
});
