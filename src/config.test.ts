import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, describeSettings, publicUrl, readConfig } from './config.ts';

describe('readConfig', () => {
  it('has a default for everything that needs one', () => {
    expect(readConfig({})).toEqual({
      port: 4300,
      host: '127.0.0.1',
      databaseUrl: 'sqlite:./data/slipway.db',
      accessToken: undefined,
      adminEmail: 'owner@localhost',
      adminPassword: undefined,
      baseUrl: undefined,
      tls: undefined,
      logLevel: 'info',
      flagsPerProject: 5000,
      streamMinutes: 30,
      auditLogDays: 0,
      evaluationDays: 60,
      contextsPerEnvironment: 100_000,
      contextDays: 30,
      databaseWaitMs: 20_000,
      allowsPrivateWebhooks: false,
      rateLimits: { global: 1000, route: 500, failures: 100, events: 1_000_000 },
      oidc: undefined,
      smtpUrl: undefined,
      mailFrom: 'Slipway <slipway@localhost>',
    });
  });

  it('takes an empty variable as absent', () => {
    expect(readConfig({ PORT: '', SLIPWAY_ACCESS_TOKEN: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['postgres', 'postgres://slipway@db.example:5432/flags'],
    ['postgresql', 'postgresql://slipway:secret@db/flags'],
    ['sqlite in memory', 'sqlite::memory:'],
  ])('accepts %s', (_name, url) => {
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });

  it.each([
    ['PORT', '70000', 'PORT: expected a port from 0 to 65535, got "70000"'],
    ['PORT', '80 80', 'PORT: expected a port from 0 to 65535, got "80 80"'],
    ['SLIPWAY_BASE_URL', 'ftp://x', 'SLIPWAY_BASE_URL: expected an absolute http or https URL, got "ftp://x"'],
    ['LOG_LEVEL', 'INFO', 'LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent, got "INFO"'],
    ['SLIPWAY_ADMIN_PASSWORD', 'secret', 'SLIPWAY_ADMIN_PASSWORD: expected at least 8 characters, got another value'],
    ['SLIPWAY_OIDC_ROLES', 'a=b,c', 'SLIPWAY_OIDC_ROLES: expected a comma list of value=role, got "a=b,c"'],
    [
      'SLIPWAY_OIDC_DEFAULT_ROLE',
      'owner',
      'SLIPWAY_OIDC_DEFAULT_ROLE: expected one of reader, writer, admin, no_access, got "owner"',
    ],
    [
      'SLIPWAY_SMTP_URL',
      'http://u:p@x',
      'SLIPWAY_SMTP_URL: expected smtp://user:password@host:port or smtps://…, got another value',
    ],
    [
      'SLIPWAY_MAIL_FROM',
      'a@b c@d',
      'SLIPWAY_MAIL_FROM: expected an e-mail address, or a name and an address as in Slipway <flags@example.com>, got "a@b c@d"',
    ],
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(new ConfigError(message));
  });

  it('reads an OpenID provider', () => {
    const environment = {
      SLIPWAY_OIDC_ISSUER: 'https://id.example.com',
      SLIPWAY_OIDC_CLIENT_ID: 'slipway',
      SLIPWAY_OIDC_CLIENT_SECRET: 'secret',
      SLIPWAY_OIDC_ROLES: 'platform=admin, qa = tester',
    };
    expect(readConfig(environment).oidc).toEqual({
      issuer: 'https://id.example.com',
      clientId: 'slipway',
      clientSecret: 'secret',
      roleClaim: 'groups',
      roles: new Map([
        ['platform', 'admin'],
        ['qa', 'tester'],
      ]),
      defaultRole: undefined,
    });
    expect(() => readConfig({ ...environment, SLIPWAY_OIDC_ISSUER: 'http://id.example.com' })).toThrow(
      'SLIPWAY_OIDC_ISSUER: expected an https URL, or an http URL of this machine, got "http://id.example.com"',
    );
    expect(() => readConfig({ ...environment, SLIPWAY_OIDC_CLIENT_SECRET: '' })).toThrow(
      'SLIPWAY_OIDC_CLIENT_SECRET: expected a value, since others of SLIPWAY_OIDC_… are set',
    );
  });

  it('reads a certificate and its key together', () => {
    const environment = { SLIPWAY_TLS_CERT: 'cert.pem', SLIPWAY_TLS_KEY: 'key.pem' };
    expect(readConfig(environment).tls).toEqual({ certFile: 'cert.pem', keyFile: 'key.pem' });
    expect(() => readConfig({ ...environment, SLIPWAY_TLS_KEY: '' })).toThrow(
      'SLIPWAY_TLS_KEY: expected a value, since others of SLIPWAY_TLS_… are set',
    );
  });

  it('names all bad variables at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT.*\nLOG_LEVEL/);
  });
});

describe('the README', () => {
  it('names every setting', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const names = describeSettings().match(/^ {2}[A-Z_]+/gm) ?? [];
    expect(names.length).toBeGreaterThan(25);
    const missing = names.map((name) => name.trim()).filter((name) => !readme.includes(`\`${name}\``));
    expect(missing).toEqual(['NAME_FILE']);
  });
});

describe('publicUrl', () => {
  it.each([
    [{}, 'http://127.0.0.1:4300'],
    [{ HOST: '::1', PORT: '80' }, 'http://[::1]:80'],
    [{ SLIPWAY_TLS_CERT: 'cert.pem', SLIPWAY_TLS_KEY: 'key.pem' }, 'https://127.0.0.1:4300'],
    [{ SLIPWAY_BASE_URL: 'https://flags.example.com/' }, 'https://flags.example.com'],
  ])('of %j is %s', (environment, url) => {
    expect(publicUrl(readConfig(environment))).toBe(url);
  });
});
