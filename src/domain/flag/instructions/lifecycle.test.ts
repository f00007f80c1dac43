import { describe, expect, it } from 'vitest';
import { aFlag } from '../../../../tests/support/builders/a-flag.ts';
import { NOW } from '../../../../tests/support/builders/test-context.ts';
import { patched } from '../../../../tests/support/builders/patched.ts';

const THEN = NOW - 1000;

describe('lifecycle', () => {
  it.each([
    ['archiveFlag', {}, { archivedAt: NOW }, ['updateGlobalArchived: Archived the flag']],
    ['archiveFlag', { archivedAt: THEN }, { archivedAt: THEN }, []],
    [
      'archiveFlag',
      { deprecatedAt: THEN },
      { archivedAt: NOW, deprecatedAt: THEN },
      ['updateGlobalArchived: Archived the flag'],
    ],
    ['restoreFlag', { archivedAt: THEN }, {}, ['updateGlobalArchived: Restored the flag']],
    ['restoreFlag', {}, {}, []],
    ['deprecateFlag', {}, { deprecatedAt: NOW }, ['updateDeprecated: Deprecated the flag']],
    ['deprecateFlag', { deprecatedAt: THEN }, { deprecatedAt: THEN }, []],
    ['restoreDeprecatedFlag', { deprecatedAt: THEN }, {}, ['updateDeprecated: Restored the deprecated flag']],
    ['restoreDeprecatedFlag', {}, {}, []],
  ])('%s leads from %j to %j', (kind, before, after, told) => {
    const result = patched(aFlag(before), [{ kind }]);
    const { archivedAt, deprecatedAt } = result.flag;
    expect({ archivedAt, deprecatedAt }).toEqual(after);
    expect(result.told).toEqual(told);
  });

  it('deprecates no archived flag', () => {
    expect(() => patched(aFlag({ archivedAt: THEN }), [{ kind: 'deprecateFlag' }])).toThrow(
      'instructions[0] (deprecateFlag): kind: flag new-cart is archived; expected a live flag',
    );
  });

  it('deletes with the last instruction only', () => {
    expect(() => patched(aFlag(), [{ kind: 'deleteFlag' }, { kind: 'archiveFlag' }])).toThrow(
      'instructions[0] (deleteFlag): kind: expected "deleteFlag" as the last instruction only',
    );
  });
});
