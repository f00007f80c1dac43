import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

/** Cost of one guess: 128 · N · r bytes = 32 MiB (OWASP's second choice for scrypt). */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const MAX_MEMORY = 64 * 1024 * 1024;
const KEY_LENGTH = 32;

/** Hashes a password for storage: `scrypt$N$r$p$salt$hash`, the last two in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return toText(salt, await derive(password, salt, KEY_LENGTH, { ...COST, maxmem: MAX_MEMORY }));
}

/** What is compared with when there is nothing to compare with, so that this takes as long. */
const NO_HASH = toText(Buffer.alloc(16), Buffer.alloc(KEY_LENGTH));

/**
 * Whether a password is the one that was hashed. Takes as long for an empty hash, which no password matches.
 * @param stored as `hashPassword` wrote it, or empty
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = (stored || NO_HASH).split('$');
  const expected = Buffer.from(hash, 'base64url');
  const cost = { N: Number(N), r: Number(r), p: Number(p), maxmem: MAX_MEMORY };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), KEY_LENGTH, cost);
  return timingSafeEqual(actual, expected) && stored !== '';
}

function toText(salt: Buffer, hash: Buffer): string {
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}
