import { describe, expect, it } from 'vitest';
import { addLatencies, countLatencies, latencyWithin, noLatencies, withLatency } from './receipts.ts';

const counted = (...times: readonly number[]) => times.reduce(withLatency, noLatencies());

describe('times of delivery', () => {
  it('are told by the upper end of their class', () => {
    expect(latencyWithin(counted(0), 0.5)).toBe(1);
    expect(latencyWithin(counted(1), 0.5)).toBe(1);
    expect(latencyWithin(counted(2), 0.5)).toBe(3);
    expect(latencyWithin(counted(10_000), 0.5)).toBe(10_000);
  });

  it('have none where they are beyond the last class, or nothing was delivered', () => {
    expect(latencyWithin(counted(10_001), 0.5)).toBeNull();
    expect(latencyWithin(noLatencies(), 0.5)).toBeNull();
  });

  it('take so many deliveries as the share asks for', () => {
    const counts = counted(...Array.from({ length: 99 }, () => 5), 2_000);
    expect(latencyWithin(counts, 0.5)).toBe(10);
    expect(latencyWithin(counts, 0.99)).toBe(10);
    expect(latencyWithin(counts, 1)).toBe(3_000);
  });

  it('of two processes are added', () => {
    const counts = addLatencies(counted(5, 5), counted(5, 20_000));
    expect(countLatencies(counts)).toBe(4);
    expect(latencyWithin(counts, 0.75)).toBe(10);
    expect(latencyWithin(counts, 0.76)).toBeNull();
  });
});
