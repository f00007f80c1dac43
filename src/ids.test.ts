import { describe, expect, it } from 'vitest';
import { createIds } from './ids.ts';

describe('createIds', () => {
  const ids = createIds({ now: () => 1_767_603_600_999, elapsed: () => 0, every: () => () => undefined });

  it('makes object ids that begin with the second and sort in the order of their making', () => {
    const made = Array.from({ length: 300 }, () => ids.objectId());
    expect(made.every((id) => /^695b7d90[0-9a-f]{16}$/.test(id))).toBe(true);
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(300);
  });

  it('makes UUIDs of version 4 and salts of 32 hexadecimal digits, no two alike', () => {
    expect(ids.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.salt()).toMatch(/^[0-9a-f]{32}$/);
    expect(ids.salt()).not.toBe(ids.salt());
  });
});
