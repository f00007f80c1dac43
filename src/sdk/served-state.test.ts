import { describe, expect, it } from 'vitest';
import { ServedState } from './served-state.ts';
import { emptySnapshot, nextSnapshot, type Snapshot } from './snapshot.ts';

interface Content {
  readonly prerequisites?: readonly string[];
  readonly segments?: readonly string[];
  readonly isHidden?: boolean;
}

const clausesOf = ({ segments = [] }: Content) => [
  {
    id: 'rule',
    clauses: [
      { op: 'segmentMatch', values: segments },
      { op: 'in', values: ['other'] },
    ],
  },
];

/** Writes an item, under the next payload version; without content it is deleted. */
function written(snapshot: Snapshot, kind: 'flag' | 'segment', key: string, content: Content | null): Snapshot {
  const sequence = snapshot.payloadVersion + 1;
  const document = content && {
    key,
    prerequisites: (content.prerequisites ?? []).map((other) => ({ key: other, variation: 0 })),
    rules: clausesOf(content),
    clientSideAvailability: { usingEnvironmentId: !content.isHidden, usingMobileKey: true },
  };
  return nextSnapshot(snapshot, [{ kind, key, version: 1, sequence, document: document && JSON.stringify(document) }]);
}

const EMPTY = emptySnapshot('e');

describe('ServedState', () => {
  it('gives a flag the newest version of all it depends on', () => {
    let snapshot = written(EMPTY, 'segment', 'inner', {});
    snapshot = written(snapshot, 'segment', 'outer', { segments: ['inner'] });
    snapshot = written(snapshot, 'flag', 'parent', { segments: ['outer'] });
    snapshot = written(snapshot, 'flag', 'child', { prerequisites: ['parent'] });
    snapshot = written(snapshot, 'flag', 'other', {});
    const versions = (of: Snapshot) => ['child', 'parent', 'other'].map((key) => new ServedState(of).versionOf(key));
    expect(versions(snapshot)).toEqual([4, 3, 5]);
    expect(versions(written(snapshot, 'segment', 'inner', {}))).toEqual([6, 6, 5]);
    expect(versions(written(snapshot, 'flag', 'parent', null))).toEqual([6, 6, 5]);
  });

  it('ends where things depend on each other or are not there', () => {
    const snapshot = written(EMPTY, 'flag', 'a', { prerequisites: ['b'], segments: ['gone'] });
    const both = written(snapshot, 'flag', 'b', { prerequisites: ['a'] });
    expect(new ServedState(both).versionOf('a')).toBe(2);
  });

  it('reads only what is new', () => {
    const snapshot = written(written(EMPTY, 'flag', 'a', {}), 'flag', 'b', {});
    const before = new ServedState(snapshot);
    const after = new ServedState(written(snapshot, 'flag', 'a', { isHidden: true }), before);
    expect(after.flags.get('b')).toBe(before.flags.get('b'));
    expect(after.flags.get('a')).not.toBe(before.flags.get('a'));
  });

  it('has flags in the order of their keys, whenever they were written', () => {
    const snapshot = written(written(EMPTY, 'flag', 'b', {}), 'flag', 'a', {});
    expect([...new ServedState(snapshot).flags.keys()]).toEqual(['a', 'b']);
  });

  it('tells a viewer what has changed for it', () => {
    let snapshot = written(written(written(EMPTY, 'flag', 'a', {}), 'flag', 'b', {}), 'flag', 'hidden', {
      isHidden: true,
    });
    const before = new ServedState(snapshot);
    snapshot = written(snapshot, 'flag', 'a', { segments: ['s'] });
    snapshot = written(snapshot, 'flag', 'b', { isHidden: true });
    snapshot = written(snapshot, 'flag', 'hidden', null);
    const after = new ServedState(snapshot, before);
    const changes = (viewer: 'browser' | 'mobile') => {
      const { changed, gone } = after.changesSince(before, viewer);
      return { changed: changed.map(({ key }) => key), gone };
    };
    expect(changes('browser')).toEqual({ changed: ['a'], gone: ['b'] });
    expect(changes('mobile')).toEqual({ changed: ['a', 'b'], gone: ['hidden'] });
    expect(after.changesSince(before, 'mobile')).toBe(after.changesSince(before, 'mobile'));
  });
});
