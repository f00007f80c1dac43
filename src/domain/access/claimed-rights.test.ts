import { describe, expect, it } from 'vitest';
import { claimedRights } from './claimed-rights.ts';

const MAPPING = new Map([
  ['platform', 'admin'],
  ['dev', 'writer'],
  ['all', 'reader'],
  ['qa', 'tester'],
  ['ops', 'tester'],
  ['release', 'releaser'],
]);

describe('claimedRights', () => {
  it.each<[unknown, unknown]>([
    ['dev', { role: 'writer', customRoleKeys: [] }],
    [['all', 'platform', 'dev'], { role: 'admin', customRoleKeys: [] }],
    [['qa', 'release', 'ops'], { role: 'no_access', customRoleKeys: ['tester', 'releaser'] }],
    [['all', 'qa'], { role: 'reader', customRoleKeys: ['tester'] }],
    [['stranger'], undefined],
    [[], undefined],
    [undefined, undefined],
    [[5, { platform: true }], undefined],
    ['constructor', undefined],
  ])('of %j are %j', (claim, rights) => {
    expect(claimedRights(claim, MAPPING)).toEqual(rights);
  });
});
