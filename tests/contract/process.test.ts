import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../support/engines.ts';
import { runProcess, startProcess } from '../support/process.ts';

const sqlite = ENGINES.find(({ name }) => name === 'sqlite');

describe('the process', () => {
  it('prints the generated password and token at the first start and never again', async () => {
    const store = await sqlite?.create();
    const settings = { DATABASE_URL: store?.url ?? '' };
    const first = await startProcess(settings);
    const token = /API token (api-\S+)/.exec(first.output())?.[1] ?? '';
    expect(first.output()).toMatch(/password {2}\S{20}\n/);
    const answer = await fetch(`${first.url}/api/v2/caller-identity`, { headers: { authorization: token } });
    expect(answer.status).toBe(200);
    await first.stop('SIGTERM');

    const second = await startProcess(settings);
    expect(second.output()).not.toMatch(/password|token/i);
    await second.stop('SIGTERM');
    await store?.drop();
  });

  it('never prints a password or token that the operator chose', async () => {
    const store = await sqlite?.create();
    const secrets = { SLIPWAY_ACCESS_TOKEN: `api-${randomUUID()}`, SLIPWAY_ADMIN_PASSWORD: 'correct horse battery' };
    const slipway = await startProcess({ DATABASE_URL: store?.url ?? '', ...secrets });
    for (const secret of Object.values(secrets)) expect(slipway.output()).not.toContain(secret);
    await slipway.stop('SIGTERM');
    await store?.drop();
  });

  it('refuses a second process on the same SQLite file', async () => {
    const store = await sqlite?.create();
    const settings = { DATABASE_URL: store?.url ?? '' };
    const first = await startProcess(settings);
    const second = await runProcess(settings);
    expect(second.code).toBe(1);
    expect(second.output).toContain('is in use by another Slipway process');
    await first.stop('SIGKILL');
    const third = await startProcess(settings);
    expect(await third.stop('SIGTERM')).toBe(0);
    await store?.drop();
  });

  it('ends its streams and exits with 0 on SIGTERM', async () => {
    const store = await sqlite?.create();
    const token = `api-${randomUUID()}`;
    const slipway = await startProcess({ DATABASE_URL: store?.url ?? '', SLIPWAY_ACCESS_TOKEN: token });
    const environment = await fetch(`${slipway.url}/api/v2/projects/default/environments/test`, {
      headers: { authorization: token },
    });
    const { apiKey } = (await environment.json()) as { apiKey: string };
    const stream = await fetch(`${slipway.url}/all`, { headers: { authorization: apiKey } });
    expect(await slipway.stop('SIGTERM')).toBe(0);
    expect(await stream.text()).toBe('event: put\ndata: {"path":"/","data":{"flags":{},"segments":{}}}\n\n');
    await store?.drop();
  });

  it('explains every bad setting and exits with 2', async () => {
    const { code, output } = await runProcess({
      PORT: '99999',
      HOST: 'not a host',
      DATABASE_URL: 'mysql://here',
      SLIPWAY_ACCESS_TOKEN: 'sesame',
      SLIPWAY_ADMIN_EMAIL: 'nobody',
      SLIPWAY_ADMIN_PASSWORD: 'short',
      SLIPWAY_BASE_URL: 'here',
      LOG_LEVEL: 'loud',
    });
    expect(code).toBe(2);
    expect(output.trim().split('\n')).toEqual([
      'The configuration is not valid:',
      'PORT: expected a port from 0 to 65535, got "99999"',
      'HOST: expected an IP address or host name, got "not a host"',
      'DATABASE_URL: expected sqlite:<path> or postgres://user@host/database, got another value',
      'SLIPWAY_ACCESS_TOKEN: expected api- and at least 16 letters, digits, - or _, got another value',
      'SLIPWAY_ADMIN_EMAIL: expected an e-mail address, got "nobody"',
      'SLIPWAY_ADMIN_PASSWORD: expected at least 8 characters, got another value',
      'SLIPWAY_BASE_URL: expected an absolute http or https URL, got "here"',
      'LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent, got "loud"',
    ]);
  });

  it('shows its version on --version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runProcess({}, '--version')).toEqual({ code: 0, output: `${version}\n` });
  });

  it('shows its settings on --help', async () => {
    const { code, output } = await runProcess({}, '--help');
    expect(code).toBe(0);
    expect(output).toContain('DATABASE_URL');
  });
});
