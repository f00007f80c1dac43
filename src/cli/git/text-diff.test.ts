import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTexts } from './text-diff.ts';

describe('the difference of texts', () => {
  it('shows changed lines with those around them', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const after = before.with(2, 'two').toSpliced(15, 1);
    expect(diffTexts(before.join('\n'), after.join('\n'))).toBe(
      [
        '  line 0',
        '  line 1',
        '- line 2',
        '+ two',
        '  line 3',
        '  line 4',
        '  line 5',
        '  …',
        '  line 12',
        '  line 13',
        '  line 14',
        '- line 15',
        '  line 16',
        '  line 17',
        '  line 18',
      ].join('\n'),
    );
    expect(diffTexts('same\n', 'same\n')).toBe('');
    expect(diffTexts('', 'new\n')).toBe('+ new');
  });

  it('leads from one to the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffTexts(before.join('\n'), after.join('\n')).split('\n');
        const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
        expect(count('+') - count('-')).toBe(after.length - before.length);
        const isSame = before.join('\n') === after.join('\n');
        expect(count('+') + count('-') === 0).toBe(isSame);
      }),
    );
  });
});
