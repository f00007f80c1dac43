import { expect, it } from 'vitest';
import { relativeWords } from './relative-time.tsx';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

it.each([
  [0, 'just now'],
  [-59_000, 'just now'],
  [-MINUTE, '1 minute ago'],
  [-90 * MINUTE, '1 hour ago'],
  [-DAY, 'yesterday'],
  [-10 * DAY, 'last week'],
  [-400 * DAY, 'last year'],
  [2 * HOUR, 'in 2 hours'],
])('tells %i ms in words', (distance, words) => {
  expect(relativeWords(1_000_000_000_000 + distance, 1_000_000_000_000)).toBe(words);
});
