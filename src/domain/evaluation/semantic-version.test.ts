import { describe, expect, it } from 'vitest';
import { compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from './semantic-version.ts';

describe('parseSemanticVersion', () => {
  it.each([
    ['2', ['2', '0', '0'], []],
    ['2.1', ['2', '1', '0'], []],
    ['2.1.3', ['2', '1', '3'], []],
    ['0.0.0', ['0', '0', '0'], []],
    ['2-beta', ['2', '0', '0'], ['beta']],
    ['2.1-rc.1', ['2', '1', '0'], ['rc', '1']],
    ['2.1.3-0.a-b.01a+build.01', ['2', '1', '3'], ['0', 'a-b', '01a']],
    ['2+build', ['2', '0', '0'], []],
    ['99999999999999999999.0.0', ['99999999999999999999', '0', '0'], []],
  ])('reads %s', (text, core, prerelease) => {
    expect(parseSemanticVersion(text)).toEqual({ core, prerelease });
  });

  it.each([
    '',
    'v2',
    '=2',
    ' 2',
    '2 ',
    '02',
    '2.01',
    '2.1.3.4',
    '2.',
    '2.1.3-',
    '2.1.3-01',
    '2.1.3-a..b',
    '2.1.3+',
    '2.1.3-a_b',
    'a',
    2,
    null,
  ])('reads no version in %j', (value) => {
    expect(parseSemanticVersion(value)).toBeUndefined();
  });
});

describe('compareSemanticVersions', () => {
  const ascending = [
    '1-0',
    '1-1',
    '1-9',
    '1-10',
    '1-alpha',
    '1-alpha.1',
    '1-alpha.beta',
    '1-beta',
    '1-beta.2',
    '1-beta.11',
    '1-rc.1',
    '1',
    '1.0.1',
    '1.2',
    '1.10',
    '2',
    '10.0.0',
    '9007199254740993',
    '9007199254740994',
  ].map((text) => parseSemanticVersion(text) as SemanticVersion);

  it('puts versions in order', () => {
    for (const [left, one] of ascending.entries()) {
      for (const [right, other] of ascending.entries()) {
        expect(Math.sign(compareSemanticVersions(one, other))).toBe(Math.sign(left - right));
      }
    }
  });

  it.each([
    ['1', '1.0.0'],
    ['1.2', '1.2.0+build'],
    ['1.2.3-a+b', '1.2.3-a+c'],
  ])('finds %s and %s the same', (left, right) => {
    const [one, other] = [left, right].map((text) => parseSemanticVersion(text) as SemanticVersion);
    expect(compareSemanticVersions(one as SemanticVersion, other as SemanticVersion)).toBe(0);
  });
});
