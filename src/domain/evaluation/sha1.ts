/** The five words of a digest, each from 0 up to 2³². */
export type Digest = readonly [number, number, number, number, number];

/** Words of 32 bits in a block, and bytes that fit into one together with the end of the message. */
const BLOCK_WORDS = 16;
const MAX_SHORT_LENGTH = 55;

const encoder = new TextEncoder();
/** One block, for messages that fit, and the words of its rounds: filled anew each time, nothing of it outlives a call. */
const block = new Int32Array(BLOCK_WORDS);
const schedule = new Int32Array(80);

/**
 * SHA-1 of the UTF-8 bytes of texts that begin alike (FIPS 180-4); what they begin with is read once. Bucketing needs it,
 * and the domain runs anywhere, so it does without the cryptography of a platform. It protects nothing.
 * @returns the digest of the beginning together with a rest
 */
export function sha1After(beginning: string): (rest: string) => Digest {
  const start = new Int32Array(BLOCK_WORDS);
  const isShort = beginning.length <= MAX_SHORT_LENGTH && putAscii(start, 0, beginning);
  return (rest) => {
    const length = beginning.length + rest.length;
    if (isShort && length <= MAX_SHORT_LENGTH) {
      block.set(start);
      if (putAscii(block, beginning.length, rest)) {
        put(block, length, END_MARK);
        block[BLOCK_WORDS - 1] = length * 8;
        return digest(block);
      }
    }
    return digest(paddedWords(encoder.encode(beginning + rest)));
  };
}

const END_MARK = 0x80;

/** Puts a text at a byte, unless it is more than ASCII: nearly no key is. @returns whether it was ASCII */
function putAscii(words: Int32Array, at: number, text: string): boolean {
  let all = 0;
  for (let index = 0; index < text.length; index++) {
    const byte = text.charCodeAt(index);
    all |= byte;
    put(words, at + index, byte);
  }
  return all < 0x80;
}

/** The message in big-endian words: a one bit and zeros behind it, and its length in bits at the end of a block. */
function paddedWords(bytes: Uint8Array): Int32Array {
  const words = new Int32Array((((bytes.length + 8) >> 6) + 1) * BLOCK_WORDS);
  for (let index = 0; index < bytes.length; index++) put(words, index, bytes[index] as number);
  put(words, bytes.length, END_MARK);
  words[words.length - 2] = Math.floor((bytes.length * 8) / 2 ** 32);
  words[words.length - 1] = bytes.length * 8;
  return words;
}

function put(words: Int32Array, index: number, byte: number): void {
  words[index >> 2] = at(words, index >> 2) | (byte << (24 - (index & 3) * 8));
}

/** Sections 5.3.1 and 6.1.2. */
function digest(words: Int32Array): Digest {
  let h0 = 0x67452301;
  let h1 = 0xefcdab89 | 0;
  let h2 = 0x98badcfe | 0;
  let h3 = 0x10325476;
  let h4 = 0xc3d2e1f0 | 0;
  for (let start = 0; start < words.length; start += BLOCK_WORDS) {
    extend(words, start);
    let [a, b, c, d, e] = [h0, h1, h2, h3, h4];
    for (let t = 0; t < 80; t++) {
      const next = (((rotateLeft(a, 5) + choose(t, b, c, d)) | 0) + ((e + at(schedule, t)) | 0)) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = next;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
  }
  return [h0 >>> 0, h1 >>> 0, h2 >>> 0, h3 >>> 0, h4 >>> 0];
}

/** Makes the 80 words of the schedule from the 16 of a block. */
function extend(words: Int32Array, start: number): void {
  for (let t = 0; t < BLOCK_WORDS; t++) schedule[t] = at(words, start + t);
  for (let t = BLOCK_WORDS; t < 80; t++) {
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
