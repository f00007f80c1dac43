import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeSettings, readConfig } from './config.ts';

describe('secrets in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (content: string) => {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  };

  it.each([
    ['SLIPWAY_ACCESS_TOKEN', 'accessToken', 'api-0123456789abcdef'],
    ['SLIPWAY_ADMIN_PASSWORD', 'adminPassword', ' a password with spaces '],
    ['DATABASE_URL', 'databaseUrl', 'postgres://slipway:secret@db/flags'],
    ['SLIPWAY_SMTP_URL', 'smtpUrl', 'smtp://user:secret@mail.example'],
  ] as const)('reads %s', (name, member, value) => {
    for (const content of [value, `${value}\n`, `${value}\r\n`]) {
      expect(readConfig({ [`${name}_FILE`]: file(content) })[member]).toBe(value);
    }
  });

  it('reads SLIPWAY_OIDC_CLIENT_SECRET', () => {
    const provider = { SLIPWAY_OIDC_ISSUER: 'https://id.example', SLIPWAY_OIDC_CLIENT_ID: 'slipway' };
    expect(readConfig({ ...provider, SLIPWAY_OIDC_CLIENT_SECRET_FILE: file('secret\n') }).oidc?.clientSecret).toBe(
      'secret',
    );
  });

  it('takes an empty path as absent, and no newline but the last away', () => {
    expect(readConfig({ SLIPWAY_ADMIN_PASSWORD_FILE: '' }).adminPassword).toBeUndefined();
    expect(readConfig({ SLIPWAY_ADMIN_PASSWORD_FILE: file('two lines\n\n') }).adminPassword).toBe('two lines\n');
  });

  it('refuses a file that is not there, is empty, or stands beside the value', () => {
    const name = 'SLIPWAY_ADMIN_PASSWORD_FILE';
    const absent = join(folder, 'absent');
    expect(() => readConfig({ [name]: absent })).toThrow(
      `${name}: expected a file that can be read (ENOENT), got ${JSON.stringify(absent)}`,
    );
    expect(() => readConfig({ [name]: folder })).toThrow(`${name}: expected a file that can be read (EISDIR)`);
    expect(() => readConfig({ [name]: file('\n') })).toThrow(`${name}: expected a file that is not empty`);
    expect(() => readConfig({ [name]: file('long enough'), SLIPWAY_ADMIN_PASSWORD: 'long enough' })).toThrow(
      `${name}: expected nothing, since SLIPWAY_ADMIN_PASSWORD is set`,
    );
  });

  it('does not repeat what stands in a file', () => {
    expect(() => readConfig({ SLIPWAY_ADMIN_PASSWORD_FILE: file('short') })).toThrow(
      'SLIPWAY_ADMIN_PASSWORD: expected at least 8 characters, got another value',
    );
  });

  it('stands in the help', () => {
    expect(describeSettings()).toContain('NAME_FILE');
  });
});
