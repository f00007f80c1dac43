import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA, SEMANTIC, startApp, type TestAnswer, type TestApp, type TestRequest } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

/*
 * Who may do what: each base role and six custom policies against every operation that writes. A row names those who
 * may; everybody else has to get 403, by the body of policies, and nothing may have changed.
 */

const ALL_FLAGS = 'proj/*:env/*:flag/*';

/** The custom roles of the matrix; all of them may read. */
const POLICIES = {
  /** Turns flags of one name on and off in production. */
  checkout: [{ effect: 'allow', resources: ['proj/*:env/production:flag/checkout-*'], actions: ['updateOn'] }],
  /** Does anything with flags, in one environment. */
  tester: [{ effect: 'allow', resources: ['proj/*:env/test:flag/*'], actions: ['*'] }],
  /** Does anything with flags that bear a tag. */
  team: [{ effect: 'allow', resources: ['proj/*:env/*:flag/*;team-a'], actions: ['*'] }],
  /** Does anything but what deletes, whatever the order of the statements. */
  keeper: [
    { effect: 'deny', resources: ['*'], actions: ['delete*', 'remove*'] },
    { effect: 'allow', resources: ['*'], actions: ['*'] },
  ],
  /** Does anything outside of environments that are critical. */
  careful: [
    { effect: 'allow', resources: ['*'], actions: ['*'] },
    {
      effect: 'deny',
      resources: ['proj/*:env/*;{critical:true}', 'proj/*:env/*;{critical:true}:flag/*'],
      actions: ['*'],
    },
  ],
  /** Manages everything but flags: by what is not meant. */
  manager: [{ effect: 'allow', notResources: [ALL_FLAGS], notActions: ['deleteProject', 'createMember'] }],
} as const;

type Role = 'reader' | 'writer' | 'admin' | keyof typeof POLICIES;
const ROLES: readonly Role[] = [
  'reader',
  'writer',
  'admin',
  'checkout',
  'tester',
  'team',
  'keeper',
  'careful',
  'manager',
];

/** What each row stands on; made by the owner, and anew once somebody has changed it. */
interface Fixture {
  /** A project whose environment `production` is critical, with a pipeline. */
  readonly project: string;
  /** A flag `checkout-…` that bears the tag `team-a`. */
  readonly flag: string;
  readonly variationIds: readonly string[];
  /** A project, team, role, member and token that nothing needs. */
  readonly spare: string;
  readonly memberId: string;
  readonly tokenId: string;
}

interface Row {
  readonly name: string;
  readonly may: readonly Role[];
  readonly request: (fixture: Fixture) => Omit<TestRequest, 'token'>;
}

const EVERYTHING: readonly Role[] = ['writer', 'admin', 'keeper', 'careful'];
const IN_ALL_ENVIRONMENTS: readonly Role[] = ['writer', 'admin', 'team', 'keeper'];
const OF_ADMINS: readonly Role[] = ['admin', 'keeper', 'careful', 'manager'];

const semantic = (environmentKey: string, ...instructions: readonly object[]) => ({
  method: 'PATCH' as const,
  headers: SEMANTIC,
  body: { environmentKey, instructions },
});
const flagPath = ({ project, flag }: Fixture) => `flags/${project}/${flag}`;
const json = (path: string, value: unknown) => ({ method: 'PATCH' as const, body: [{ op: 'replace', path, value }] });

const ROWS: readonly Row[] = [
  {
    name: 'create a project',
    may: ['writer', 'admin', 'keeper', 'careful', 'manager'],
    request: ({ spare }) => ({ method: 'POST', path: 'projects', body: { key: `new-${spare}`, name: 'New' } }),
  },
  {
    name: 'rename a project',
    may: ['writer', 'admin', 'keeper', 'careful', 'manager'],
    request: ({ project }) => ({ ...json('/name', 'Other'), path: `projects/${project}` }),
  },
  {
    name: 'delete a project',
    may: ['admin', 'careful'],
    request: ({ project }) => ({ method: 'DELETE', path: `projects/${project}` }),
  },
  {
    name: 'set flag defaults',
    may: ['writer', 'admin', 'keeper', 'careful', 'manager'],
    request: ({ project }) => ({ ...json('/temporary', false), path: `projects/${project}/flag-defaults` }),
  },
  {
    name: 'create an environment',
    may: ['writer', 'admin', 'keeper', 'careful', 'manager'],
    request: ({ project }) => ({
      method: 'POST',
      path: `projects/${project}/environments`,
      body: { key: 'stage', name: 'Stage', color: '000000' },
    }),
  },
  {
    name: 'create a critical environment',
    may: ['writer', 'admin', 'keeper', 'manager'],
    request: ({ project }) => ({
      method: 'POST',
      path: `projects/${project}/environments`,
      body: { key: 'stage', name: 'Stage', color: '000000', critical: true },
    }),
  },
  {
    name: 'rename a critical environment',
    may: ['writer', 'admin', 'keeper', 'manager'],
    request: ({ project }) => ({ ...json('/name', 'Live'), path: `projects/${project}/environments/production` }),
  },
  {
    name: 'reset the SDK key of another environment',
    may: ['writer', 'admin', 'keeper', 'careful', 'manager'],
    request: ({ project }) => ({ method: 'POST', path: `projects/${project}/environments/test/apiKey` }),
  },
  {
    name: 'delete an environment',
    may: ['writer', 'admin', 'careful', 'manager'],
    request: ({ project }) => ({ method: 'DELETE', path: `projects/${project}/environments/test` }),
  },
  {
    name: 'create a flag',
    may: ['writer', 'admin', 'keeper'],
    request: ({ project }) => ({ method: 'POST', path: `flags/${project}`, body: { key: 'web-new', name: 'New' } }),
  },
  {
    name: 'create a flag with a tag',
    may: IN_ALL_ENVIRONMENTS,
    request: ({ project }) => ({
      method: 'POST',
      path: `flags/${project}`,
      body: { key: 'web-new', name: 'New', tags: ['team-a'] },
    }),
  },
  {
    name: 'clone a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: ({ project, flag }) => ({
      method: 'POST',
      path: `flags/${project}?clone=${flag}`,
      body: { key: 'web-new', name: 'New', tags: ['team-a'] },
    }),
  },
  {
    name: 'turn a flag on in production',
    may: [...IN_ALL_ENVIRONMENTS, 'checkout'],
    request: (fixture) => ({ ...semantic('production', { kind: 'turnFlagOn' }), path: flagPath(fixture) }),
  },
  {
    name: 'turn a flag on in production by JSON patch',
    may: [...IN_ALL_ENVIRONMENTS, 'checkout'],
    request: (fixture) => ({ ...json('/environments/production/on', true), path: flagPath(fixture) }),
  },
  {
    name: 'turn a flag on in test',
    may: [...EVERYTHING, 'team', 'tester'],
    request: (fixture) => ({ ...semantic('test', { kind: 'turnFlagOn' }), path: flagPath(fixture) }),
  },
  {
    name: 'turn a flag on and target somebody in production',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({
      ...semantic(
        'production',
        { kind: 'turnFlagOn' },
        { kind: 'addTargets', contextKind: 'user', variationId: fixture.variationIds[0], values: ['kim'] },
      ),
      path: flagPath(fixture),
    }),
  },
  {
    name: 'turn a flag on everywhere',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({
      method: 'PATCH',
      path: flagPath(fixture),
      body: { environments: { test: { on: true }, production: { on: true } } },
    }),
  },
  {
    name: 'rename a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({ ...json('/name', 'Other'), path: flagPath(fixture) }),
  },
  {
    name: 'take the tag from a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: (fixture) => ({
      ...semantic('test', { kind: 'removeTags', values: ['team-a'] }),
      path: flagPath(fixture),
    }),
  },
  {
    name: 'copy a flag to test',
    may: ['writer', 'admin', 'team', 'keeper'],
    request: (fixture) => ({
      method: 'POST',
      path: `${flagPath(fixture)}/copy`,
      body: { source: { key: 'production' }, target: { key: 'test' }, includedActions: ['updateTargets'] },
    }),
  },
  {
    name: 'set an end of a target in test',
    may: [...EVERYTHING, 'team', 'tester'],
    request: (fixture) => ({
      method: 'PATCH',
      path: `${flagPath(fixture)}/expiring-targets/test`,
      headers: SEMANTIC,
      body: {
        instructions: [
          {
            kind: 'addExpiringTarget',
            contextKind: 'user',
            contextKey: 'sam',
            variationId: fixture.variationIds[0],
            value: 4_000_000_000_000,
          },
        ],
      },
    }),
  },
  {
    name: 'delete a flag',
    may: ['writer', 'admin', 'team'],
    request: (fixture) => ({ method: 'DELETE', path: flagPath(fixture) }),
  },
  {
    name: 'create a release pipeline',
    may: ['writer', 'admin', 'keeper', 'careful', 'manager'],
    request: ({ project }) => ({
      method: 'POST',
      path: `projects/${project}/release-pipelines`,
      headers: BETA,
      body: pipeline('other'),
    }),
  },
  {
    name: 'delete a release pipeline',
    may: ['writer', 'admin', 'careful', 'manager'],
    request: ({ project }) => ({
      method: 'DELETE',
      path: `projects/${project}/release-pipelines/spare`,
      headers: BETA,
    }),
  },
  {
    name: 'release a flag',
    may: IN_ALL_ENVIRONMENTS,
    request: ({ project, flag }) => ({
      method: 'PUT',
      path: `projects/${project}/flags/${flag}/release`,
      headers: BETA,
      body: { releasePipelineKey: 'standard' },
    }),
  },
  {
    name: 'create a code repository',
    may: ['writer', 'admin', 'keeper', 'careful', 'manager'],
    request: ({ spare }) => ({ method: 'POST', path: 'code-refs/repositories', body: { name: `new-${spare}` } }),
  },
  {
    name: 'create a role',
    may: OF_ADMINS,
    request: ({ spare }) => ({ method: 'POST', path: 'roles', body: { key: `new-${spare}`, name: 'New', policy: [] } }),
  },
  {
    name: 'change a role',
    may: OF_ADMINS,
    request: ({ spare }) => ({ method: 'PATCH', path: `roles/${spare}`, body: { name: 'Other' } }),
  },
  {
    name: 'delete a role',
    may: ['admin', 'careful', 'manager'],
    request: ({ spare }) => ({ method: 'DELETE', path: `roles/${spare}` }),
  },
  {
    name: 'create a team',
    may: OF_ADMINS,
    request: ({ spare }) => ({ method: 'POST', path: 'teams', body: { key: `new-${spare}`, name: 'New' } }),
  },
  {
    name: 'rename a team',
    may: OF_ADMINS,
    request: ({ spare }) => ({ ...semantic('', { kind: 'updateName', value: 'Other' }), path: `teams/${spare}` }),
  },
  {
    name: 'delete a team',
    may: ['admin', 'careful', 'manager'],
    request: ({ spare }) => ({ method: 'DELETE', path: `teams/${spare}` }),
  },
  {
    name: 'invite a member',
    may: ['admin', 'keeper', 'careful'],
    request: ({ spare }) => ({
      method: 'POST',
      path: 'members',
      body: [{ email: `new-${spare}@x.org`, role: 'reader' }],
    }),
  },
  {
    name: 'change the role of a member',
    may: OF_ADMINS,
    request: ({ memberId }) => ({ ...json('/role', 'writer'), path: `members/${memberId}` }),
  },
  {
    name: 'delete a member',
    may: ['admin', 'careful', 'manager'],
    request: ({ memberId }) => ({ method: 'DELETE', path: `members/${memberId}` }),
  },
  {
    name: 'create a service token',
    may: OF_ADMINS,
    request: () => ({ method: 'POST', path: 'tokens', body: { role: 'reader', serviceToken: true } }),
  },
  {
    name: 'rename a service token',
    may: OF_ADMINS,
    request: ({ tokenId }) => ({ ...json('/name', 'Other'), path: `tokens/${tokenId}` }),
  },
  {
    name: 'reset a service token',
    may: OF_ADMINS,
    request: ({ tokenId }) => ({ method: 'POST', path: `tokens/${tokenId}/reset` }),
  },
  {
    name: 'delete a service token',
    may: ['admin', 'careful', 'manager'],
    request: ({ tokenId }) => ({ method: 'DELETE', path: `tokens/${tokenId}` }),
  },
];

function pipeline(key: string) {
  const configuration = { releaseStrategy: 'immediate-rollout', requireApproval: false };
  return {
    key,
    name: key,
    phases: [{ name: 'One', audiences: [{ name: 'All', environmentKey: 'test', configuration }] }],
  };
}

describe.each(ENGINES)('who may do what on $name', (engine) => {
  let app: TestApp;
  const tokens = new Map<Role, string>();
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
    for (const role of ['reader', 'writer', 'admin'] as const) tokens.set(role, await app.addToken(role));
    for (const [key, policy] of Object.entries(POLICIES)) {
      await made('roles', { key, name: key, basePermissions: 'reader', policy });
      const { token } = await made('tokens', { customRoleIds: [key], serviceToken: true });
      tokens.set(key as Role, token);
    }
  });
  afterAll(() => app.close());

  async function made(path: string, body: unknown, headers = {}) {
    const answer = await app.call({ method: 'POST', path, body, headers });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.body.message}`);
    return answer.body;
  }

  async function build(): Promise<Fixture> {
    const project = `project-${count}`;
    const spare = `spare-${count++}`;
    await made('projects', {
      key: project,
      name: project,
      environments: [
        { key: 'test', name: 'Test', color: '000000' },
        { key: 'production', name: 'Production', color: '000000', critical: true },
      ],
    });
    for (const key of ['standard', 'spare']) await made(`projects/${project}/release-pipelines`, pipeline(key), BETA);
    const flag = 'checkout-button';
    const { variations } = await made(`flags/${project}`, { key: flag, name: 'Checkout', tags: ['team-a'] });
    const variationIds = variations.map(({ _id }: { _id: string }) => _id);
    const headers = SEMANTIC;
    const target = { kind: 'addTargets', contextKind: 'user', variationId: variationIds[0], values: ['sam'] };
    const body = { environmentKey: 'test', instructions: [target] };
    await app.call({ method: 'PATCH', path: `flags/${project}/${flag}`, body, headers });
    await made('roles', { key: spare, name: spare, policy: [] });
    await made('teams', { key: spare, name: spare });
    const { items } = await made('members', [{ email: `${spare}@x.org`, role: 'reader' }]);
    const { _id: tokenId } = await made('tokens', { name: spare, role: 'reader', serviceToken: true });
    return { project, flag, variationIds, spare, memberId: items[0]._id, tokenId };
  }

  describe.each(ROWS)('$name', ({ may, request }) => {
    let fixture: Fixture | undefined;

    it.each(ROLES)('%s', async (role) => {
      fixture ??= await build();
      const before = await countChanges(app);
      const answer = await app.call({ ...request(fixture), token: tokens.get(role) ?? null });
      const outcome = { decision: decisionOf(answer), hasChanged: (await countChanges(app)) !== before };
      if (outcome.hasChanged) fixture = undefined;
      const isAllowed = may.includes(role);
      expect(outcome).toEqual({ decision: isAllowed ? 'allowed' : 'denied', hasChanged: isAllowed });
    });
  });
});

/** What was decided; a denial has to name the access and the reason. */
function decisionOf({ status, body }: TestAnswer): string {
  if (status < 300) return 'allowed';
  return status === 403 && body.code === 'forbidden' && body.access && body.reason ? 'denied' : body.message;
}

/** How much has been changed so far. */
async function countChanges({ slipway }: TestApp): Promise<unknown> {
  const changes = slipway.database.db.selectFrom('changes');
  return (await changes.select((select) => select.fn.countAll<number>().as('count')).executeTakeFirst())?.count;
}
