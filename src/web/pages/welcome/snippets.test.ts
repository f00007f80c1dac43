import { describe, expect, it } from 'vitest';
import { type FlagValueKind, SDKS, valueKind } from './snippets.ts';

const PLACE = {
  url: 'https://flags.example.com',
  sdkKey: 'the-sdk-key',
  mobileKey: 'the-mobile-key',
  clientSideId: 'the-client-side-id',
  flagKey: 'new-checkout',
};
const KINDS: readonly FlagValueKind[] = ['boolean', 'string', 'number', 'json'];
const CREDENTIALS = { server: 'the-sdk-key', mobile: 'the-mobile-key', browser: 'the-client-side-id' };

describe('snippets', () => {
  it('are there for each SDK once', () => {
    expect(new Set(SDKS.map(({ id }) => id)).size).toBe(SDKS.length);
  });

  it.each(SDKS)('of $name name this service and the flag, and no key but their own', ({ credential, code }) => {
    for (const kind of KINDS) {
      const text = code({ ...PLACE, kind });
      const named = Object.values(CREDENTIALS).filter((key) => text.includes(key));
      expect(named).toEqual([CREDENTIALS[credential]]);
      expect(text).toContain(PLACE.url);
      expect(text).toContain(PLACE.flagKey);
      expect(text).not.toMatch(/undefined|\[object/);
    }
  });

  it('ask for what the flag holds', () => {
    const go = SDKS.find(({ id }) => id === 'go');
    expect(go?.code({ ...PLACE, kind: 'string' })).toContain('StringVariation("new-checkout"');
    expect(go?.code({ ...PLACE, kind: 'json' })).toContain('go-sdk-common/v3/ldvalue');
    expect([true, 'on', 1, { a: 1 }, null].map(valueKind)).toEqual(['boolean', 'string', 'number', 'json', 'json']);
  });
});
