import { readConfig } from '../src/config.ts';
import { createSlipway } from '../src/slipway.ts';
import { type ManualClock, manualClock } from '../tests/support/manual-clock.ts';
import { branch, CONTEXTS, FLAGS, MEMBERS, METRICS, PIPELINE } from './data.ts';

const TOKEN = 'api-tour-tour-tour-tour';
export const OWNER = { email: 'ada@example.com', password: 'a long password' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How long ago the first thing happened: a little more than everything below takes. */
const PAST = 93 * HOUR;

/** A Slipway in which a small shop has worked for some days. */
export interface World {
  readonly url: string;
  readonly clock: ManualClock;
  close(): Promise<void>;
}

/** Answers are looked into without ceremony. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in tests
type Answer = any;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Starts a service of its own with everything that pages can show. @param databaseUrl an empty store */
export async function createWorld(databaseUrl: string): Promise<World> {
  const clock = manualClock(Date.now() - PAST);
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    SLIPWAY_ACCESS_TOKEN: TOKEN,
    SLIPWAY_ADMIN_EMAIL: OWNER.email,
    SLIPWAY_ADMIN_PASSWORD: OWNER.password,
    LOG_LEVEL: 'silent',
    SLIPWAY_RATE_LIMIT_GLOBAL: '0',
    SLIPWAY_RATE_LIMIT_ROUTE: '0',
  });
  const slipway = await createSlipway(config, { clock });
  const url = await slipway.listen();

  const call: Call = async (method, path, body, headers = {}) => {
    const isJson = body !== undefined && headers['content-type'] === undefined;
    const answer = await slipway.server.inject({
      method,
      url: path.startsWith('/') ? path : `/api/v2/${path}`,
      headers: {
        authorization: TOKEN,
        'ld-api-version': path.includes('release') ? 'beta' : '20240415',
        ...(isJson && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${answer.body}`);
    return answer.body === '' ? undefined : JSON.parse(answer.body);
  };
  await fill(call, clock);
  return {
    url,
    clock,
    close: async () => {
      slipway.server.server.closeAllConnections();
      await slipway.close();
    },
  };
}

type Call = (method: Method, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

async function fill(call: Call, clock: ManualClock): Promise<void> {
  await account(call);
  await environments(call);
  await flags(call, clock);
  await traffic(call, clock);
  await changes(call, clock);
  await releases(call, clock);
  await waiting(call, clock);
  await clock.advance(Math.max(0, Date.now() - clock.now()));
}

async function account(call: Call): Promise<void> {
  const [me] = (await call('GET', 'members')).items;
  await call('PATCH', `members/${me._id}`, [
    { op: 'add', path: '/firstName', value: 'Ada' },
    { op: 'add', path: '/lastName', value: 'Okafor' },
  ]).catch(() => undefined);
  await call('POST', 'members', MEMBERS);
  await call('POST', 'teams', { key: 'checkout', name: 'Checkout', description: 'Carts, payments, orders' });
  await call('POST', 'teams', { key: 'search', name: 'Search and discovery' });
  await call('POST', 'roles', {
    key: 'release-captain',
    name: 'Release captain',
    description: 'Leads releases to production',
    policy: [
      { effect: 'allow', actions: ['*'], resources: ['proj/*:env/*:flag/*'] },
      { effect: 'deny', actions: ['deleteFlag'], resources: ['proj/*:env/production:flag/*'] },
    ],
  });
  await call('POST', 'tokens', { name: 'CI of the shop', role: 'writer', serviceToken: true });
  await call('POST', 'tokens', { name: 'Terraform', role: 'admin', serviceToken: true });
  await call('POST', 'webhooks', { url: 'https://hooks.example.com/slipway', sign: true, on: true, name: 'Chat' });
}

async function environments(call: Call): Promise<void> {
  await call('PATCH', 'projects/default', [{ op: 'replace', path: '/name', value: 'Shop' }]);
  const path = 'projects/default/environments';
  await call('POST', path, { key: 'staging', name: 'Staging', color: 'c28a00' });
  await call('PATCH', `${path}/production`, [
    { op: 'replace', path: '/critical', value: true },
    { op: 'replace', path: '/confirmChanges', value: true },
  ]);
  for (const environment of ['production', 'staging', 'test']) {
    await call('POST', `segments/default/${environment}`, {
      key: 'beta-customers',
      name: 'Beta customers',
      description: 'Customers who have asked to see what is new',
      tags: ['customers'],
    });
  }
  await call('POST', 'segments/default/production', { key: 'employees', name: 'Employees' });
  for (const metric of METRICS) await call('POST', 'metrics/default', metric);
}

async function flags(call: Call, clock: ManualClock): Promise<void> {
  const { items } = await call('GET', 'members');
  for (const [index, { turn, serve, ...flag }] of FLAGS.entries()) {
    const maintainer =
      index % 5 === 4 ? { maintainerTeamKey: 'checkout' } : { maintainerId: items[index % items.length]._id };
    await call('POST', 'flags/default', { ...flag, ...maintainer });
    for (const environment of turn) await patch(call, flag.key, environment, [{ kind: 'turnFlagOn' }]);
    if (serve !== undefined) await share(call, flag.key, 'production', serve);
    await clock.advance(3 * HOUR);
  }
}

async function patch(call: Call, key: string, environmentKey: string | undefined, instructions: readonly object[]) {
  const headers = { 'content-type': 'application/json; domain-model=launchdarkly.semanticpatch' };
  return call('PATCH', `flags/default/${key}`, { environmentKey, instructions }, headers);
}

/** Serves the first variation to a share of all, in percent. */
async function share(call: Call, key: string, environment: string, percent: number): Promise<void> {
  const { variations } = await call('GET', `flags/default/${key}`);
  const rolloutWeights = { [variations[0]._id]: percent * 1000, [variations[1]._id]: 100_000 - percent * 1000 };
  await patch(call, key, environment, [{ kind: 'updateFallthroughVariationOrRollout', rolloutWeights }]);
}

async function traffic(call: Call, clock: ManualClock): Promise<void> {
  for (const environment of ['production', 'test']) {
    const { apiKey } = await call('GET', `projects/default/environments/${environment}`);
    const tell = (events: readonly object[]) => call('POST', '/bulk', events, { authorization: apiKey });
    await tell(CONTEXTS.map((context) => ({ kind: 'identify', creationDate: clock.now(), context })));
    for (let hour = 0; hour < 36; hour++) {
      const wave = 1 + Math.sin((hour / 24) * 2 * Math.PI);
      const features = Object.fromEntries(
        FLAGS.slice(0, 12).map(({ key }, index) => [
          key,
          {
            default: false,
            counters: [
              { variation: 0, count: Math.round((40 + hour * 8) * wave) + index },
              { variation: 1, count: Math.round((620 - hour * 7) * wave) + 3 * index },
            ],
          },
        ]),
      );
      await tell([{ kind: 'summary', features }]);
      if (environment === 'production') await clock.advance(HOUR);
    }
  }
}

async function changes(call: Call, clock: ManualClock): Promise<void> {
  const [first] = FLAGS;
  if (!first) return;
  const { variations } = await call('GET', `flags/default/${first.key}`);
  const [on, off] = variations.map(({ _id }: { _id: string }) => _id);
  const clause = (attribute: string, op: string, values: readonly unknown[]) => ({
    contextKind: 'user',
    attribute,
    op,
    values,
    negate: false,
  });
  for (const environment of ['test', 'production']) {
    await patch(call, first.key, environment, [
      { kind: 'turnFlagOn' },
      { kind: 'addTargets', variationId: on, values: ['ada', 'grace', 'linus'] },
      { kind: 'addTargets', variationId: off, values: ['loadtest-1', 'loadtest-2'] },
      {
        kind: 'addRule',
        description: 'Beta customers',
        clauses: [{ contextKind: 'user', attribute: 'segmentMatch', op: 'segmentMatch', values: ['beta-customers'] }],
        variationId: on,
      },
    ]);
  }
  await patch(call, first.key, 'production', [
    {
      kind: 'addRule',
      description: 'Germany, new app',
      clauses: [clause('country', 'in', ['de', 'at', 'ch']), clause('version', 'semVerGreaterThan', ['4.2.0'])],
      rolloutWeights: { [on]: 40_000, [off]: 60_000 },
    },
  ]);
  await patch(call, first.key, 'production', [
    { kind: 'addExpiringTarget', variationId: on, contextKind: 'user', contextKey: 'linus', value: clock.now() + PAST },
  ]);
  await call('POST', 'code-refs/repositories', {
    name: 'shop-web',
    type: 'github',
    sourceLink: 'https://github.com/example/shop-web',
    hunkUrlTemplate: 'https://github.com/example/shop-web/blob/${sha}/${filePath}#L${lineNumber}',
  });
  await call('PUT', 'code-refs/repositories/shop-web/branches/main', branch(first.key, clock.now()));
}

async function releases(call: Call, clock: ManualClock): Promise<void> {
  await call('POST', 'projects/default/release-pipelines', PIPELINE);
  const start = async (key: string, index: number) => {
    const { phases } = await call('GET', `projects/default/flags/${key}/release`);
    await call('PUT', `projects/default/flags/${key}/release/phases/${phases[index]._id}`, { status: 'active' });
  };
  const keys = FLAGS.slice(12, 16).map(({ key }) => key);
  for (const key of keys) {
    await call('PUT', `projects/default/flags/${key}/release`, { releasePipelineKey: PIPELINE.key });
  }
  const [guarded = '', waits = '', baking = ''] = keys;
  for (const key of [guarded, waits]) await start(key, 0);
  await clock.advance(2 * HOUR + MINUTE);
  await start(baking, 0);
  for (const key of [guarded, waits]) await start(key, 1);
  await measure(call, clock, guarded);
}

/** Lets customers come for some hours, on both sides of a rollout. */
async function measure(call: Call, clock: ManualClock, key: string): Promise<void> {
  const { apiKey } = await call('GET', 'projects/default/environments/production');
  for (let step = 0; step < 42; step++) {
    const { flags: payload } = await call('GET', '/sdk/latest-all', undefined, { authorization: apiKey });
    const { version } = payload[key];
    const customers = Array.from({ length: 240 }, (_, index) => ({ user: `c-${step}-${index}`, variation: index % 2 }));
    const served = customers.map(({ user, variation }) => ({
      kind: 'feature',
      key,
      variation,
      version,
      reason: { kind: 'FALLTHROUGH', inExperiment: true },
      context: { kind: 'user', key: user },
    }));
    const event = (metric: string, user: string, metricValue?: number) => ({
      kind: 'custom',
      key: metric,
      contextKeys: { user },
      ...(metricValue !== undefined && { metricValue }),
    });
    const happened = customers.flatMap(({ user, variation }, index) => {
      const luck = scatter(step * customers.length + index);
      const value = 40 + (luck % 55) + 4 * (1 - variation);
      return [
        ...(luck % 1000 < (variation === 0 ? 44 : 52) ? [event('checkout-error', user)] : []),
        ...(luck % 3 === 0 ? [event('order', user, value)] : []),
      ];
    });
    await call('POST', '/bulk', [...served, ...happened], { authorization: apiKey });
    await clock.advance(5 * MINUTE);
  }
}

/** A number that looks like chance and is always the same, up to 2^32. */
function scatter(index: number): number {
  const mixed = Math.imul(index ^ (index >>> 15), 0x2c1b3c6d);
  return Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39) >>> 0;
}

async function waiting(call: Call, clock: ManualClock): Promise<void> {
  const [first] = FLAGS;
  if (!first) return;
  const path = `projects/default/flags/${first.key}/environments/production`;
  const { variations } = await call('GET', `flags/default/${first.key}`);
  await call('POST', `${path}/scheduled-changes`, {
    executionDate: clock.now() + 30 * HOUR,
    instructions: [{ kind: 'updateFallthroughVariationOrRollout', variationId: variations[1]._id }],
  });
  await call('POST', `${path}/approval-requests`, {
    description: 'Serve everybody in production',
    instructions: [{ kind: 'addTargets', variationId: variations[0]._id, values: ['mia'] }],
  });
  const other = FLAGS[3]?.key ?? '';
  await call('POST', `projects/default/flags/${other}/environments/staging/approval-requests`, {
    description: 'Try it on staging over the weekend',
    instructions: [{ kind: 'turnFlagOff' }],
  });
}
