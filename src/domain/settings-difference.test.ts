import { describe, expect, it } from 'vitest';
import { settingDifferences } from './settings-difference.ts';

describe('settingDifferences', () => {
  const actions = { name: 'updateName', tags: 'updateTags', note: 'updateNote' };
  const before = { name: 'Shop', tags: ['a'], note: undefined as string | undefined, untold: 1 };

  it.each([
    { name: 'nothing of equal settings', change: { tags: ['a'] }, expected: [] },
    { name: 'nothing of settings without an action', change: { untold: 2 }, expected: [] },
    {
      name: 'each setting that changed, in the order of the actions',
      change: { tags: ['a', 'b'], name: 'Store' },
      expected: [
        { action: 'updateName', words: 'Changed name from "Shop" to "Store"' },
        { action: 'updateTags', words: 'Changed tags from ["a"] to ["a","b"]' },
      ],
    },
    {
      name: 'a setting that was not there',
      change: { note: 'x' },
      expected: [{ action: 'updateNote', words: 'Changed note from nothing to "x"' }],
    },
  ])('tells $name', ({ change, expected }) => {
    expect(settingDifferences(before, { ...before, ...change }, actions)).toEqual(expected);
  });
});
