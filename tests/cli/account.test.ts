import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { slipway } from '../support/cli.ts';
import { ENGINES, type TestEngine } from '../support/engines.ts';

describe.each(ENGINES.slice(0, 1))('slipway and the account, against a service on $name', (engine) => {
  let app: TestApp;
  let url: string;
  const run = (...args: readonly string[]) => slipway({ SLIPWAY_URL: url, SLIPWAY_TOKEN: app.token }, ...args);

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
  });
  afterAll(() => app.close());

  it('makes, lists and revokes tokens', async () => {
    const made = await run('token', 'create', '--name', 'deploy', '--service', '--role', 'writer');
    expect(made.code).toBe(0);
    const secret = made.stdout.trim();
    expect(secret).toMatch(/^api-[\w-]{36}$/);
    const listed = (await run('token', 'list', '--json')).json();
    const token = listed.find(({ name }: { name: string }) => name === 'deploy');
    expect(token).toMatchObject({ role: 'writer', serviceToken: true, token: secret.slice(-4) });
    expect((await run('token', 'list', '--all')).stdout).toMatch(/deploy .*writer .*service .*owner@localhost .*never/);
    expect((await run('token', 'revoke', token._id)).stdout).toBe(`Deleted the token ${token._id}\n`);
    expect((await app.call({ path: 'caller-identity', token: secret })).status).toBe(401);
  });

  it('makes tokens that only read unless told otherwise, also of custom roles', async () => {
    const policy = [{ effect: 'allow', resources: ['proj/*'], actions: ['viewProject'] }];
    await app.call({ method: 'POST', path: 'roles', body: { key: 'looker', name: 'Looker', policy } });
    const [reader, custom, both] = await Promise.all([
      run('token', 'create', '--name', 'reader', '--json'),
      run('token', 'create', '--name', 'custom', '--custom-role', 'looker', '--description', 'Looks', '--json'),
      run('token', 'create', '--name', 'both', '--custom-role', 'looker', '--role', 'reader'),
    ]);
    expect(reader.json()).toMatchObject({ role: 'reader', serviceToken: false });
    expect(custom.json()).toMatchObject({ customRoleIds: [expect.any(String)], description: 'Looks' });
    expect(both.code).toBe(2);
  });

  it('invites members and lists them', async () => {
    await app.addTeam('web');
    const emails = ['kim@example.com', 'sandy@example.com'];
    const invited = await run('member', 'invite', ...emails, '--role', 'writer', '--team', 'web');
    expect(invited.stdout).toBe('Invited kim@example.com\nInvited sandy@example.com\n');
    expect((await run('member', 'list')).stdout).toMatch(/^kim@example\.com +writer +web +invited +\w+$/m);
    const [again, none] = await Promise.all([
      run('member', 'invite', 'kim@example.com', '--role', 'reader'),
      run('member', 'invite', 'new@example.com'),
    ]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('email_already_exists_in_account');
    expect({ code: none.code, stderr: none.stderr }).toEqual({
      code: 2,
      stderr: '--role: expected a base role, or --custom-role, got neither\n',
    });
  });

  it('lists projects and environments, with keys for those who may see them', async () => {
    const { body } = await app.call({ path: 'projects/default/environments/test' });
    const [projects, environments, key, wrong] = await Promise.all([
      run('projects', 'list'),
      run('environments', 'list'),
      run('environments', 'list', '--sdk-key', 'test'),
      run('environments', 'list', '--sdk-key', 'tset'),
    ]);
    expect(projects.stdout).toBe('KEY      NAME     TAGS\ndefault  Default  -\n');
    expect(environments.stdout).toContain(`test        Test        ${body.apiKey}  ${body.mobileKey}  ${body._id}\n`);
    expect(key.stdout).toBe(`${body.apiKey}\n`);
    expect(wrong.stderr).toBe('--sdk-key: expected one of production, test, got "tset"\n');
    const role = { key: 'blind', name: 'Blind', policy: [], basePermissions: 'reader' };
    const policy = [{ effect: 'deny', resources: ['proj/*:env/*'], actions: ['viewSdkKey'] }];
    await app.call({ method: 'POST', path: 'roles', body: { ...role, policy } });
    const token = { name: 'blind', customRoleIds: ['blind'] };
    const { token: SLIPWAY_TOKEN } = (await app.call({ method: 'POST', path: 'tokens', body: token })).body;
    const args = ['environments', 'list', '--sdk-key', 'test'];
    const { code, stderr } = await slipway({ SLIPWAY_URL: url, SLIPWAY_TOKEN }, ...args);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'You may not see the SDK key of test (viewSdkKey is denied)\n',
    });
  });
});

describe.each(ENGINES)('slipway token create --local, on $name', (engine) => {
  it('lets somebody in who has no token any more, and writes it down; with PostgreSQL also while the service runs', async () => {
    const store = await engine.create();
    const settings = { DATABASE_URL: store.url };
    const here: TestEngine = {
      name: engine.name,
      create: async () => ({ url: store.url, drop: async () => undefined }),
    };
    await (await startApp(here)).close();
    const local = (...args: readonly string[]) =>
      slipway(settings, 'token', 'create', '--local', '--name', 'rescue', ...args);
    const unknown = await local('--member', 'nobody@example.com');
    expect({ code: unknown.code, stderr: unknown.stderr }).toEqual({
      code: 2,
      stderr: '--member: expected the e-mail address of a member, got "nobody@example.com"\n',
    });
    const made = await local('--role', 'admin', '--member', 'Owner@localhost');
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });

    const app = await startApp(here);
    const call = (path: string) => app.call({ path, token: made.stdout.trim() });
    expect((await call('caller-identity')).status).toBe(200);
    const { body } = await call('auditlog?limit=1');
    const ending = made.stdout.trim().slice(-4);
    expect(body.items[0].description).toContain(`ending in ${ending} of owner@localhost, beside the API`);
    const [code, words] =
      engine.name === 'sqlite' ? [1, 'is in use by another Slipway process'] : [0, '"role": "reader"'];
    const meanwhile = await local('--json');
    expect(meanwhile.code).toBe(code);
    expect(meanwhile.stdout + meanwhile.stderr).toContain(words);
    await app.close();
    await store.drop();
  });

  it.runIf(engine.name === 'sqlite')(
    'makes no store where there is none, and takes no option that it ignores',
    async () => {
      const store = await engine.create();
      const args = ['token', 'create', '--local', '--name', 'x'];
      const none = await slipway({ DATABASE_URL: store.url }, ...args);
      expect(none.code).toBe(1);
      expect(none.stderr).toContain('There is no store at');
      const service = await slipway({ DATABASE_URL: store.url }, ...args, '--service');
      expect(service.stderr).toContain('--service: cannot be had with --local');
      const member = await slipway({ SLIPWAY_TOKEN: 'x' }, 'token', 'create', '--name', 'x', '--member', 'a@b');
      expect(member.stderr).toBe('--member: expected --local with it, got none\n');
      await store.drop();
    },
  );
});
