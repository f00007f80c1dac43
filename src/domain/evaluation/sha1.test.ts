import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha1After } from './sha1.ts';

/** As 40 hexadecimal digits. */
const hex = (rest: string, beginning = '') =>
  sha1After(beginning)(rest)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');

async function official(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-1', Buffer.from(text, 'utf8'))).toString('hex');
}

describe('sha1After', () => {
  it.each([
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
    ['a'.repeat(1_000_000), '34aa973cd4c4daa4f61eeb2bdbad27316534016f'],
  ])('of a published message', (text, digest) => {
    expect(hex(text)).toBe(digest);
  });

  it('of any length around the ends of blocks, and of any character', async () => {
    for (let length = 0; length < 200; length++) {
      expect(hex('x'.repeat(length))).toBe(await official('x'.repeat(length)));
    }
    const texts = fc.string({ unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(
        texts,
        texts,
        async (beginning, rest) => hex(rest, beginning) === (await official(beginning + rest)),
      ),
    );
  });

  it('of one rest after another', async () => {
    const hash = sha1After('flag.salt.');
    for (const rest of ['kim', '✓', 'x'.repeat(60), '', 'kim']) {
      expect(hash(rest)).toEqual(sha1After('')(`flag.salt.${rest}`));
    }
  });
});
