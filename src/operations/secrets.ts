import { createHash, randomBytes } from 'node:crypto';

/** A secret that nobody can guess, with 256 bits of randomness, fit for URLs and cookies. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The secrets are long and random, so a plain SHA-256 keeps them safe and lets them be looked up. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
