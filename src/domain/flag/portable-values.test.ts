import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATORS } from '../evaluation/operators.ts';
import { isPortableDate, isPortablePattern, isPortableVersion } from './portable-values.ts';

describe('isPortablePattern', () => {
  it.each([
    '',
    '^a+$',
    '(a|b)*',
    '(?:a|b){2,3}',
    '(?<name>a)',
    '[a-z0-9_-]+@[^.]+\\.test',
    '\\bword\\b',
    '\\d{3}\\-\\w',
    '[\\d.\\]]',
    '\\x41\\n',
    'a{,5}',
    '😀',
    '\\\\A',
    '\\\\12',
    '[(?=]',
  ])('takes %s', (pattern) => {
    expect(isPortablePattern(pattern)).toBe(true);
  });

  it.each([
    ['what is no pattern', '('],
    ['look-ahead', '(?=a)'],
    ['look-behind', '(?<=a)'],
    ['back-references', '(a)\\1'],
    ['octal numbers', '\\12'],
    ['flags', '(?i)a'],
    ['flags of a group', '(?i:a)'],
    ['names as in Python', '(?P<name>a)'],
    ['the ends of a text', '\\Aa'],
    ['the ends of a text', 'a\\z'],
    ['classes of Unicode', '\\pL'],
    ['classes of POSIX', '[[:alpha:]]'],
    ['quoted parts', '\\Qa.b\\E'],
    ['code points in braces', '\\x{41}'],
    ['the bell', '\\a'],
    ['a class that begins with its end', '[]a]'],
    ['a negated class that begins with its end', '[^]a]'],
    ['characters beyond 16 bits in a class', '[😀]'],
    ['characters beyond 16 bits repeated', '😀+'],
    ['repetitions beyond a thousand', 'a{1001}'],
    ['repetitions of repetitions beyond a thousand', '(a{100}){100}'],
    ['escapes of letters without a meaning', '\\y'],
    ['what is no text', 1],
  ])('refuses %s: %s', (_name, pattern) => {
    expect(isPortablePattern(pattern)).toBe(false);
  });

  it('takes only what RE2 and JavaScript find in the same texts', () => {
    const parts =
      'a b - ] [ [^ ( (?: ) | * + ? {1,2} ^ $ \\b \\B \\w \\d \\W \\. \\[ \\] \\- \\x61 \\A \\z \\a \\1 \\pL : [:'.split(
        ' ',
      );
    const pattern = fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((chosen) => chosen.join(''));
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '-', ']', '[', ':', '1', ' ', 'A', 'z', 'L'),
      maxLength: 6,
    });
    let taken = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 5 }), (source, texts) => {
        if (!isPortablePattern(source)) return;
        taken++;
        const finds = OPERATORS['matches']?.([source]);
        expect(texts.map((each) => finds?.(each))).toEqual(texts.map((each) => new RegExp(source).test(each)));
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });
});

describe('isPortableDate', () => {
  it.each([
    0,
    -1,
    1767603600000,
    '2026-01-05T09:00:00Z',
    '2026-01-05T09:00:00.123+02:00',
    '2026-01-05T09:00:00.120000000Z',
  ])('takes %s', (date) => {
    expect(isPortableDate(date)).toBe(true);
  });

  it.each([
    ['small letters', '2026-01-05t09:00:00z'],
    ['a microsecond', '2026-01-05T09:00:00.123001Z'],
    ['ten digits of a second', '2026-01-05T09:00:00.1230000000Z'],
    ['parts of a millisecond', 1.5],
    ['a date without a zone', '2026-01-05T09:00:00'],
    ['a number as text', '1767603600000'],
    ['nothing', null],
  ])('refuses %s: %s', (_name, date) => {
    expect(isPortableDate(date)).toBe(false);
  });
});

describe('isPortableVersion', () => {
  it.each(['1', '1.2', '1.2.3-rc.1+build', '9007199254740991.0.0'])('takes %s', (version) => {
    expect(isPortableVersion(version)).toBe(true);
  });

  it.each([
    ['a space before it', ' 1.2.3'],
    ['a number that is not exact', '9007199254740992.0.0'],
    ['such a number in a pre-release', '1.0.0-9007199254740992'],
    ['more than 256 characters', `1.0.0-${'a'.repeat(251)}`],
    ['a number', 1],
  ])('refuses %s: %s', (_name, version) => {
    expect(isPortableVersion(version)).toBe(false);
  });
});
