import { describe, expect, it } from 'vitest';
import { countTry, FORGOTTEN_AFTER_MS, type LoginFailures, waitMs } from './login-throttle.ts';

const MINUTE = 60_000;
const after = (count: number): LoginFailures => ({ count, lastAt: 0 });

describe('the wait after failures', () => {
  it.each([
    [0, 0],
    [4, 0],
    [5, 1_000],
    [6, 2_000],
    [9, 16_000],
    [14, 512_000],
    [15, 15 * MINUTE],
    [5_000, 15 * MINUTE],
  ])('of %i is %i ms', (count, wait) => {
    expect(waitMs(after(count), 0)).toBe(wait);
    expect(waitMs(after(count), wait)).toBe(0);
  });

  it('gets shorter as time passes', () => {
    expect(waitMs(after(9), 15_000)).toBe(1_000);
  });
});

describe('counting a try', () => {
  it('adds one', () => {
    expect(countTry(after(3), 1)).toEqual({ count: 4, lastAt: 1 });
  });

  it('begins anew a quarter of an hour after the last wait', () => {
    expect(countTry(after(4), 15 * MINUTE - 1)).toMatchObject({ count: 5 });
    expect(countTry(after(4), 15 * MINUTE)).toMatchObject({ count: 1 });
    expect(countTry(after(20), FORGOTTEN_AFTER_MS - 1)).toMatchObject({ count: 21 });
    expect(countTry(after(20), FORGOTTEN_AFTER_MS)).toMatchObject({ count: 1 });
  });
});
