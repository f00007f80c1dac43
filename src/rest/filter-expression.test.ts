import { describe, expect, it } from 'vitest';
import { booleanOf, parseFilterExpression, type Term, textOf, textsOf } from './filter-expression.ts';

const FIELDS = {
  name: ['equals', 'startsWith'],
  tags: ['contains', 'anyOf'],
  big: ['equals'],
  'the kind': ['equals'],
} as const;

/** The terms that a filter asks about when none of them is true, or all. */
function terms(text: string, answer = true): readonly Term[] {
  const asked: Term[] = [];
  parseFilterExpression(
    text,
    FIELDS,
  )((term) => {
    asked.push(term);
    return answer;
  });
  return asked;
}

describe('parseFilterExpression', () => {
  it.each([
    ['name equals x', 'x'],
    ['name equals "a, b | c (d)"', 'a, b | c (d)'],
    ['name equals two words', 'two words'],
    ['big equals true', true],
    ['name equals 44', 44],
    ['name equals 1.20', '1.20'],
    ['tags anyOf ["a","b]"]', ['a', 'b]']],
    ['"the kind" equals user', 'user'],
    ['  name   equals  x  ', 'x'],
    ['name equals this and that', 'this and that'],
    ["name equals 'a, b'", 'a, b'],
    [String.raw`name equals 'it\'s'`, "it's"],
    [String.raw`name equals "say \"hi\""`, 'say "hi"'],
  ])('reads %s', (text, value) => {
    expect(terms(text).map((term) => term.value)).toEqual([value]);
  });

  it.each([
    ['name equals a,name equals b', ['a', 'b'], true],
    ['name equals a,name equals b', ['a'], false],
    ['name equals a and name equals b', ['a', 'b'], true],
    ["name equals 'a' and name equals b c", ['b c'], false],
    ['(name equals x|name equals a) and name equals b', ['a', 'b'], true],
    ['name equals a|name equals b', ['b'], true],
    ['name equals a|name equals b', [], false],
    ['name equals a|name equals b,name equals c', ['a'], true],
    ['name equals a|name equals b,name equals c', ['b'], false],
    ['(name equals a|name equals b),name equals c', ['a'], false],
    ['(name equals a|name equals b),name equals c', ['b', 'c'], true],
    ['((name equals a))', ['a'], true],
    ['', [], true],
  ])('%s with %j: %s', (text, truths, expected) => {
    const isTrue = ({ value }: Term) => truths.includes(value as never);
    expect(parseFilterExpression(text, FIELDS)(isTrue)).toBe(expected);
  });

  it.each([
    ['color equals x', 'filter: "color" is not a known field; expected one of name, tags, big, the kind'],
    ['constructor equals x', 'is not a known field'],
    ['name contains x', 'filter: expected one of equals, startsWith for name, got "contains"'],
    ['name', 'filter: expected an operator at character 5, got ""'],
    ['name equals', 'filter: expected a value at character 12, got ""'],
    ['name equals a,', 'filter: expected a field at character 15'],
    ['(name equals a', 'filter: expected a closing parenthesis'],
    ['name equals a)', 'filter: expected a comma, | or the end'],
    ['name:a', 'filter: "name:a" is not a known field'],
    [`${'('.repeat(30)}name equals a`, 'filter: expected at most 20 parentheses in each other'],
  ])('refuses %s', (text, message) => {
    expect(() => parseFilterExpression(text, FIELDS)).toThrow(message);
  });

  it('takes any field where the list does', () => {
    const filter = parseFilterExpression('user.plan equals pro', { '*.*': ['equals'] });
    expect(filter(({ field, value }) => field === 'user.plan' && value === 'pro')).toBe(true);
  });
});

describe('values', () => {
  const term = (value: Term['value']): Term => ({ field: 'f', operator: 'equals', value });

  it('are read as what a field needs', () => {
    expect(textsOf(term(['a', 1]))).toEqual(['a', '1']);
    expect(textsOf(term('a'))).toEqual(['a']);
    expect(textOf(term(7))).toBe('7');
    expect(booleanOf(term(false))).toBe(false);
  });

  it('are refused by name', () => {
    expect(() => textsOf(term([true]))).toThrow('filter: expected texts for f, got [true]');
    expect(() => textOf(term({}))).toThrow('filter: expected a text for f, got {}');
    expect(() => booleanOf(term('yes'))).toThrow('filter: expected true or false for f, got "yes"');
  });
});
