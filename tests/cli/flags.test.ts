import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { slipway } from '../support/cli.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES.slice(0, 1))('slipway flags, against a service on $name', (engine) => {
  let app: TestApp;
  let url: string;
  const run = (...args: readonly string[]) => slipway({ SLIPWAY_URL: url, SLIPWAY_TOKEN: app.token }, 'flags', ...args);
  const flag = async (key: string) => (await app.call({ path: `flags/default/${key}` })).body;

  beforeAll(async () => {
    app = await startApp(engine);
    url = await app.slipway.listen();
  });
  afterAll(() => app.close());

  it('creates a boolean flag with everything that can be said of it', async () => {
    const { code, stdout } = await run(
      'create',
      'checkout',
      '--name',
      'New checkout',
      '--description',
      'For the shop',
      '--tag',
      'shop',
      '--tag',
      'web',
      '--permanent',
      '--client-side',
      '--variation-name',
      'New',
      '--variation-name',
      'Old',
      '--on',
      '--maintainer',
      'OWNER@localhost',
      '--default-off',
      '1',
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Created the flag checkout in default; it is on everywhere\n',
    });
    expect(await flag('checkout')).toMatchObject({
      name: 'New checkout',
      description: 'For the shop',
      tags: ['shop', 'web'],
      temporary: false,
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: true },
      variations: [
        { value: true, name: 'New' },
        { value: false, name: 'Old' },
      ],
      defaults: { onVariation: 0, offVariation: 1 },
      environments: { test: { on: true }, production: { on: true } },
      _maintainer: { email: 'owner@localhost' },
    });
  });

  it('creates flags of other kinds', async () => {
    const values = ['--variation', '1', '--variation', '2.5'];
    expect((await run('create', 'limit', '--kind', 'number', ...values)).code).toBe(0);
    const shapes = ['--variation', '{"a":1}', '--variation', '[]', '--default-on', '1', '--json'];
    const { stdout, code } = await run('create', 'shape', '--kind', 'json', ...shapes, '--no-mobile');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      key: 'shape',
      variations: [{ value: { a: 1 } }, { value: [] }],
      defaults: { onVariation: 1, offVariation: 1 },
      clientSideAvailability: { usingMobileKey: false },
    });
    expect((await flag('limit')).variations.map(({ value }: { value: unknown }) => value)).toEqual([1, 2.5]);
  });

  it('names the option that is wrong', async () => {
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [['--variation', 'true'], '--variation: expected none for a boolean flag, got 1'],
      [['--default-off', '2'], '--default-off: expected an index from 0 to 1, got 2'],
      [['--kind', 'colour'], 'Allowed choices are boolean, string, number, json'],
      [['--default-on', '-1'], 'Expected a whole number from 0 on'],
      [['--maintainer', 'x@y'], '--maintainer: expected the e-mail address of a member, got "x@y"'],
    ];
    const results = await Promise.all(wrong.map(([args]) => run('create', 'refused', ...args)));
    for (const [index, { code, stderr }] of results.entries()) {
      expect(stderr).toContain(wrong[index]?.[1]);
      expect(code).toBe(2);
    }
  });

  it('passes on what the service says, with exit code 1', async () => {
    const { code, stderr } = await run('create', 'checkout');
    expect(code).toBe(1);
    expect(stderr).toContain('(409 conflict)');
    expect((await run('get', 'nothing')).stderr).toContain("unknown flag 'nothing' (404 not_found)");
  });

  it('lists with filters, order and a limit', async () => {
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'aaa', name: 'First', tags: ['web'] } });
    const keys = async (...args: readonly string[]) =>
      (await run('list', '--json', ...args)).json().map(({ key }: { key: string }) => key);
    const lists = [
      keys('--sort', 'key'),
      keys('--sort=-key', '--limit', '2'),
      keys('--tag', 'web', '--tag', 'shop'),
      keys('--query', 'firs'),
      keys('--environment', 'test', '--targeting', 'on'),
      keys('--filter', 'type:permanent'),
      keys('--archived'),
    ];
    expect(await Promise.all(lists)).toEqual([
      ['aaa', 'checkout', 'limit', 'shape'],
      ['shape', 'limit'],
      ['checkout'],
      ['aaa'],
      ['checkout'],
      ['checkout'],
      [],
    ]);
    expect((await run('list', '--targeting', 'on')).stderr).toBe(
      '--targeting: expected --environment with it, got none\n',
    );
  });

  it('shows in a table in which environments flags are on', async () => {
    const { stdout } = await run('list', '--tag', 'web', '--sort', 'key');
    expect(stdout.split('\n')).toEqual([
      'KEY       KIND     ON IN             NAME',
      'aaa       boolean  -                 First',
      'checkout  boolean  production, test  New checkout',
      '',
    ]);
  });

  it('toggles a flag, and says when there is nothing to do', async () => {
    const toggle = async (...args: readonly string[]) => (await run('toggle', 'aaa', ...args)).stdout;
    expect(await toggle('--environment', 'test', '--comment', 'Try it')).toBe('Turned aaa on in test\n');
    expect((await flag('aaa')).environments.test.on).toBe(true);
    const { body } = await app.call({ path: 'auditlog?limit=1' });
    expect(body.items[0].comment).toBe('Try it');
    expect(await toggle('--environment', 'test', '--on')).toBe('aaa is on in test already\n');
    expect(JSON.parse(await toggle('--environment', 'test', '--off', '--json'))).toEqual({
      key: 'aaa',
      environment: 'test',
      on: false,
      changed: true,
    });
    expect((await run('toggle', 'aaa', '--environment', 'test', '--on', '--off')).code).toBe(2);
    expect((await run('toggle', 'aaa')).stderr).toContain("required option '--environment <key>' not specified");
  });

  it('tells how to ask for approval where changes need one, and asks', async () => {
    const patch = [{ op: 'replace', path: '/approvalSettings/required', value: true }];
    await app.call({ method: 'PATCH', path: 'projects/default/environments/production', body: patch });
    const writer = await app.addToken('writer');
    const toggle = (...args: readonly string[]) =>
      slipway({}, 'flags', 'toggle', 'aaa', '--environment', 'production', '--url', url, '--token', writer, ...args);
    const refused = await toggle('--on');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^Changes in production need approval\. Ask for it with --request-approval\./);
    const asked = await toggle('--on', '--request-approval', '--comment', 'Please');
    const id = /request (\w+)/.exec(asked.stdout)?.[1] ?? '';
    const { body } = await app.call({ path: `approval-requests/${id}` });
    expect(body).toMatchObject({ description: 'Please', instructions: [{ kind: 'turnFlagOn' }] });
  });

  it('shows a flag with what it serves', async () => {
    await app.call({
      method: 'PATCH',
      path: 'flags/default/checkout',
      headers: SEMANTIC,
      body: {
        environmentKey: 'test',
        instructions: [
          {
            kind: 'addTargets',
            variationId: (await flag('checkout')).variations[1]._id,
            values: ['kim'],
            contextKind: 'user',
          },
        ],
      },
    });
    const { stdout } = await run('get', 'checkout', '--environment', 'test');
    expect(stdout).toBe(
      [
        'New checkout (checkout)',
        'For the shop',
        'Kind:        boolean, permanent',
        'Tags:        shop, web',
        'Maintainer:  owner@localhost',
        'SDKs:        server, browser, mobile',
        'Variations:',
        '  0  true "New"',
        '  1  false "Old"',
        '',
        'test: ON',
        '  user kim get false "Old"',
        '  everyone else gets true "New"',
        '',
      ].join('\n'),
    );
    expect((await run('get', 'checkout', '--json')).json()).toMatchObject({ key: 'checkout' });
  });

  it('archives and restores', async () => {
    expect((await run('archive', 'limit', '--comment', 'Done')).stdout).toBe('Archived the flag limit\n');
    expect((await run('list', '--archived', '--json')).json()).toMatchObject([{ key: 'limit' }]);
    expect((await run('restore', 'limit')).stdout).toBe('Restored the flag limit\n');
    expect((await flag('limit')).archived).toBe(false);
  });

  it('tells of a missing or wrong token, and of an address that is none', async () => {
    const none = await slipway({ SLIPWAY_URL: url }, 'flags', 'list');
    expect({ code: none.code, stderr: none.stderr }).toEqual({
      code: 2,
      stderr: 'No token: give --token, or set SLIPWAY_TOKEN in the environment\n',
    });
    const wrong = await slipway({ SLIPWAY_URL: url, SLIPWAY_TOKEN: 'api-wrong' }, 'flags', 'list');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('(401 unauthorized)');
    const nowhere = await slipway({ SLIPWAY_URL: 'localhost:4300', SLIPWAY_TOKEN: 'x' }, 'flags', 'list');
    expect(nowhere.stderr).toBe('--url: expected an http or https URL, got "localhost:4300"\n');
  });
});
