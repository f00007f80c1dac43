import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

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
      logLevel: 'info',
      flagsPerProject: 5000,
      auditLogDays: 0,
      contextsPerEnvironment: 100_000,
      allowsPrivateWebhooks: false,
      rateLimits: { global: 1000, route: 500, failures: 100 },
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
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(new ConfigError(message));
  });

  it('names all bad variables at once', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT.*\nLOG_LEVEL/);
  });
});
