/**
 * SHA-1 of the UTF-8 bytes of a text, as 40 hexadecimal digits. Bucketing needs it, and the domain runs anywhere, so
 * it does without the cryptography of a platform. It protects nothing.
 */
export function sha1(text: string): string {
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as State;
  const words = paddedWords(new TextEncoder().encode(text));
  for (let block = 0; block < words.length; block += 16) digestBlock(state, words.subarray(block, block + 16));
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

type State = [number, number, number, number, number];

/** The message in big-endian words: a one bit and zeros behind it, and its length in bits at the end of a block. */
function paddedWords(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array((((bytes.length + 8) >> 6) + 1) * 16);
  const set = (index: number, byte: number) => {
    words[index >> 2] = (words[index >> 2] as number) | (byte << (24 - (index & 3) * 8));
  };
  for (const [index, byte] of bytes.entries()) set(index, byte);
  set(bytes.length, 0x80);
  words[words.length - 2] = Math.floor((bytes.length * 8) / 2 ** 32);
  words[words.length - 1] = bytes.length * 8;
  return words;
}

function digestBlock(state: State, block: Uint32Array): void {
  const schedule = new Int32Array(80);
  schedule.set(block);
  for (let t = 16; t < 80; t++) {
    const mixed = at(schedule, t - 3) ^ at(schedule, t - 8) ^ at(schedule, t - 14) ^ at(schedule, t - 16);
    schedule[t] = rotateLeft(mixed, 1);
  }
  let [a, b, c, d, e] = state;
  for (let t = 0; t < 80; t++) {
    const next = (rotateLeft(a, 5) + choose(t, b, c, d) + e + at(schedule, t)) | 0;
    [a, b, c, d, e] = [next, a, rotateLeft(b, 30), c, d];
  }
  for (const [index, word] of [a, b, c, d, e].entries()) state[index] = ((state[index] as number) + word) | 0;
}

/** The function and the constant of a round (FIPS 180-4, sections 4.1.1 and 4.2.1). */
function choose(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

const at = (schedule: Int32Array, index: number) => schedule[index] as number;

const rotateLeft = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));
