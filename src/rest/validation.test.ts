import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { compileValidator } from './validation.ts';

const schema = Type.Object({
  name: Type.String(),
  count: Type.Optional(Type.Integer({ minimum: 0 })),
  isOn: Type.Optional(Type.Boolean()),
  list: Type.Optional(Type.Array(Type.Object({ key: Type.String() }))),
});

const validate = (httpPart: string, value: unknown) =>
  compileValidator({ schema, httpPart, method: 'POST', url: '/' })(value) as { value?: unknown; error?: Error };

describe('compileValidator', () => {
  it.each([
    ['a missing field', {}, 'name: expected a value, got nothing'],
    ['a wrong type', { name: 5 }, 'name: expected string, got 5'],
    ['a number out of range', { name: 'x', count: -1 }, 'count: expected >= 0, got -1'],
    [
      'a wrong type inside a list',
      { name: 'x', list: [{ key: 'a' }, { key: 7 }] },
      'list[1].key: expected string, got 7',
    ],
    ['a missing field inside a list', { name: 'x', list: [{}] }, 'list[0].key: expected a value, got nothing'],
    ['no object', [], 'body: expected object, got []'],
    ['nothing', undefined, 'body: expected object, got nothing'],
  ])('refuses %s in a body', (_name, body, message) => {
    expect(validate('body', body).error?.message).toBe(message);
  });

  it('takes bodies as they are: a text is no number', () => {
    expect(validate('body', { name: 'x', count: '5' }).error?.message).toBe('count: expected integer, got "5"');
  });

  it('keeps members it does not know', () => {
    expect(validate('body', { name: 'x', more: 1 })).toEqual({ value: { name: 'x', more: 1 } });
  });

  it('converts the texts of a query', () => {
    expect(validate('querystring', { name: 'x', count: '5', isOn: '1' })).toEqual({
      value: { name: 'x', count: 5, isOn: true },
    });
    expect(validate('querystring', { name: 'x', count: 'abc' }).error?.message).toBe(
      'count: expected integer, got "abc"',
    );
  });
});
