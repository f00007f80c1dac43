import { createHmac } from 'node:crypto';
import { lookup as resolve } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import type { Limits } from '../write.ts';

/** Addresses that belong to this machine or network, and what no request has to go to. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6');
}

/** Whether an address belongs to this machine or network; IPv4 addresses in the clothes of IPv6 count as such. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return PRIVATE.check(address, family);
}

type Allowance = Pick<Limits, 'allowsPrivateWebhooks'>;

/** Refuses an address that is one of this network by its very look; names are looked up when they are used. */
export function refusePrivateAddress(field: string, url: string, { allowsPrivateWebhooks }: Allowance): void {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const isPrivate = host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && isPrivateAddress(host));
  if (!isPrivate || allowsPrivateWebhooks) return;
  throw new InvalidRequest(`${field}: expected an address outside of this network, got ${show(url)}`);
}

/** How a request went. */
export interface Answered {
  readonly status?: number;
  readonly error?: string;
}

const TIMEOUT_MS = 10_000;

/** What to send, how long to wait, and how much of the answer to read. */
export interface SafeRequest extends Allowance {
  readonly method: 'GET' | 'POST';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /** Most bytes of the answer's body; it is not read at all when absent. */
  readonly maxAnswerBytes?: number;
}

/** Sends JSON to an address, signed if there is a secret; nothing of the answer but its status is read. */
export async function sendJson(
  url: string,
  body: string,
  {
    secret,
    allowsPrivateWebhooks,
    signal,
  }: Allowance & { readonly secret?: string | undefined; readonly signal?: AbortSignal },
): Promise<Answered> {
  return sendSafely(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...(secret !== undefined && { 'x-ld-signature': sign(body, secret) }),
    },
    signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
    allowsPrivateWebhooks,
  });
}

/**
 * Makes a request. The name is resolved first, and the connection made to what it was resolved to, unless that is in this
 * network; redirects are not followed.
 */
export async function sendSafely(url: string, what: SafeRequest): Promise<Answered & { readonly text?: string }> {
  // Imported when first needed: the module as a whole takes undici along.
  const { request: send } = url.toLowerCase().startsWith('https:')
    ? await import('node:https')
    : await import('node:http');
  const { method, body, headers, signal, maxAnswerBytes, allowsPrivateWebhooks } = what;
  return new Promise((done) => {
    const fail = (error: Error) => done({ error: reasonOf(error) });
    const request = send(
      url,
      {
        method,
        signal,
        agent: false,
        lookup: allowsPrivateWebhooks ? resolve : resolvePublic,
        headers: { ...headers, 'user-agent': 'Slipway' },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        if (maxAnswerBytes === undefined) {
          response.destroy();
          done({ status });
        } else done(readAnswer(response, maxAnswerBytes));
      },
    );
    request.on('error', fail);
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    // A literal address is connected to without being looked up.
    if (isIP(host) !== 0 && isPrivateAddress(host) && !allowsPrivateWebhooks) {
      request.destroy(new Error(`${host} is an address of this network`));
    } else request.end(body);
  });
}

async function readAnswer(response: IncomingMessage, maxBytes: number) {
  try {
    return { status: response.statusCode ?? 0, text: await readText(response, maxBytes) };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Why a wait was ended is said by who has ended it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'AbortError' && error.cause instanceof Error ? error.cause.message : error.message;
}

/** HMAC-SHA256 of the body, in lower-case hexadecimal (docs/wire/webhooks.md, "Signature"). */
export function sign(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

const resolvePublic: LookupFunction = (host, options, callback) => {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const refused = addresses.find(({ address }) => isPrivateAddress(address));
    if (refused) return callback(new Error(`${host} is ${refused.address}, an address of this network`), '', 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    return callback(null, first?.address ?? '', first?.family ?? 0);
  });
};
