import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TlsPair } from '../../src/tls.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { FIRST_PAIR, SECOND_PAIR } from '../support/certificates.ts';
import { ENGINES } from '../support/engines.ts';
import { connectSdk, untilServes } from '../support/official-sdk.ts';
import { runProcess } from '../support/process.ts';

const [ENGINE] = ENGINES;

describe('https', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
  const files = { SLIPWAY_TLS_CERT: join(folder, 'cert.pem'), SLIPWAY_TLS_KEY: join(folder, 'key.pem') };
  let app: TestApp;
  let url: string;

  const write = ({ cert, key }: Partial<TlsPair>) => {
    if (cert !== undefined) writeFileSync(files.SLIPWAY_TLS_CERT, cert);
    if (key !== undefined) writeFileSync(files.SLIPWAY_TLS_KEY, key);
  };

  beforeAll(async () => {
    if (!ENGINE) throw new Error('there is no engine');
    write(FIRST_PAIR);
    app = await startApp(ENGINE, files);
    url = await app.slipway.listen();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  /** What a new connection is shown. */
  const shownCertificate = async (): Promise<string | undefined> => {
    const socket: TLSSocket = connect({ port: Number(new URL(url).port), rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { raw } = socket.getPeerCertificate();
    socket.destroy();
    return new X509Certificate(raw).fingerprint256;
  };
  const fingerprint = ({ cert }: TlsPair) => new X509Certificate(cert).fingerprint256;

  it('serves the official SDK, with a stream that brings changes', async () => {
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:/);
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'secret', name: 'Secret' } });
    const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    const sdk = await connectSdk(url, apiKey, { tlsParams: { ca: FIRST_PAIR.cert } });
    await untilServes(sdk, 'secret', false);
    const body = { environmentKey: 'test', instructions: [{ kind: 'turnFlagOn' }] };
    await app.call({ method: 'PATCH', path: 'flags/default/secret', headers: SEMANTIC, body });
    await untilServes(sdk, 'secret', true);
    sdk.close();
  });

  it('tells browsers to come by https only, and sends them cookies for nothing else', async () => {
    const outgoing = request(`${url}/internal/session`, { ca: FIRST_PAIR.cert, method: 'POST' });
    outgoing.end(JSON.stringify({ email: 'owner@localhost', password: 'a long password' }));
    const [answer] = await once(outgoing, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
    expect(answer.headers['set-cookie'][0]).toMatch(/^__Host-slipway=.*; Secure$/);
  });

  it('shows another certificate once both files are new', async () => {
    expect(await shownCertificate()).toBe(fingerprint(FIRST_PAIR));
    write({ cert: SECOND_PAIR.cert });
    await app.clock.advance(60_000);
    expect(await shownCertificate()).toBe(fingerprint(FIRST_PAIR));
    write({ key: SECOND_PAIR.key });
    await app.clock.advance(60_000);
    expect(await shownCertificate()).toBe(fingerprint(SECOND_PAIR));
    write(FIRST_PAIR);
    await app.clock.advance(60_000);
  });

  it('does not start with files that are none or do not fit', async () => {
    const settings = { DATABASE_URL: 'sqlite::memory:', ...files };
    const absent = await runProcess({ ...settings, SLIPWAY_TLS_KEY: join(folder, 'absent') });
    expect(absent).toMatchObject({ code: 1, output: expect.stringMatching(/SLIPWAY_TLS_KEY ".*absent".*ENOENT/) });
    write({ key: SECOND_PAIR.key });
    const other = await runProcess(settings);
    expect(other).toMatchObject({
      code: 1,
      output: expect.stringMatching(/expected a certificate and its key, as PEM/),
    });
  });
});
