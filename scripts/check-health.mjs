// @ts-check
/** Exit code 0 when the service of this machine serves, 1 when not: for `HEALTHCHECK` in a container. */
import { request as http } from 'node:http';
import { request as https } from 'node:https';

const TIMEOUT_MS = 4_000;

const port = process.env['PORT'] || '4300';
// The certificate is made out to the name that others use.
const asked = process.env['SLIPWAY_TLS_CERT']
  ? https({ port, path: '/healthz', timeout: TIMEOUT_MS, rejectUnauthorized: false })
  : http({ port, path: '/healthz', timeout: TIMEOUT_MS });
asked.on('response', ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
asked.on('timeout', () => process.exit(1));
asked.on('error', () => process.exit(1));
asked.end();
