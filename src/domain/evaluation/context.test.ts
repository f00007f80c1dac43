import { describe, expect, it } from 'vitest';
import { InvalidRequest } from '../errors.ts';
import { canonicalKey, findAttribute, parseContext, type SingleContext, singleContext } from './context.ts';

const user = (attributes: SingleContext['attributes'] = {}): SingleContext => singleContext('user', 'kim', attributes);

describe('parseContext', () => {
  it('reads a context of one kind', () => {
    const value = { kind: 'org', key: 'acme', name: 'Acme', plan: { tier: 2 }, gone: null, _meta: { x: 1 } };
    expect([...parseContext(value)]).toEqual([
      ['org', singleContext('org', 'acme', { name: 'Acme', plan: { tier: 2 } })],
    ]);
  });

  it('reads several kinds', () => {
    const value = { kind: 'multi', user: { key: 'kim' }, org: { key: 'acme', anonymous: true } };
    expect([...parseContext(value).values()]).toEqual([user(), singleContext('org', 'acme', { anonymous: true })]);
  });

  it('reads users without a kind, whose own attributes stand apart', () => {
    const value = {
      key: 'kim',
      email: 'k@x',
      secondary: 's',
      unknown: 1,
      custom: { plan: 'pro', email: 'other', none: null },
      privateAttributeNames: ['email'],
    };
    expect([...parseContext(value).values()]).toEqual([user({ email: 'k@x', plan: 'pro' })]);
    expect(parseContext({ key: '' }).get('user')?.key).toBe('');
  });

  it.each([
    [null, 'context: expected an object, got null'],
    [[], 'context: expected an object, got []'],
    [{ kind: 'user' }, 'key: expected a text that is not empty, got nothing'],
    [{ kind: 'user', key: '' }, 'key: expected a text that is not empty, got ""'],
    [{ kind: 'user', key: 5 }, 'key: expected a text that is not empty, got 5'],
    [{}, 'key: expected a text, got nothing'],
    [{ key: 5 }, 'key: expected a text, got 5'],
    [{ kind: '', key: 'a' }, 'kind: "" is no kind of context'],
    [{ kind: null, key: 'a' }, 'kind: null is no kind of context'],
    [{ kind: 'kind', key: 'a' }, 'kind: "kind" is no kind of context'],
    [{ kind: 'a b', key: 'a' }, 'kind: "a b" is no kind of context'],
    [{ kind: 'multi' }, 'context: expected at least one kind'],
    [{ kind: 'multi', multi: { key: 'a' } }, 'context: "multi" is no kind of context'],
    [{ kind: 'multi', org: 'acme' }, 'org: expected an object, got "acme"'],
    [{ kind: 'multi', org: { key: '' } }, 'org.key: expected a text that is not empty'],
    [{ kind: 'user', key: 'a', name: 5 }, 'name: expected a text, got 5'],
    [{ key: 'a', anonymous: 'yes' }, 'anonymous: expected true or false, got "yes"'],
  ])('refuses %j', (value, message) => {
    expect(() => parseContext(value)).toThrow(InvalidRequest);
    expect(() => parseContext(value)).toThrow(message);
  });
});

describe('findAttribute', () => {
  const kim = user({ name: 'Kim', address: { city: 'Ulm', floors: [1, 2] }, none: null });
  it.each([
    [['key'], 'kim'],
    [['kind'], 'user'],
    [['name'], 'Kim'],
    [['anonymous'], false],
    [['address', 'city'], 'Ulm'],
    [
      ['address', 'floors'],
      [1, 2],
    ],
    [['address', 'floors', '0'], undefined],
    [['address', 'toString'], undefined],
    [['name', 'length'], undefined],
    [['none'], undefined],
    [['constructor'], undefined],
    [['missing', 'deeper'], undefined],
  ])('finds %j', (path, expected) => {
    expect(findAttribute(kim, path)).toEqual(expected);
  });

  it('knows who is anonymous', () => {
    expect(findAttribute(user({ anonymous: true }), ['anonymous'])).toBe(true);
  });
});

describe('canonicalKey', () => {
  it.each([
    [{ kind: 'user', key: 'a:b%' }, 'a:b%'],
    [{ kind: 'org', key: 'a:b%' }, 'org:a%3Ab%25'],
    [{ kind: 'multi', user: { key: 'u:1' }, org: { key: 'o%' } }, 'org:o%25:user:u%3A1'],
    [{ kind: 'multi', user: { key: 'u:1' } }, 'u:1'],
  ])('of %j is %s', (context, expected) => {
    expect(canonicalKey(parseContext(context))).toBe(expected);
  });
});
