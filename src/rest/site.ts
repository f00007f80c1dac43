import type { FastifyReply, FastifyRequest } from 'fastify';
import { Forbidden } from '../domain/errors.ts';
import { show } from '../domain/json.ts';

/** A cookie that no script and no page of others can read. */
export class SafeCookie {
  readonly #name: string;
  readonly #isSecure: boolean;

  /** @param isSecure whether browsers reach us by https; they hold such cookies to our very host then */
  constructor(name: string, isSecure: boolean) {
    this.#name = isSecure ? `__Host-${name}` : name;
    this.#isSecure = isSecure;
  }

  /** The value that a request brings; undefined when it brings none. */
  read({ headers }: FastifyRequest): string | undefined {
    const pairs = headers.cookie?.split(';').map((pair) => pair.trim()) ?? [];
    return pairs.find((pair) => pair.startsWith(`${this.#name}=`))?.slice(this.#name.length + 1) || undefined;
  }

  /** @param value of characters that need no quoting, such as base64url */
  set(reply: FastifyReply, value: string, maxAgeSeconds: number): void {
    const attributes = [`Max-Age=${maxAgeSeconds}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
    if (this.#isSecure) attributes.push('Secure');
    void reply.header('set-cookie', [`${this.#name}=${value}`, ...attributes].join('; '));
  }

  clear(reply: FastifyReply): void {
    this.set(reply, '', 0);
  }
}

/** What browsers know of us. */
export interface Site {
  /** The secret of a session. */
  readonly session: SafeCookie;
  readonly isSecure: boolean;
  /** The origin that our pages have; undefined when it is whatever host a request goes to. */
  readonly origin: string | undefined;
}

/**
 * @param baseUrl where people reach the service, if that is known
 * @param servesTls whether they reach it by https where it is not
 */
export function createSite(baseUrl: string | undefined, servesTls: boolean): Site {
  const url = baseUrl === undefined ? undefined : new URL(baseUrl);
  const isSecure = url === undefined ? servesTls : url.protocol === 'https:';
  return { session: new SafeCookie('slipway', isSecure), isSecure, origin: url?.origin };
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses to change anything for a page of others, which browsers name in `Origin`. A request that brings a cookie must
 * name it; others are not sent by browsers, or have nothing that others could make use of.
 * @throws Forbidden
 */
export function refuseOtherOrigins(site: Site, request: FastifyRequest): void {
  const { origin, host, cookie } = request.headers;
  if (SAFE_METHODS.has(request.method) || (origin === undefined && cookie === undefined)) return;
  const isOurs = site.origin === undefined ? namesHost(origin, host) : origin === site.origin;
  if (isOurs) return;
  const expected = site.origin ?? `that of ${host ?? 'this host'}`;
  throw new Forbidden(`Origin: expected ${expected}, got ${origin === undefined ? 'nothing' : show(origin)}`);
}

/** Whether an origin is of the host that a request goes to; the port may be left out where it is the usual one. */
function namesHost(origin = '', host = ''): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: expected } = new URL(origin);
  return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === expected;
}
