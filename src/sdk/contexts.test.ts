import { describe, expect, it } from 'vitest';
import { readContexts } from './contexts.ts';

const KIM = { kind: 'user', key: 'kim', name: 'Kim', address: { city: 'Ulm' }, gone: null };

describe('readContexts', () => {
  const read = (...events: object[]) =>
    readContexts(events).map(({ scope, kind, key, document }) => [scope, kind, key, JSON.parse(document)]);

  it.each(['index', 'identify', 'debug'])('reads the context of %s', (kind) => {
    const document = { kind: 'user', key: 'kim', name: 'Kim', address: { city: 'Ulm' } };
    expect(read({ kind, context: KIM })).toEqual([
      ['context', 'user', 'kim', document],
      ['instance', 'user', 'kim', document],
    ]);
  });

  it.each(['feature', 'custom', 'summary', undefined])('reads none of %s', (kind) => {
    expect(read({ kind, context: KIM })).toEqual([]);
  });

  it('reads each kind of a context of several for itself, and all together', () => {
    const context = {
      kind: 'multi',
      user: { key: 'kim', _meta: { redactedAttributes: ['mail', 5] } },
      org: { key: 'a' },
    };
    const user = { key: 'kim', _meta: { redactedAttributes: ['mail'] } };
    expect(read({ kind: 'index', context })).toEqual([
      ['context', 'user', 'kim', { kind: 'user', ...user }],
      ['context', 'org', 'a', { kind: 'org', key: 'a' }],
      ['instance', 'multi', 'org:a:user:kim', { kind: 'multi', user, org: { key: 'a' } }],
    ]);
  });

  it('reads users of older SDKs', () => {
    const user = { key: 'kim', email: 'kim@a.b', custom: { plan: 'pro', key: 'x' }, privateAttrs: ['avatar'] };
    const document = {
      kind: 'user',
      key: 'kim',
      email: 'kim@a.b',
      plan: 'pro',
      _meta: { redactedAttributes: ['avatar'] },
    };
    expect(read({ kind: 'index', user })[0]).toEqual(['context', 'user', 'kim', document]);
  });

  it('takes the last of each', () => {
    const event = (name: string) => ({ kind: 'index', context: { kind: 'user', key: 'kim', name } });
    expect(read(event('Kim'), event('Kimberly'))).toMatchObject([
      ['context', 'user', 'kim', { name: 'Kimberly' }],
      ['instance', 'user', 'kim', { name: 'Kimberly' }],
    ]);
  });

  it.each([
    ['nothing', undefined],
    ['no key', { kind: 'user' }],
    ['an empty key', { key: '' }],
    ['a key with NUL', { kind: 'user', key: 'a\0' }],
    ['a key with half a character', { kind: 'user', key: '\ud800' }],
    ['a key that is too long', { kind: 'user', key: 'k'.repeat(513) }],
    ['a kind that is too long', { kind: 'k'.repeat(101), key: 'kim' }],
    ['too much', { kind: 'user', key: 'kim', text: 'x'.repeat(32 * 1024) }],
    ['a number that JSON cannot write', { kind: 'user', key: 'kim', n: JSON.parse('1e999') }],
    ['a list', [KIM]],
  ])('passes over %s', (_name, context) => {
    expect(read({ kind: 'index', context })).toEqual([]);
  });
});
