import { describe, expect, it } from 'vitest';
import { flagWith, patched } from '../../../../tests/support/builders/patched.ts';

describe('switching', () => {
  it.each([
    ['turnFlagOn', false, true, ['updateOn: Turned the flag on']],
    ['turnFlagOn', true, true, []],
    ['turnFlagOff', true, false, ['updateOn: Turned the flag off']],
    ['turnFlagOff', false, false, []],
  ])('%s makes on=%s to on=%s', (kind, before, after, told) => {
    const result = patched(flagWith({ on: before }), [{ kind }]);
    expect(result.config.on).toBe(after);
    expect(result.told).toEqual(told);
  });
});
