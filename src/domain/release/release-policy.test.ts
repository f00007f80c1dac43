import { describe, expect, it } from 'vitest';
import { inOrder, isDefaultPolicy, type PolicyScope, type ReleasePolicy } from './release-policy.ts';

function policy(key: string, position: number, scope?: PolicyScope): ReleasePolicy {
  return { id: key, key, name: key, version: 1, createdAt: 0, position, releaseMethod: 'progressive-release', scope };
}

describe('isDefaultPolicy', () => {
  it.each([
    [undefined, true],
    [{}, true],
    [{ environmentKeys: [], flagTagKeys: undefined }, true],
    [{ environmentKeys: ['test'] }, false],
    [{ flagTagKeys: ['web'] }, false],
    [{ viewKeys: ['mine'] }, false],
  ])('says of the scope %j: %s', (scope, expected) => {
    expect(isDefaultPolicy({ scope })).toBe(expected);
  });
});

describe('inOrder', () => {
  it('goes by position, with the default policy last', () => {
    const scope = { environmentKeys: ['test'] };
    const policies = [policy('usual', 1), policy('b', 3, scope), policy('a', 2, scope)];
    expect(inOrder(policies).map(({ key }) => key)).toEqual(['a', 'b', 'usual']);
  });
});
