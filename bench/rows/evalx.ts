import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, startPostgres } from '../../tests/support/postgres.ts';
import type { BareReady } from '../servers/bare.ts';
import type { SlipwayReady } from '../servers/slipway.ts';
import type { UnleashReady } from '../servers/unleash.ts';
import { startServer } from '../support/child.ts';
import { installPeer } from '../support/peer.ts';
import { inTurns, type Pair, rates } from '../support/rounds.ts';
import type { Measurement, Row } from '../support/row.ts';
import { answerRate, rawRequest } from '../support/sockets.ts';

const FLAGS = 200;
const CONNECTIONS = 16;
const CONTEXTS = 10_000;
/** One flag of so many ends in a rollout; the others serve everyone else a variation. */
const ROLLOUT_EACH = 5;
const UNLEASH_VERSION = '8.2.0';
const DOMAINS = ['example.com', 'example.net', 'example.org'];

/** A person as both services know one. */
interface Person {
  readonly key: string;
  readonly email: string;
  readonly plan: string;
}

const PEOPLE: readonly Person[] = Array.from({ length: CONTEXTS }, (_, index) => ({
  key: `person-${index}`,
  email: `person-${index}@${DOMAINS[index % DOMAINS.length]}`,
  plan: index % 7 === 0 ? 'team' : 'free',
}));

/**
 * 200 flags evaluated for one person after another: two rules each, and then a variation, or in one flag of five a rollout
 * to half of everyone else. Beside a bare server that sends the same bytes, and beside Unleash with flags that are alike.
 */
export const evalx: Row = {
  name: 'evalx',
  async run(isQuick) {
    const [flags, rounds, durationMs] = isQuick ? [20, 2, 300] : [FLAGS, 5, 2_000];
    const ours = await startServer<SlipwayReady>('slipway', { flags });
    await Promise.all(Array.from({ length: flags }, (_, index) => addRules(ours.ready, index)));
    const { url, clientSideId } = ours.ready;
    const requests = PEOPLE.map((person) => {
      const context = Buffer.from(JSON.stringify({ kind: 'user', ...person })).toString('base64url');
      return rawRequest('GET', `${url}/sdk/evalx/${clientSideId}/contexts/${context}`, {});
    });
    const answer = await fetch(`${url}${pathOf(requests)}`, { headers: { 'accept-encoding': 'identity' } });
    const body = await answer.text();
    const { date: _date, connection: _connection, ...headers } = Object.fromEntries(answer.headers);
    const bare = await startServer<BareReady>('bare', { body, headers, frame: '' });
    const load = { connections: CONNECTIONS, durationMs };
    const measureOurs = () => answerRate(url, inTurn(requests), load);
    try {
      const besideBare = await inTurns(rounds, measureOurs, () => answerRate(bare.ready.url, inTurn(requests), load));
      const besideUnleash = await withUnleash(flags, (peer) =>
        inTurns(rounds, measureOurs, () => answerRate(peer.url, inTurn(unleashRequests(peer)), load)),
      );
      return [
        {
          name: `${flags} flags for a context (${(body.length / 1024).toFixed(1)} KiB)`,
          ...rates(besideBare),
          bar: '≥ 0.25',
        },
        unleashLine(besideUnleash),
      ];
    } finally {
      await Promise.all([ours.stop(), bare.stop()]);
    }
  },
};

function unleashLine(pairs: readonly Pair[] | undefined): Measurement {
  const name = `  beside unleash-server ${UNLEASH_VERSION}`;
  if (!pairs) return { name, ours: '', bare: 'not here', ratio: '', bar: '≥ 5' };
  return { name, ...rates(pairs), bar: '≥ 5' };
}

/** Measures with a running Unleash. @returns undefined where there can be none */
async function withUnleash<T>(flags: number, measure: (peer: UnleashReady) => Promise<T>): Promise<T | undefined> {
  const folder = await installPeer('unleash-server', UNLEASH_VERSION);
  if (folder === undefined) return undefined;
  const postgres = await startPostgres();
  try {
    const databaseUrl = await createDatabase(postgres.url, 'unleash');
    const unleash = await startServer<UnleashReady>('unleash', { folder, databaseUrl });
    try {
      for (let index = 0; index < flags; index++) await addFeature(unleash.ready, index);
      await untilServed(unleash.ready);
      return await measure(unleash.ready);
    } finally {
      await unleash.stop();
    }
  } finally {
    await postgres.stop();
  }
}

/** It learns of its flags by looking from time to time; without any, its answers would be fast, and worth nothing. */
async function untilServed({ url, frontendToken }: UnleashReady): Promise<void> {
  for (let isServed = false; !isServed; await sleep(100)) {
    const answer = await fetch(`${url}/api/frontend?userId=a&properties[email]=a@example.org`, {
      headers: { authorization: frontendToken },
    });
    const { toggles } = (await answer.json()) as { toggles?: readonly unknown[] };
    isServed = toggles !== undefined && toggles.length > 0;
  }
}

function unleashRequests({ url, frontendToken }: UnleashReady): readonly Buffer[] {
  return PEOPLE.map(({ key, email, plan }) => {
    const query = `userId=${key}&properties[email]=${email}&properties[plan]=${plan}`;
    return rawRequest('GET', `${url}/api/frontend?${query}`, { authorization: frontendToken });
  });
}

function inTurn(requests: readonly Buffer[]): () => Buffer {
  let next = 0;
  return () => requests[next++ % requests.length] as Buffer;
}

const pathOf = ([first]: readonly Buffer[]) => first?.toString().split(' ')[1] ?? '';

const isRolledOut = (index: number) => index % ROLLOUT_EACH === 0;

/** Rules of a flag: some addresses, some plans. */
const rulesOf = (index: number) => [
  { attribute: 'email', op: 'endsWith', values: [`@host-${index}.example.com`, '@example.org'] },
  { attribute: 'plan', op: 'in', values: ['pro', `plan-${index}`] },
];

async function addRules({ url, token }: SlipwayReady, index: number): Promise<void> {
  const flagUrl = `${url}/api/v2/flags/default/flag-${index}`;
  const authorized = { authorization: token, 'content-type': 'application/json' };
  const { variations } = (await (await fetch(flagUrl, { headers: authorized })).json()) as {
    variations: readonly { _id: string }[];
  };
  const [on, off] = variations.map(({ _id }) => _id);
  if (on === undefined || off === undefined) throw new Error('expected two variations');
  await send('PATCH', flagUrl, authorized, [
    { op: 'replace', path: '/clientSideAvailability/usingEnvironmentId', value: true },
  ]);
  const semantic = { ...authorized, 'content-type': 'application/json; domain-model=launchdarkly.semanticpatch' };
  await send('PATCH', flagUrl, semantic, {
    environmentKey: 'production',
    instructions: [
      { kind: 'turnFlagOn' },
      ...rulesOf(index).map((clause) => ({
        kind: 'addRule',
        variationId: on,
        clauses: [{ contextKind: 'user', negate: false, ...clause }],
      })),
      {
        kind: 'updateFallthroughVariationOrRollout',
        ...(isRolledOut(index)
          ? { rolloutContextKind: 'user', rolloutWeights: { [on]: 50_000, [off]: 50_000 } }
          : { variationId: off }),
      },
    ],
  });
}

async function addFeature({ url, adminToken }: UnleashReady, index: number): Promise<void> {
  const name = `flag-${index}`;
  const features = `${url}/api/admin/projects/default/features`;
  const authorized = { authorization: adminToken, 'content-type': 'application/json' };
  await send('POST', features, authorized, { name, type: 'release' });
  const environment = `${features}/${name}/environments/development`;
  const operators: Readonly<Record<string, string>> = { endsWith: 'STR_ENDS_WITH', in: 'IN' };
  const strategies = [
    ...rulesOf(index).map(({ attribute, op, values }) => ({
      rollout: 100,
      constraints: [{ contextName: attribute, operator: operators[op], values }],
    })),
    ...(isRolledOut(index) ? [{ rollout: 50, constraints: [] }] : []),
  ];
  for (const { rollout, constraints } of strategies) {
    await send('POST', `${environment}/strategies`, authorized, {
      name: 'flexibleRollout',
      constraints,
      parameters: { rollout: String(rollout), stickiness: 'default', groupId: name },
    });
  }
  await send('POST', `${environment}/on`, authorized, {});
}

async function send(method: string, url: string, headers: Record<string, string>, body: unknown): Promise<void> {
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}
