import { createHmac } from 'node:crypto';
import { lookup as resolve } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
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
  ['fc00::', 7],
  ['fe80::', 10],
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

/**
 * Sends JSON to an address, signed if there is a secret. The name is resolved first, and the connection made to what it
 * was resolved to, unless that is in this network; redirects are not followed, and nothing of the answer but its status
 * is read.
 */
export async function sendJson(
  url: string,
  body: string,
  { secret, allowsPrivateWebhooks }: Allowance & { readonly secret?: string | undefined },
): Promise<Answered> {
  const send = url.toLowerCase().startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((done) => {
    const request = send(
      url,
      {
        method: 'POST',
        timeout: TIMEOUT_MS,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        agent: false,
        lookup: allowsPrivateWebhooks ? resolve : resolvePublic,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Slipway',
          ...(secret !== undefined && { 'x-ld-signature': sign(body, secret) }),
        },
      },
      (response) => {
        response.destroy();
        done({ status: response.statusCode ?? 0 });
      },
    );
    request.on('error', (error) => done({ error: error.message }));
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    // A literal address is connected to without being looked up.
    if (isIP(host) !== 0 && isPrivateAddress(host) && !allowsPrivateWebhooks) {
      request.destroy(new Error(`${host} is an address of this network`));
    } else request.end(body);
  });
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
