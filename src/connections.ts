import type { FastifyBaseLogger } from 'fastify';
import type { ServerOptions as HttpOptions } from 'node:http';
import type { ServerOptions as HttpsOptions } from 'node:https';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TlsPair } from './tls.ts';

/** How long clients may take to send what they want; streams last as long as they like once that is known. */
export interface ConnectionLimits {
  /** For all headers of a request, in milliseconds. */
  readonly headersMs: number;
  /** For a whole request with its body. */
  readonly requestMs: number;
  /** How often connections are looked at. */
  readonly checkEveryMs: number;
  /** How long a connection without a request is kept. Longer than that of usual load balancers, so that they end it. */
  readonly idleMs: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 20_000,
  requestMs: 120_000,
  checkEveryMs: 5_000,
  idleMs: 72_000,
};

/** Largest request line and headers together, in bytes. */
const MAX_HEADER_BYTES = 16 * 1024;

/** What Fastify makes its server of: plain HTTP, or HTTPS with a certificate. */
export function listenerOptions(
  limits: ConnectionLimits,
  tls: TlsPair | undefined,
): {
  readonly keepAliveTimeout: number;
  readonly requestTimeout: number;
  readonly http?: HttpOptions;
  readonly https?: HttpsOptions;
} {
  const { headersMs, requestMs, checkEveryMs, idleMs } = limits;
  const connection = {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkEveryMs,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  return {
    keepAliveTimeout: idleMs,
    requestTimeout: requestMs,
    ...(tls ? { https: { ...connection, ...tls, minVersion: 'TLSv1.2' } } : { http: connection }),
  };
}

/** Answers what is no HTTP, too large or too slow, and closes the connection. */
export function refuseBrokenRequest(log: FastifyBaseLogger, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const [status, message] = REFUSALS[error.code ?? ''] ?? ['400 Bad Request', 'expected HTTP, got something else'];
  const body = JSON.stringify({ code: 'invalid_request', message: `request: ${message}`, id: randomUUID() });
  log.debug({ err: error }, 'a request could not be read');
  const headers = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
  socket.write(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`);
  // Not only our half: whoever goes on sending would keep the other open.
  socket.destroySoon();
}

const REFUSALS: Readonly<Record<string, readonly [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'expected all of it sooner'],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    `expected a request line and headers of at most ${MAX_HEADER_BYTES} bytes together, got more`,
  ],
};
