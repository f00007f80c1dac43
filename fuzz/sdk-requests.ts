import { gzipSync } from 'node:zlib';
import { mutate } from './bodies.ts';
import type { Chance } from './chance.ts';
import type { HttpRequest } from './http-request.ts';
import { ODD_TEXT, ODD_VALUE } from './odd.ts';

/** What opens an environment to SDKs. */
export interface SdkKeys {
  readonly sdkKey: string;
  readonly mobileKey: string;
  readonly clientSideId: string;
}

/** Routes beside the management API; `:id` is a client-side id, `:context` one in base64url, `:text` anything. */
const ROUTES = `
  /all /flags /sdk/latest-all /sdk/latest-flags /sdk/latest-flags/:text /sdk/latest-segments/:text
  /sdk/flags /sdk/flags/:text /sdk/segments/:text /sdk/poll /sdk/stream /relay_auto_config
  /sdk/big-segments/revisions /big-segments /msdk/evalx/contexts/:context /msdk/evalx/users/:context
  /meval/:context /mping /sdk/evalx/:id/contexts/:context /sdk/evalx/:id/users/:context /ping/:id
  /eval/:id/:context /sdk/goals/:id /a/:id.gif /sdk/poll/eval/:context /sdk/stream/eval/:context
  /healthz /readyz /metrics / /sign-in /assets/:text /projects/:text /:text /internal/:text
`;

const EVENT_ROUTES = `
  /bulk /diagnostic /mobile /mobile/events /mobile/events/bulk /mobile/events/diagnostic
  /events/bulk/:id /events/diagnostic/:id
`;

const CONTEXT_ROUTES = {
  POST: '/ofrep/v1/evaluate/flags /ofrep/v1/evaluate/flags/:text /sdk/poll/eval /sdk/stream/eval',
  REPORT: '/msdk/evalx/context /msdk/evalx/user /meval /sdk/evalx/:id/context /eval/:id',
};

const wordsOf = (text: string) => text.trim().split(/\s+/);

const INTERNAL = [
  { path: '/internal/session', body: { email: 'owner@localhost', password: 'wrong' } },
  { path: '/internal/password-change', body: { oldPassword: 'x', newPassword: 'long enough for you' } },
  { path: '/internal/password-reset', body: { email: 'nobody@localhost' } },
  { path: '/internal/password-reset/confirm', body: { secret: 'x', password: 'long enough for you' } },
  { path: '/internal/invitations/accept', body: { secret: 'x', password: 'long enough for you' } },
  { path: '/webhook/triggers/:text/:text', body: { eventName: 'x' } },
].map((route) => ({ ...route, method: 'POST' }));

type Route = { readonly method: string; readonly path: string; readonly body?: 'events' | 'context' | object };

const ALL: readonly Route[] = [
  ...wordsOf(ROUTES).map((path) => ({ method: 'GET', path })),
  ...wordsOf(EVENT_ROUTES).map((path) => ({ method: 'POST', path, body: 'events' as const })),
  ...Object.entries(CONTEXT_ROUTES).flatMap(([method, paths]) =>
    wordsOf(paths).map((path) => ({ method, path, body: 'context' as const })),
  ),
  ...INTERNAL,
];

const CONTEXTS: readonly unknown[] = [
  { kind: 'user', key: 'sam', plan: 'pro', _meta: { privateAttributes: ['/plan'] } },
  { kind: 'multi', user: { key: 'sam' }, device: { key: 'd-1', anonymous: true } },
  { key: 'sam', custom: { a: [1, 'b'] }, privateAttributeNames: ['a'] },
  { targetingKey: 'sam', context: { kind: 'user', targetingKey: 'sam' } },
];

const EVENTS: readonly unknown[] = [
  { kind: 'index', creationDate: 1_767_603_600_000, context: { kind: 'user', key: 'sam' } },
  { kind: 'identify', creationDate: 1_767_603_600_000, context: { kind: 'user', key: 'sam', name: 'Sam' } },
  { kind: 'custom', creationDate: 1_767_603_600_000, key: 'error', contextKeys: { user: 'sam' }, metricValue: 1.5 },
  {
    kind: 'feature',
    key: 'checkout-button',
    version: 3,
    variation: 0,
    reason: { kind: 'FALLTHROUGH', inExperiment: true },
    context: { kind: 'user', key: 'sam' },
  },
  {
    kind: 'summary',
    startDate: 1_767_603_500_000,
    endDate: 1_767_603_600_000,
    features: { 'checkout-button': { contextKinds: ['user'], counters: [{ variation: 0, version: 1, count: 3 }] } },
  },
  { kind: 'diagnostic', id: { diagnosticId: 'x' }, sdk: { name: 'node-server-sdk', version: '9.0.0' } },
];

const HEADERS = [
  'x-launchdarkly-payload-id',
  'x-launchdarkly-event-schema',
  'if-none-match',
  'accept-encoding',
  'origin',
];

/** A request of an SDK, a browser or somebody who only looks like one. */
export function sdkRequest(chance: Chance, keys: SdkKeys): HttpRequest {
  const route = chance.pick(ALL);
  const text = () =>
    encodeURIComponent((chance.happens(50) ? chance.draw(ODD_TEXT) : 'checkout-button').toWellFormed());
  const path = route.path
    .replace(':id', () => (chance.happens(85) ? keys.clientSideId : text()))
    .replace(':context', () => encodedContext(chance))
    .replaceAll(':text', text);
  const isGzip = chance.happens(20);
  const body = route.body === undefined ? undefined : bodyOf(chance, route.body, isGzip);
  const key = route.path.includes('m') && chance.happens(50) ? keys.mobileKey : chance.pick(Object.values(keys));
  return {
    method: route.method,
    path: chance.happens(20)
      ? `${path}?${chance.pick(['basis', 'filter', 'auth', 'd', 'h', 'after'])}=${text()}`
      : path,
    headers: {
      ...(chance.happens(90) && { authorization: keyOf(route.path, keys) ?? key }),
      ...(body && { 'content-type': 'application/json' }),
      ...(body && isGzip && { 'content-encoding': 'gzip' }),
      ...(chance.happens(20) && { [chance.pick(HEADERS)]: headerText(chance) }),
    },
    body,
  };
}

const headerText = (chance: Chance) => chance.draw(ODD_TEXT).replaceAll(/[^\x20-\x7e]/g, '?');

function keyOf(path: string, { sdkKey, mobileKey, clientSideId }: SdkKeys): string | undefined {
  if (/^\/(msdk|meval|mping|mobile)/.test(path)) return mobileKey;
  if (path.startsWith('/ofrep')) return clientSideId;
  return /^\/(all|flags|bulk|diagnostic|sdk\/(latest|flags|segments|poll$|stream$|big))/.test(path)
    ? sdkKey
    : undefined;
}

function encodedContext(chance: Chance): string {
  if (chance.happens(10)) return encodeURIComponent(chance.draw(ODD_TEXT).toWellFormed());
  return Buffer.from(JSON.stringify(contextOf(chance))).toString('base64url');
}

function contextOf(chance: Chance): unknown {
  const context = chance.pick(CONTEXTS);
  return chance.happens(50) ? mutate(chance, context) : context;
}

function bodyOf(chance: Chance, kind: 'events' | 'context' | object, isGzip: boolean): Buffer {
  const value =
    kind === 'events' ? [chance.pick(EVENTS), chance.pick(EVENTS)] : kind === 'context' ? contextOf(chance) : kind;
  const whole = chance.happens(60) ? mutate(chance, value) : value;
  const plain = Buffer.from(JSON.stringify(chance.happens(3) ? chance.draw(ODD_VALUE) : whole));
  if (!isGzip) return plain;
  return chance.pick([() => gzipSync(plain), () => gzipSync(plain).subarray(0, 15), () => plain, () => BOMB])();
}

/** 64 MiB of spaces in some kilobytes. */
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
