import { describe, expect, it } from 'vitest';
import { Lookup } from './lookup.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** A lookup of what `answers` has, in a store that `fails` when told to, and a clock. */
function lookup(answers: Map<string, string>) {
  const state = { elapsed: 0, asked: 0, fails: undefined as Error | undefined };
  const clock = { now: () => 0, elapsed: () => state.elapsed, every: () => () => undefined };
  const found = new Lookup(clock, async (key) => {
    state.asked++;
    if (state.fails) throw state.fails;
    return answers.get(key);
  });
  return { state, find: (key: string) => found.find(key) };
}

describe('Lookup', () => {
  it('asks once a second, however many come', async () => {
    const { state, find } = lookup(new Map([['key', 'a']]));
    expect(await Promise.all([find('key'), find('key'), find('')])).toEqual(['a', 'a', undefined]);
    state.elapsed = 999;
    await find('key');
    expect(state.asked).toBe(1);
    state.elapsed = 1_000;
    await find('key');
    expect(state.asked).toBe(2);
  });

  it('keeps what was there while the store is away, however long', async () => {
    const answers = new Map([['key', 'a']]);
    const { state, find } = lookup(answers);
    await find('key');
    state.fails = refused;
    for (let second = 1; second < 5; second++) {
      state.elapsed = second * 1_000;
      expect(await find('key')).toBe('a');
    }
    state.fails = undefined;
    answers.delete('key');
    state.elapsed = 6_000;
    expect(await find('key')).toBe(undefined);
  });

  it('fails for what it has not seen, and for what was not there', async () => {
    const { state, find } = lookup(new Map());
    expect(await find('absent')).toBe(undefined);
    state.fails = refused;
    state.elapsed = 1_000;
    await expect(find('absent')).rejects.toThrow(refused);
    await expect(find('new')).rejects.toThrow(refused);
    await expect(find('absent')).rejects.toThrow(refused);
  });

  it('fails where it is not the store that is away', async () => {
    const { state, find } = lookup(new Map([['key', 'a']]));
    await find('key');
    state.fails = new Error('a mistake of ours');
    state.elapsed = 1_000;
    await expect(find('key')).rejects.toThrow('a mistake of ours');
  });
});
