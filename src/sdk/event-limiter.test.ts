import { describe, expect, it } from 'vitest';
import { RateLimited } from '../domain/errors.ts';
import { manualClock } from '../../tests/support/manual-clock.ts';
import { EventLimiter } from './event-limiter.ts';

describe('EventLimiter', () => {
  const clock = manualClock(0);

  it('refuses an environment from the limit to the end of the window', async () => {
    const limiter = new EventLimiter(clock, 3);
    limiter.requireRoom('a');
    limiter.count('a', 2);
    limiter.requireRoom('a');
    limiter.count('a', 7);
    await clock.advance(7_500);
    limiter.requireRoom('b');
    expect(() => limiter.requireRoom('a')).toThrow(RateLimited);
    expect(() => limiter.requireRoom('a')).toThrow(expect.objectContaining({ retryAfterSeconds: 3 }));
    await clock.advance(2_500);
    expect(() => limiter.requireRoom('a')).not.toThrow();
  });

  it('refuses nobody without a limit', () => {
    const limiter = new EventLimiter(clock, 0);
    limiter.count('a', 1_000_000);
    expect(() => limiter.requireRoom('a')).not.toThrow();
  });
});
