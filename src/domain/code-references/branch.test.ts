import { describe, expect, it } from 'vitest';
import { type Branch, countHunks, countReferences, keepHunks, readBranch, requireNewer } from './branch.ts';

const hunk = (projKey: string, flagKey: string) => ({ startingLineNumber: 1, projKey, flagKey });
const REFERENCES = [
  { path: 'a', hunks: [hunk('p', 'x'), hunk('p', 'x'), hunk('q', 'x')] },
  { path: 'b', hunks: [hunk('p', 'x'), { startingLineNumber: 3 }, { startingLineNumber: 4, projKey: 'p' }] },
  { path: 'a', hunks: [hunk('p', 'x')] },
];

describe('references', () => {
  it('are counted by project and flag, each file once', () => {
    expect(countReferences(REFERENCES)).toEqual([
      { projectKey: 'p', flagKey: 'x', hunkCount: 4, fileCount: 2 },
      { projectKey: 'q', flagKey: 'x', hunkCount: 1, fileCount: 1 },
    ]);
    expect(countReferences([])).toEqual([]);
    expect(countHunks(REFERENCES)).toBe(7);
  });

  it('are kept by hunk, and without files that have none left', () => {
    expect(keepHunks(REFERENCES, ({ projKey }) => projKey === 'q')).toEqual([{ path: 'a', hunks: [hunk('q', 'x')] }]);
  });
});

describe('a scanned branch', () => {
  it('needs little, and takes empty texts and null for nothing', () => {
    const hunks = [{ startingLineNumber: 0, lines: '', projKey: '', flagKey: null, aliases: null }];
    const references = [{ path: 'a', hint: '', hunks }, { path: 'b' }];
    const body = { name: 'main', head: 'h', syncTime: 0, updateSequenceId: null, references };
    expect(readBranch(body, 'main')).toEqual({
      branch: { name: 'main', head: 'h', syncTime: 0 },
      references: [
        { path: 'a', hunks: [{ startingLineNumber: 0 }] },
        { path: 'b', hunks: [] },
      ],
    });
  });

  const scan = (updateSequenceId: number | undefined): Branch => {
    return { name: 'main', head: 'h', syncTime: 0, updateSequenceId };
  };

  it.each([
    [undefined, undefined],
    [undefined, 1],
    [5, undefined],
    [5, 6],
  ])('after scan %s is replaced by scan %s', (last, next) => {
    expect(() => requireNewer(scan(last), scan(next))).not.toThrow();
    expect(() => requireNewer(undefined, scan(next))).not.toThrow();
  });

  it.each([5, 4, -1])('after scan 5 is not replaced by scan %s', (next) => {
    expect(() => requireNewer(scan(5), scan(next))).toThrow(
      `updateSequenceId: expected more than 5, the one that is stored, got ${next}`,
    );
  });
});
