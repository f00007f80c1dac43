import { describe, expect, it } from 'vitest';
import { parseApiVersion, requireBeta } from './api-version.ts';

describe('parseApiVersion', () => {
  it.each([
    ['no header', undefined, undefined, { version: 20240415, isBeta: false }],
    ['no header and a token with a default', undefined, 20220603, { version: 20220603, isBeta: false }],
    ['a date', '20210729', undefined, { version: 20210729, isBeta: false }],
    ['beta', 'beta', 20220603, { version: 20240415, isBeta: true }],
    ['the header sent twice', '20240415, beta', undefined, { version: 20240415, isBeta: true }],
  ])('reads %s', (_name, header, fallback, expected) => {
    expect(parseApiVersion(header, fallback)).toEqual(expected);
  });

  it('refuses another date', () => {
    expect(() => parseApiVersion('20250101', undefined)).toThrow(
      'LD-API-Version: expected beta or one of 20160426, 20191212, 20210729, 20220603, 20240415, got "20250101"',
    );
  });
});

describe('requireBeta', () => {
  it('lets only requests pass that say beta', () => {
    expect(() => requireBeta('beta')).not.toThrow();
    expect(() => requireBeta('20240415')).toThrow(
      'This API is in beta. To use it, your request must include the header `LD-API-Version: beta`.',
    );
  });
});
