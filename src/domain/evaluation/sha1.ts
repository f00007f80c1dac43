/** The five words of a digest, each from 0 up to 2³². */
export type Digest = readonly [number, number, number, number, number];

/**
 * SHA-1 of the UTF-8 bytes of a text (FIPS 180-4). Bucketing needs it, and the domain runs anywhere, so it does without
 * the cryptography of a platform. It protects nothing.
 */
export function sha1(text: string): Digest {
  const words = shortWords(text) ?? paddedWords(encoder.encode(text));
  let [a, b, c, d, e] = INITIAL;
  for (let start = 0; start < words.length; start += 16) {
    extend(words, start);
    const [a0, b0, c0, d0, e0] = [a, b, c, d, e];
    for (let t = 0; t < 80; t++) {
      const next = (((rotateLeft(a, 5) + choose(t, b, c, d)) | 0) + ((e + at(schedule, t)) | 0)) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = next;
    }
    a = (a + a0) | 0;
    b = (b + b0) | 0;
    c = (c + c0) | 0;
    d = (d + d0) | 0;
    e = (e + e0) | 0;
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0, e >>> 0];
}

const INITIAL: Digest = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
const encoder = new TextEncoder();
/** Filled anew for each block; nothing of it outlives a call. */
const schedule = new Int32Array(80);

/** One block, for messages that fit; filled anew for each, as is the schedule. */
const block = new Int32Array(16);
/** What fits into a block together with its end. */
const MAX_SHORT_LENGTH = 55;

/** The same as below for short texts of ASCII, without making anything. Nearly all are. */
function shortWords(text: string): Int32Array | undefined {
  if (text.length > MAX_SHORT_LENGTH) return undefined;
  block.fill(0);
  for (let index = 0; index < text.length; index++) {
    const byte = text.charCodeAt(index);
    if (byte > 0x7f) return undefined;
    put(block, index, byte);
  }
  put(block, text.length, 0x80);
  block[15] = text.length * 8;
  return block;
}

/** The message in big-endian words: a one bit and zeros behind it, and its length in bits at the end of a block. */
function paddedWords(bytes: Uint8Array): Int32Array {
  const words = new Int32Array((((bytes.length + 8) >> 6) + 1) * 16);
  for (let index = 0; index < bytes.length; index++) put(words, index, bytes[index] as number);
  put(words, bytes.length, 0x80);
  words[words.length - 2] = Math.floor((bytes.length * 8) / 2 ** 32);
  words[words.length - 1] = bytes.length * 8;
  return words;
}

function put(words: Int32Array, index: number, byte: number): void {
  words[index >> 2] = at(words, index >> 2) | (byte << (24 - (index & 3) * 8));
}

/** Makes the 80 words of the schedule from the 16 of a block. */
function extend(words: Int32Array, start: number): void {
  for (let t = 0; t < 16; t++) schedule[t] = at(words, start + t);
  for (let t = 16; t < 80; t++) {
    const mixed = at(schedule, t - 3) ^ at(schedule, t - 8) ^ at(schedule, t - 14) ^ at(schedule, t - 16);
    schedule[t] = rotateLeft(mixed, 1);
  }
}

/** The function and the constant of a round (sections 4.1.1 and 4.2.1), as signed words: sums of others are slow. */
function choose(t: number, b: number, c: number, d: number): number {
  if (t < 20) return (((b & c) | (~b & d)) + 0x5a827999) | 0;
  if (t < 40) return ((b ^ c ^ d) + 0x6ed9eba1) | 0;
  if (t < 60) return (((b & c) | (b & d) | (c & d)) - 0x70e44324) | 0;
  return ((b ^ c ^ d) - 0x359d3e2a) | 0;
}

const at = (words: Int32Array, index: number) => words[index] as number;

const rotateLeft = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));
