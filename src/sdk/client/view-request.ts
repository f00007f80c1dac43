import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { canonicalKey, type Context, parseContext } from '../../domain/evaluation/context.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import type { Credentials, Visitor } from '../credentials.ts';
import { lastOf, parseJson } from '../http.ts';
import { canBeKept, membersOf } from '../members.ts';
import type { ClientView } from './evaluate-all.ts';

/** Largest body with a context, in bytes. */
export const MAX_CONTEXT_BYTES = 1024 * 1024;

/** An environment, and how a request wants to see its flags. */
export interface ViewRequest extends Visitor {
  readonly view: ClientView;
}

/** Finds out what a request wants to see. */
export type ReadViewRequest = (request: FastifyRequest) => Promise<ViewRequest>;

/** Requests with a client-side id in the path, as browsers make them. */
export function browserViews(credentials: Credentials): ReadViewRequest {
  return (request) => readBrowserView(credentials, request, environmentIdOf(request));
}

/** Requests with a mobile key. */
export function mobileViews(credentials: Credentials): ReadViewRequest {
  return async (request) => {
    const { authorization } = request.headers;
    const environmentId = await credentials.byMobileKey(authorization);
    const context = readContext(request);
    return {
      environmentId,
      viewer: 'mobile',
      view: { viewer: 'mobile', context, withReasons: wantsReasons(request) },
      stillOpens: () => credentials.mobileKeyOpens(authorization, environmentId),
    };
  };
}

/** Requests with a client-side id as the parameter `auth`, as browsers make them, or else with a mobile key. */
export function anyViews(credentials: Credentials): ReadViewRequest {
  const readMobileView = mobileViews(credentials);
  return async (request) => {
    const id = parameterOf(request, 'auth');
    return id === undefined ? readMobileView(request) : readBrowserView(credentials, request, id);
  };
}

async function readBrowserView(credentials: Credentials, request: FastifyRequest, id: string): Promise<ViewRequest> {
  const { environmentId, signingKeys } = await credentials.byClientSideId(id);
  const context = readContext(request);
  const signature = parameterOf(request, 'h');
  if (signingKeys) requireSignature(context, signature, signingKeys);
  return {
    environmentId,
    viewer: 'browser',
    view: { viewer: 'browser', context, withReasons: wantsReasons(request) },
    stillOpens: async () => {
      const environment = await credentials.findByClientSideId(environmentId);
      if (!environment) return false;
      return !environment.signingKeys || isSigned(context, signature, environment.signingKeys);
    },
  };
}

/** The client-side id in the path of a request. */
export function environmentIdOf(request: FastifyRequest): string {
  return String(membersOf(request.params)['environmentId']);
}

/**
 * The context of a request: in base64url at the end of the path, or as the body.
 * @throws InvalidRequest when it is none
 */
function readContext({ params, body }: FastifyRequest): Context {
  const inPath = membersOf(params)['*'];
  // Buffer reads both alphabets, with or without padding.
  const text = typeof inPath === 'string' ? Buffer.from(inPath, 'base64url') : body;
  const value = Buffer.isBuffer(text) ? parseJson(text.toString()) : undefined;
  if (!canBeKept(value)) {
    throw new InvalidRequest(
      'context: expected JSON of at most 100 levels, in base64url in the path or as it is in the body',
    );
  }
  return parseContext(value);
}

const wantsReasons = (request: FastifyRequest) => parameterOf(request, 'withReasons') === 'true';

/** The last value of a parameter of the query. */
export function parameterOf({ query }: FastifyRequest, name: string): string | undefined {
  return lastOf((query as Readonly<Record<string, string | readonly string[] | undefined>>)[name]);
}

/** @throws InvalidRequest unless the context is signed with one of the keys (docs/wire/client-side.md) */
function requireSignature(context: Context, signature: string | undefined, keys: readonly string[]): void {
  if (!isSigned(context, signature, keys)) {
    throw new InvalidRequest(
      'h: expected the HMAC-SHA256 of the canonical key of the context, made with the SDK key: the environment is in secure mode',
    );
  }
}

function isSigned(context: Context, signature: string | undefined, keys: readonly string[]): boolean {
  const given = Buffer.from(signature?.toLowerCase() ?? '');
  return keys.some((key) => {
    const expected = Buffer.from(createHmac('sha256', key).update(canonicalKey(context)).digest('hex'));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
