import { describe, expect, it } from 'vitest';
import { isSpecifier, matchesGlob, specifier, specifies } from './resource.ts';

const SHOP = { key: 'shop', tags: ['core', 'web'] };
const PRODUCTION = { key: 'production', critical: true };
const FLAG = specifier.flag(SHOP, PRODUCTION, { key: 'web-cart', tags: ['beta', 'ui'] });

describe('specifier', () => {
  it.each([
    { name: 'the account', made: specifier.account(), expected: { resource: 'acct' } },
    { name: 'a project', made: specifier.project({ key: 'shop' }), expected: { resource: 'proj/shop' } },
    {
      name: 'an environment with its traits',
      made: specifier.environment(SHOP, PRODUCTION),
      expected: {
        resource: 'proj/shop:env/production',
        traits: [{ tags: ['core', 'web'] }, { tags: [], critical: true }],
      },
    },
    {
      name: 'a segment',
      made: specifier.segment({ key: 'shop' }, { key: 'test' }, { key: 'staff' }),
      expected: { resource: 'proj/shop:env/test:segment/staff' },
    },
    {
      name: 'a release pipeline',
      made: specifier.inProject({ key: 'shop' }, 'release-pipeline', { key: 'std' }),
      expected: { resource: 'proj/shop:release-pipeline/std' },
    },
    { name: 'a personal token', made: specifier.personalToken('m', 't'), expected: { resource: 'member/m:token/t' } },
    { name: 'a team', made: specifier.inAccount('team', { key: 'qa' }), expected: { resource: 'team/qa' } },
  ])('writes $name', ({ made, expected }) => {
    expect(made).toEqual(expected);
  });
});

describe('specifies', () => {
  it.each([
    ['*', true],
    ['proj/shop:env/production:flag/web-cart', true],
    ['proj/*:env/*:flag/*', true],
    ['proj/*:env/production:flag/web-*', true],
    ['proj/*:env/*:/flag/*', true],
    ['proj/*:env/*:flag/*-cart', true],
    ['proj/*:env/*:flag/w*b-c*t', true],
    ['proj/*:env/*:flag/*;beta', true],
    ['proj/*:env/*:flag/*;beta,ui', true],
    ['proj/*:env/*:flag/*;b*', true],
    ['proj/*;core:env/*:flag/*;ui', true],
    ['proj/*:env/*;{critical:true}:flag/*', true],
    ['proj/*:env/*;{"critical": true}:flag/*', true],
    ['proj/shop', false],
    ['proj/shop:env/production', false],
    ['proj/*:env/*:segment/*', false],
    ['proj/*:env/*:flag/*:rule/*', false],
    ['proj/*:env/test:flag/*', false],
    ['proj/*:env/*:flag/WEB-*', false],
    ['proj/*:env/*:flag/*;beta,admin', false],
    ['proj/*;mobile:env/*:flag/*', false],
    ['proj/*:env/*;{critical:false}:flag/*', false],
    ['proj/*:env/*;prod:flag/*', false],
    ['acct', false],
  ])('%s: %s', (pattern, expected) => {
    expect(specifies(pattern, FLAG)).toBe(expected);
  });

  it('names the account by acct alone', () => {
    expect(specifies('acct', specifier.account())).toBe(true);
    expect(specifies('proj/*', specifier.account())).toBe(false);
  });

  it('finds no tags on what has none, and no criticality', () => {
    const plain = specifier.environment({ key: 'shop' }, { key: 'test' });
    expect(specifies('proj/*:env/*;x', plain)).toBe(false);
    expect(specifies('proj/*:env/*;{critical:false}', plain)).toBe(true);
  });
});

describe('isSpecifier', () => {
  it.each([
    '*',
    'acct',
    'proj/*',
    'proj/*:env/*;{critical:true}:flag/a*;x,y',
    'member/kim@example.com',
    'member/*:token/*',
  ])('takes %s', (text) => {
    expect(isSpecifier(text)).toBe(true);
  });

  it.each(['', 'proj', 'proj/', 'nonsense', 'proj/a:', 'proj/a:env', 'proj/a;{color:red}', 'PROJ/a'])(
    'refuses %j',
    (text) => {
      expect(isSpecifier(text)).toBe(false);
    },
  );
});

describe('matchesGlob', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['a*', 'a', true],
    ['a*a', 'a', false],
    ['*a*', 'bab', true],
    ['*ab*b', 'ab', false],
    ['a.c', 'abc', false],
    ['**', 'x', true],
  ])('%j and %j: %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('takes no time for many stars', () => {
    expect(matchesGlob(`${'*a'.repeat(200)}*b`, 'a'.repeat(5_000))).toBe(false);
  });
});
