import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha1 } from './sha1.ts';

/** As 40 hexadecimal digits. */
const hex = (text: string) =>
  sha1(text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');

describe('sha1', () => {
  it.each([
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
    ['a'.repeat(1_000_000), '34aa973cd4c4daa4f61eeb2bdbad27316534016f'],
  ])('of a published message', (text, digest) => {
    expect(hex(text)).toBe(digest);
  });

  it('of any length around the ends of blocks, and of any character', async () => {
    const official = async (text: string) =>
      Buffer.from(await crypto.subtle.digest('SHA-1', Buffer.from(text, 'utf8'))).toString('hex');
    for (let length = 0; length < 200; length++) {
      expect(hex('x'.repeat(length))).toBe(await official('x'.repeat(length)));
    }
    const texts = fc.string({ unit: 'grapheme' });
    await fc.assert(fc.asyncProperty(texts, async (text) => hex(text) === (await official(text))));
  });
});
