import { hash } from 'node:crypto';

/** JSON with what tells it from all other: the same tag is the same JSON. */
export interface TaggedBody {
  readonly text: string;
  readonly tag: string;
}

/** A member of a JSON object that goes into many bodies. */
export interface JsonMember {
  readonly text: string;
  /** The first 64 bits of its hash, in two words: enough that no two bodies have the same tag by chance. */
  readonly high: number;
  readonly low: number;
}

/** Tags a text. */
export function tagged(text: string): TaggedBody {
  return { text, tag: hash('sha256', text, 'base64url') };
}

/** A member of objects. @param value whatever JSON has */
export function jsonMember(key: string, value: unknown): JsonMember {
  const text = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  const digest = hash('sha256', text, 'buffer');
  return { text, high: digest.readInt32BE(0), low: digest.readInt32BE(4) };
}

/**
 * The object of members with different keys. Its tag is made of their hashes, which are there already where members are used
 * again; their order makes no difference to it, as it makes none to who reads the object.
 */
export function jsonObject(members: readonly JsonMember[]): TaggedBody {
  let [high, low] = [0, 0];
  const texts = members.map((member) => {
    high ^= member.high;
    low ^= member.low;
    return member.text;
  });
  return { text: `{${texts.join(',')}}`, tag: `${hex(high)}${hex(low)}` };
}

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
