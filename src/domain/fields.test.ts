import { describe, expect, it } from 'vitest';
import { InvalidRequest } from './errors.ts';
import { Fields } from './fields.ts';

const AT = 'instructions[1] (addTargets): ';
const fields = (members: unknown = {}) => new Fields(members, AT);

describe('Fields', () => {
  it.each([
    { name: 'null', value: null, at: AT, message: 'instructions[1] (addTargets): expected an object, got null' },
    { name: 'an array', value: [1], at: 'instructions[0].', message: 'instructions[0]: expected an object, got [1]' },
    { name: 'a string', value: 'x', at: '', message: 'body: expected an object, got "x"' },
    { name: 'nothing', value: undefined, at: '', message: 'body: expected an object, got nothing' },
  ])('refuses $name in place of an object', ({ value, at, message }) => {
    expect(() => new Fields(value, at)).toThrow(new InvalidRequest(message));
  });

  it.each([
    { reader: 'string', value: '' },
    { reader: 'boolean', value: false },
    { reader: 'integer', value: 0 },
    { reader: 'strings', value: ['a', ''] },
    { reader: 'strings', value: [] },
    { reader: 'list', value: [1, null, {}] },
  ] as const)('reads with $reader: $value', ({ reader, value }) => {
    expect(fields({ it: value })[reader]('it')).toEqual(value);
  });

  it.each([
    { reader: 'string', value: 1, expected: 'a string' },
    { reader: 'string', value: undefined, expected: 'a string' },
    { reader: 'boolean', value: 'true', expected: 'true or false' },
    { reader: 'boolean', value: null, expected: 'true or false' },
    { reader: 'integer', value: 1.5, expected: 'a whole number' },
    { reader: 'integer', value: 2 ** 53, expected: 'a whole number' },
    { reader: 'integer', value: '1', expected: 'a whole number' },
    { reader: 'strings', value: ['a', 1], expected: 'an array of strings' },
    { reader: 'strings', value: 'a', expected: 'an array of strings' },
    { reader: 'list', value: {}, expected: 'an array' },
    { reader: 'objects', value: 'a', expected: 'an array of objects' },
    { reader: 'object', value: undefined, expected: 'an object' },
    { reader: 'object', value: null, expected: 'an object' },
  ] as const)('refuses $value where $reader is asked for', ({ reader, value, expected }) => {
    const got = value === undefined ? 'nothing' : JSON.stringify(value);
    expect(() => fields({ it: value })[reader]('it')).toThrow(
      new InvalidRequest(`instructions[1] (addTargets): it: expected ${expected}, got ${got}`),
    );
  });

  it('counts null as absent, and knows that it was null', () => {
    const it = fields({ nothing: null, zero: 0 });
    expect([it.has('nothing'), it.has('absent'), it.has('zero')]).toEqual([false, false, true]);
    expect([it.isNull('nothing'), it.isNull('absent'), it.isNull('zero')]).toEqual([true, false, false]);
  });

  it('reads optional members only when they are there', () => {
    const it = fields({ nothing: null, name: 'x', count: 'x' });
    expect(it.optional('nothing', it.string)).toBeUndefined();
    expect(it.optional('absent', it.string)).toBeUndefined();
    expect(it.optional('name', it.string)).toBe('x');
    expect(() => it.optional('count', it.integer)).toThrow(`${AT}count: expected a whole number, got "x"`);
  });

  it('names the way to members of members', () => {
    const it = fields({ clauses: [{ op: 'in' }, { op: 1 }], weights: { a: 'x' } });
    const [first, second] = it.objects('clauses');
    expect(first?.string('op')).toBe('in');
    expect(() => second?.string('op')).toThrow(`${AT}clauses[1].op: expected a string, got 1`);
    expect(() => it.object('weights').integer('a')).toThrow(`${AT}weights.a: expected a whole number, got "x"`);
    expect(() => fields({ clauses: [1] }).objects('clauses')).toThrow(`${AT}clauses[0]: expected an object, got 1`);
  });

  it('lists the members of a map', () => {
    expect(fields({ a: 1, b: null }).entries()).toEqual([
      ['a', 1],
      ['b', null],
    ]);
  });
});
