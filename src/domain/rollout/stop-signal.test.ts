import { describe, expect, it } from 'vitest';
import { readStopSignals, reasonFor } from './stop-signal.ts';

const alert = (flag?: string, more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'Slow', ...(flag !== undefined && { flag }) },
  ...more,
});
const reasonOf = (body: object, flagKey = 'a') => reasonFor(readStopSignals(body), flagKey);

describe('stop signals', () => {
  it('are about one flag, or about all', () => {
    expect(reasonOf({ reason: 'now', flagKey: 'a' })).toBe('now');
    expect(reasonOf({ reason: 'now', flagKey: 'b' })).toBeUndefined();
    expect(reasonOf({ reason: ' now ' })).toBe('now');
  });

  it('of alerts name the alert, what it says, and each alert once', () => {
    const summary = { annotations: { summary: 'It takes 3 s' } };
    expect(reasonOf({ alerts: [alert('a', summary)] })).toBe('Slow: It takes 3 s');
    expect(reasonOf({ alerts: [alert('a'), alert(), alert('b'), alert('a', summary)] })).toBe(
      'Slow; Slow: It takes 3 s',
    );
    expect(reasonOf({ alerts: [{ status: 'firing' }] })).toBe('an alert');
  });

  it('are not there while no alert fires', () => {
    expect(readStopSignals({ alerts: [] })).toEqual([]);
    expect(readStopSignals({ alerts: [alert('a', { status: 'resolved' })] })).toEqual([]);
  });

  it('are not too many, and not too long', () => {
    const alerts = Array.from({ length: 1_001 }, () => alert());
    expect(() => readStopSignals({ alerts })).toThrow('alerts: expected at most 1000 alerts');
    const long = { annotations: { summary: 'x'.repeat(1_000) } };
    expect(reasonOf({ alerts: [alert('a', long)] })).toHaveLength(500);
  });
});
