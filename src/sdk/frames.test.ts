import { describe, expect, it } from 'vitest';
import { HEARTBEAT, itemFrame, putFrame } from './frames.ts';
import { emptySnapshot, nextSnapshot } from './snapshot.ts';

const a = { kind: 'flag' as const, key: 'a.b-c_1', version: 3, document: '{"key":"a.b-c_1","version":3}' };

describe('frames, byte by byte', () => {
  it('puts everything', () => {
    const snapshot = nextSnapshot(emptySnapshot('e'), [{ ...a, sequence: 1 }]);
    expect(putFrame(snapshot).toString()).toBe(
      'event: put\ndata: {"path":"/","data":{"flags":{"a.b-c_1":{"key":"a.b-c_1","version":3}},"segments":{}}}\n\n',
    );
  });

  it('puts even nothing', () => {
    expect(putFrame(emptySnapshot('e')).toString()).toBe(
      'event: put\ndata: {"path":"/","data":{"flags":{},"segments":{}}}\n\n',
    );
  });

  it('patches one item, with the path first', () => {
    expect(itemFrame(a).toString()).toBe(
      'event: patch\ndata: {"path":"/flags/a.b-c_1","data":{"key":"a.b-c_1","version":3}}\n\n',
    );
    expect(itemFrame({ ...a, kind: 'segment' }).toString()).toMatch(/"path":"\/segments\/a\.b-c_1"/);
  });

  it('deletes one item at a version of its own', () => {
    expect(itemFrame({ ...a, document: null }).toString()).toBe(
      'event: delete\ndata: {"path":"/flags/a.b-c_1","version":3}\n\n',
    );
  });

  it('beats with an empty comment', () => {
    expect(HEARTBEAT.toString()).toBe(':\n\n');
  });
});
