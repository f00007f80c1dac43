import { describe, expect, it } from 'vitest';
import { ServedState } from './served-state.ts';
import { emptySnapshot } from './snapshot.ts';
import { type Watcher, Watchers } from './watchers.ts';

const stateAt = (payloadVersion: number) => new ServedState({ ...emptySnapshot('e'), payloadVersion });

const refuse = (error: unknown) => {
  throw error;
};

/** Notes the versions that it is told of, and how it ends. */
function noting(begin: ServedState, fail?: Error) {
  const told: (number | string)[] = [];
  let state = begin;
  const watcher: Watcher = {
    get state() {
      return state;
    },
    advance: async (next) => {
      if (fail) throw fail;
      told.push(next.payloadVersion);
      state = next;
    },
    send: () => undefined,
    end: (reason) => told.push(reason),
  };
  return { watcher, told };
}

describe('Watchers', () => {
  it('tells who comes too late, and everybody of what is new', async () => {
    let newest = stateAt(2);
    const watchers = new Watchers(() => newest, refuse);
    const [early, late] = [noting(stateAt(1)), noting(newest)];
    watchers.add(early.watcher);
    watchers.add(late.watcher);
    await expect.poll(() => early.told).toEqual([2]);
    newest = stateAt(3);
    void watchers.tell();
    await expect.poll(() => [early.told, late.told]).toEqual([[2, 3], [3]]);
  });

  it('passes over states that are not the newest any more', async () => {
    let newest = stateAt(2);
    const watchers = new Watchers(() => newest, refuse);
    const many = Array.from({ length: 40 }, () => noting(stateAt(1)));
    for (const { watcher } of many) watchers.add(watcher);
    newest = stateAt(3);
    const [last] = many.slice(-1);
    await expect.poll(() => last?.watcher.state.payloadVersion).toBe(3);
    expect(last?.told).toEqual([3]);
  });

  it('lets go of who cannot be told, and goes on with the others', async () => {
    const errors: unknown[] = [];
    const failure = new Error('no store');
    const watchers = new Watchers(
      () => stateAtTwo,
      (error) => errors.push(error),
    );
    const stateAtTwo = stateAt(2);
    const [bad, good] = [noting(stateAt(1), failure), noting(stateAt(1))];
    watchers.add(bad.watcher);
    watchers.add(good.watcher);
    await expect.poll(() => good.told).toEqual([2]);
    expect([bad.told, errors, watchers.size]).toEqual([['failed'], [failure], 1]);
  });
});
