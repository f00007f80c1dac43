import { BETA, SEMANTIC, type TestAnswer, type TestApp } from './app.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const STEP = 5 * MINUTE;

/** A project with the flag `cart`, on and serving `false` in `test`, and the metric `errors`; requests about its rollouts. */
export interface RolloutApi {
  readonly project: string;
  /** The ids of `true`, to which rollouts lead, and `false`. */
  readonly target: string;
  readonly original: string;
  patch(instructions: readonly object[], more?: object): Promise<TestAnswer>;
  /** A guarded rollout on the default rule: 10 % for an hour, then 50 % for an hour, judged by `errors`. */
  start(more?: object, patch?: object): Promise<TestAnswer>;
  stop(finalVariationId: string, more?: object): Promise<TestAnswer>;
  /** Rollouts of the flag, newest first. */
  list(query?: string): Promise<TestAnswer>;
  latest(): Promise<TestAnswer['body']>;
  /** The flag in `test`. */
  config(): Promise<TestAnswer['body']>;
  /** The flag as server-side SDKs get it. */
  payload(): Promise<TestAnswer['body']>;
  /** Tells what SDKs measured: so many contexts on each side, of which so many sent the event. */
  measure(arms: { readonly target: Arm; readonly control: Arm }, valueOf?: (index: number) => number): Promise<void>;
  /** Lets time pass, five minutes at a time: the longest that a look is put off. */
  pass(ms: number): Promise<void>;
  beta(method: 'GET' | 'PATCH', path: string, body?: unknown, token?: string): Promise<TestAnswer>;
}

interface Arm {
  readonly units: number;
  readonly events: number;
}

let count = 0;

export async function rolloutApi(app: TestApp): Promise<RolloutApi> {
  const project = `rollouts-${count++}`;
  const post = (path: string, body: object) => app.call({ method: 'POST', path, body });
  await post('projects', { key: project, name: project });
  await post(`metrics/${project}`, {
    key: 'errors',
    name: 'Errors',
    kind: 'custom',
    eventKey: 'error',
    isNumeric: false,
    successCriteria: 'LowerThanBaseline',
    unitAggregationType: 'average',
    randomizationUnits: ['user'],
  });
  const { body } = await post(`flags/${project}`, { key: 'cart', name: 'Cart' });
  const [target, original] = body.variations.map(({ _id }: { _id: string }) => _id) as [string, string];
  const { apiKey } = (await app.call({ path: `projects/${project}/environments/test` })).body;
  let units = 0;

  const patch: RolloutApi['patch'] = (instructions, more = {}) =>
    app.call({
      method: 'PATCH',
      path: `flags/${project}/cart`,
      headers: SEMANTIC,
      body: { environmentKey: 'test', instructions, ...more },
    });
  await patch([{ kind: 'turnFlagOn' }, { kind: 'updateFallthroughVariationOrRollout', variationId: original }]);

  const beta: RolloutApi['beta'] = (method, path, sent, token = app.token) =>
    app.call({ method, path, headers: BETA, token, ...(sent !== undefined && { body: sent }) });
  const payload = async () => (await app.call({ path: '/sdk/latest-all', token: apiKey })).body.flags.cart;
  const list = (query = '') => beta('GET', `projects/${project}/flags/cart/automated-releases${query}`);

  async function measureArm(
    variation: number,
    { units: size, events }: Arm,
    valueOf?: (index: number) => number,
  ): Promise<void> {
    const { version } = await payload();
    const keys = Array.from({ length: size }, () => `user-${units++}`);
    const served = keys.map((key) => ({
      kind: 'feature',
      key: 'cart',
      variation,
      version,
      reason: { kind: 'FALLTHROUGH', inExperiment: true },
      context: { kind: 'user', key },
    }));
    const happened = keys.slice(0, events).map((key, index) => ({
      kind: 'custom',
      key: 'error',
      contextKeys: { user: key },
      ...(valueOf && { metricValue: valueOf(index) }),
    }));
    await app.call({ method: 'POST', path: '/bulk', token: apiKey, body: [...served, ...happened] });
  }

  return {
    project,
    target,
    original,
    patch,
    start: (more = {}, around = {}) =>
      patch(
        [
          {
            kind: 'startAutomatedRelease',
            releaseKind: 'guarded',
            originalVariationId: original,
            targetVariationId: target,
            randomizationUnit: 'user',
            stages: [
              { allocation: 10_000, durationMillis: HOUR },
              { allocation: 50_000, durationMillis: HOUR },
            ],
            metrics: [{ key: 'errors' }],
            ...more,
          },
        ],
        around,
      ),
    stop: (finalVariationId, more = {}) => patch([{ kind: 'stopAutomatedRelease', finalVariationId, ...more }]),
    list,
    latest: async () => (await list()).body.items[0],
    config: async () => (await app.call({ path: `flags/${project}/cart` })).body.environments.test,
    payload,
    measure: async (arms, valueOf) => {
      await measureArm(0, arms.target, valueOf);
      await measureArm(1, arms.control, valueOf);
    },
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= STEP) await app.clock.advance(Math.min(left, STEP));
    },
    beta,
  };
}
