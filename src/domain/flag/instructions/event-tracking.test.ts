import { describe, expect, it } from 'vitest';
import { flagWith, patched } from '../../../../tests/support/builders/patched.ts';

describe('event tracking', () => {
  it.each([
    ['updateTrackEvents', 'trackEvents', 'updateTrackEvents: Turned event tracking on'],
    [
      'updateTrackEventsFallthrough',
      'trackEventsFallthrough',
      'updateTrackEvents: Turned event tracking of the default rule on',
    ],
  ] as const)('%s sets %s', (kind, member, words) => {
    const on = patched(flagWith({}), [{ kind, trackEvents: true }]);
    expect(on.config[member]).toBe(true);
    expect(on.told).toEqual([words]);
    expect(patched(on.flag, [{ kind, trackEvents: true }]).told).toEqual([]);
    expect(patched(on.flag, [{ kind, trackEvents: false }]).config[member]).toBe(false);
  });

  it('debugs until a date that is to come, or no more', () => {
    const until = Date.UTC(2026, 5, 1);
    const set = (debugEventsUntilDate: unknown) =>
      [{ kind: 'updateDebugEventsUntilDate', debugEventsUntilDate }] as never;
    const on = patched(flagWith({}), set(until));
    expect(on.config.debugEventsUntilDate).toBe(until);
    expect(on.told).toEqual(['updateTrackEvents: Turned debug events on until 2026-06-01T00:00:00.000Z']);
    expect(patched(on.flag, set(until)).told).toEqual([]);
    const off = patched(on.flag, set(null));
    expect(off.config.debugEventsUntilDate).toBe(undefined);
    expect(off.told).toEqual(['updateTrackEvents: Ended debug events']);
    for (const bad of [0, 8.64e15 + 1]) {
      expect(() => patched(flagWith({}), set(bad))).toThrow(
        `debugEventsUntilDate: expected a time to come in Unix milliseconds, got ${bad}`,
      );
    }
    for (const bad of ['soon', 1.5, undefined]) {
      expect(() => patched(flagWith({}), set(bad))).toThrow('debugEventsUntilDate: expected a whole number, got');
    }
  });

  it('needs to be told which', () => {
    expect(() => patched(flagWith({}), [{ kind: 'updateTrackEvents' }])).toThrow(
      'instructions[0] (updateTrackEvents): trackEvents: expected true or false, got nothing',
    );
  });
});
