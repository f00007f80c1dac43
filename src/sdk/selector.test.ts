import { describe, expect, it } from 'vitest';
import { formatSelector, parseSelector } from './selector.ts';

const selector = { environmentId: '0123456789abcdef01234567', payloadVersion: 52 };

describe('selectors', () => {
  it('need no escape in a URL', () => {
    expect(formatSelector(selector)).toBe('(p:0123456789abcdef01234567:52)');
    expect(formatSelector(selector)).toMatch(/^[A-Za-z0-9():._-]+$/);
  });

  it.each([selector, { ...selector, view: '0af3' }])('are read as they were written: %j', (one) => {
    expect(parseSelector(formatSelector(one))).toEqual(one);
    expect(formatSelector(one)).toMatch(/^[A-Za-z0-9():._-]+$/);
  });

  it.each([
    undefined,
    '',
    '52',
    '(p:abc)',
    '(p:abc:)',
    '(p::52)',
    '(p:abc:-1)',
    '(p:abc:1.5)',
    '(p:abc:9999999999999999)',
    '(p:abc:52) ',
    '(p:abc:52:)',
    '(p:abc:52:a:b)',
    ['(p:abc:52)'],
  ])('are nothing else: %j', (text) => {
    expect(parseSelector(text)).toBeUndefined();
  });
});
