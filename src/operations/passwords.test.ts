import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './passwords.ts';

describe('passwords', () => {
  it('match what was hashed, and nothing else', async () => {
    const hash = await hashPassword('correct horse');
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await verifyPassword('correct horse', hash)).toBe(true);
    expect(await verifyPassword('correct horsf', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('have a salt of their own', async () => {
    expect(await hashPassword('twice')).not.toBe(await hashPassword('twice'));
  });

  it('match no empty hash', async () => {
    expect(await verifyPassword('', '')).toBe(false);
    expect(await verifyPassword('anything', '')).toBe(false);
  });

  it('are read with the cost that they were hashed with', async () => {
    // scrypt of "old" with a salt of 16 zero bytes, N = 1024, r = 8, p = 1.
    const { scryptSync } = await import('node:crypto');
    const hash = scryptSync('old', Buffer.alloc(16), 32, { N: 1024, r: 8, p: 1 }).toString('base64url');
    const stored = `scrypt$1024$8$1$${Buffer.alloc(16).toString('base64url')}$${hash}`;
    expect(await verifyPassword('old', stored)).toBe(true);
    expect(await verifyPassword('new', stored)).toBe(false);
  });
});
