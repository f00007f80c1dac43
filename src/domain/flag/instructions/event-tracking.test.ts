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

  it('needs to be told which', () => {
    expect(() => patched(flagWith({}), [{ kind: 'updateTrackEvents' }])).toThrow(
      'instructions[0] (updateTrackEvents): trackEvents: expected true or false, got nothing',
    );
  });
});
