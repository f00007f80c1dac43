import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('older versions of the API on $name', (engine) => {
  let app: TestApp;
  const version = (value: number) => ({ 'ld-api-version': String(value) });
  const numbers = Array.from({ length: 21 }, (_, index) => index);

  beforeAll(async () => {
    app = await startApp(engine);
    const post = (path: string, body: unknown) => app.call({ method: 'POST', path, body });
    await post(
      'members',
      numbers.map((index) => ({ email: `kim-${index}@example.com`, role: 'reader' })),
    );
    for (const index of numbers) {
      const thing = { key: `thing-${index}`, name: 'Thing' };
      await post('projects', thing);
      await post('roles', { ...thing, policy: [] });
      await post('segments/default/test', thing);
      await post('flags/default', thing);
    }
  });
  afterAll(() => app.close());

  it.each([
    ['flags/default', 20240415, 21],
    ['segments/default/test', 20240415, 21],
    ['roles', 20240415, 21],
    ['projects', 20220603, 22],
    ['members', 20210729, 22],
  ])('list all of %s before %i, unless asked for less', async (path, since, count) => {
    const [before = 0] = [20160426, 20191212, 20210729, 20220603].filter((one) => one < since).slice(-1);
    const list = async (query: string, at: number) =>
      (await app.call({ path: `${path}${query}`, headers: version(at) })).body;
    const whole = await list('', before);
    expect(whole.items).toHaveLength(count);
    expect(whole._links).not.toHaveProperty('next');
    expect(whole._links.self.href).toContain(`limit=${count}`);
    expect((await list('?limit=5', before)).items).toHaveLength(5);
    expect((await list('?offset=20', before)).items).toHaveLength(count - 20);
    expect((await list('', since)).items).toHaveLength(20);
  });

  it('answer new approval requests with 200 before 20210729', async () => {
    const path = 'projects/default/flags/thing-0/environments/test/approval-requests';
    const body = { description: 'Please', instructions: [{ kind: 'turnFlagOn' }] };
    const post = async (at: number) => (await app.call({ method: 'POST', path, body, headers: version(at) })).status;
    expect([await post(20191212), await post(20210729)]).toEqual([200, 201]);
  });
});
