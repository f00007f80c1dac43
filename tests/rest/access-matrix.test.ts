import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POLICIES, type Role, ROLES } from '../support/access-matrix/roles.ts';
import { buildFixture } from '../support/access-matrix/fixture.ts';
import type { Fixture } from '../support/access-matrix/row.ts';
import { ROWS } from '../support/access-matrix/rows.ts';
import { startApp, type TestAnswer, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

/*
 * Who may do what: each base role and six custom policies against every operation that writes. A row names those who
 * may; everybody else has to get 403, by the body of policies, and nothing may have changed.
 */

describe.each(ENGINES)('who may do what on $name', (engine) => {
  let app: TestApp;
  const tokens = new Map<Role, string>();
  const personalTokens = new Map<Role, string>();
  let count = 0;
  let sdkKey = '';

  beforeAll(async () => {
    app = await startApp(engine, { SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true' });
    sdkKey = (await app.call({ path: 'projects/default/environments/test' })).body.apiKey;
    for (const role of ['reader', 'writer', 'admin'] as const) {
      tokens.set(role, await app.addToken(role));
      personalTokens.set(role, (await made('tokens', { role })).token);
    }
    for (const [key, policy] of Object.entries(POLICIES)) {
      await made('roles', { key, name: key, basePermissions: 'reader', policy });
      const { token } = await made('tokens', { customRoleIds: [key], serviceToken: true });
      tokens.set(key as Role, token);
      personalTokens.set(key as Role, (await made('tokens', { customRoleIds: [key] })).token);
    }
  });
  afterAll(() => app.close());

  async function send(request: TestRequest): Promise<TestAnswer['body']> {
    const answer = await app.call(request);
    if (answer.status >= 300) throw new Error(`${request.path}: ${answer.body.message}`);
    return answer.body;
  }

  const made = (path: string, body: unknown) => send({ method: 'POST', path, body });

  async function build(): Promise<Fixture> {
    const tell = async (tags: string) => {
      await app.call({ path: '/sdk/latest-all', token: sdkKey, headers: { 'x-launchdarkly-tags': tags } });
      await app.slipway.sightings.settled();
    };
    const pass = (ms: number) => app.clock.advance(ms);
    return buildFixture({ send, tell, pass, admin: tokens.get('admin') ?? '' }, count++);
  }

  describe.each(ROWS)('$name', ({ may, given, request, leavesNoEntry, isPersonal, isBulk }) => {
    let scene: { readonly fixture: Fixture; readonly id: string } | undefined;

    it.each(ROLES)('%s', async (role) => {
      if (!scene) {
        const fixture = await build();
        scene = { fixture, id: (await given?.(fixture)) ?? '' };
      }
      const before = await countChanges(app);
      const token = (isPersonal ? personalTokens : tokens).get(role) ?? null;
      const answer = await app.call({ ...request(scene.fixture, scene.id), token });
      const decision = isBulk ? bulkDecisionOf(answer) : decisionOf(answer);
      const hasChanged = (await countChanges(app)) !== before;
      if (hasChanged) scene = undefined;
      const isAllowed = may.includes(role);
      expect({ decision, hasChanged }).toEqual({
        decision: isAllowed ? 'allowed' : 'denied',
        hasChanged: isAllowed && !leavesNoEntry,
      });
    });
  });

  it('is asked of every route that writes', async () => {
    const fixture = await build();
    const routes = await writingRoutes(app);
    const asked = ROWS.map(({ request }) => findRoute(routes, request(fixture, 'some-id')));
    expect(asked).not.toContain(undefined);
    expect(routes.filter((route) => !asked.includes(route))).toEqual([]);
  });
});

/** What was decided; a denial has to name the access and the reason. */
function decisionOf({ status, body }: TestAnswer): string {
  if (status < 300) return 'allowed';
  return status === 403 && body.code === 'forbidden' && body.access && body.reason ? 'denied' : body.message;
}

/** The same of an answer that tells for each of many things what was wrong with it. */
function bulkDecisionOf({ status, body }: TestAnswer): string {
  const [error] = (body.errors ?? []).flatMap(Object.values);
  if (status === 200 && error === undefined) return 'allowed';
  return error === 'Access to the requested resource was denied' ? 'denied' : (error ?? body.message);
}

/** How much has been changed so far. */
async function countChanges({ slipway }: TestApp): Promise<unknown> {
  const changes = slipway.database.db.selectFrom('changes');
  return (await changes.select((select) => select.fn.countAll<number>().as('count')).executeTakeFirst())?.count;
}

/** All routes that do more than read, `POST /projects/{projectKey}/environments`, as the service describes itself. */
async function writingRoutes(app: TestApp): Promise<readonly string[]> {
  const { paths } = (await app.call({ path: 'openapi.json' })).body;
  return Object.entries<object>(paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((method) => ['post', 'put', 'patch', 'delete'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v2/, '').replace(/\/$/, '')}`),
  );
}

/** The route of a request: of those that fit, the one with the most fixed words. */
function findRoute(routes: readonly string[], { method, path }: TestRequest): string | undefined {
  const words = (path.split('?')[0] ?? '').split('/');
  const fits = (route: string) => {
    const [verb, pattern = ''] = route.split(' ');
    const parts = pattern.split('/').slice(1);
    return (
      verb === method &&
      parts.length === words.length &&
      parts.every((part, index) => part.startsWith('{') || part === words[index])
    );
  };
  return routes.filter(fits).toSorted((left, right) => left.split('{').length - right.split('{').length)[0];
}
