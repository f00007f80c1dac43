import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const WRITERS = 20;
const writers = Array.from({ length: WRITERS }, (_, index) => index);

describe.each(ENGINES)('many writers at once on $name', (engine) => {
  let app: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
    // A second service on the same store where the engine allows one; the same one where it does not.
    const { url } = app.slipway.database;
    other =
      engine.name === 'sqlite'
        ? app
        : await startApp({ ...engine, create: async () => ({ url, drop: async () => undefined }) });
  });
  afterAll(async () => {
    if (other !== app) await other.close();
    await app.close();
  });

  const via = (index: number) => (index % 2 === 0 ? app : other).call;
  const token = () => app.token;

  it('lose no change of one flag', async () => {
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'contended', name: 'Contended' } });
    const answers = await Promise.all(
      writers.map((index) =>
        via(index)({
          method: 'PATCH',
          path: 'flags/default/contended',
          token: token(),
          headers: SEMANTIC,
          body: {
            environmentKey: 'test',
            instructions: [
              { kind: 'addTags', values: [`tag-${index}`] },
              { kind: index % 2 === 0 ? 'turnFlagOn' : 'turnFlagOff' },
            ],
          },
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(writers.map(() => 200));
    const { body } = await app.call({ path: 'flags/default/contended' });
    expect(body.tags.toSorted()).toEqual(writers.map((index) => `tag-${index}`).toSorted());
    expect(body._version).toBe(1 + WRITERS);
  });

  it('make a key once', async () => {
    const answers = await Promise.all(
      writers.map((index) =>
        via(index)({ method: 'POST', path: 'flags/default', token: token(), body: { key: 'once', name: 'Once' } }),
      ),
    );
    const statuses = answers.map(({ status }) => status).toSorted((left, right) => left - right);
    expect(statuses).toEqual([201, ...writers.slice(1).map(() => 409)]);
  });

  it('leave no flag without a configuration in a new environment', async () => {
    const flags = writers.map((index) =>
      via(index)({
        method: 'POST',
        path: 'flags/default',
        token: token(),
        body: { key: `flag-${index}`, name: 'Flag' },
      }),
    );
    const environments = ['one', 'two', 'three'].map((key, index) =>
      via(index)({
        method: 'POST',
        path: 'projects/default/environments',
        token: token(),
        body: { key, name: key, color: '000000' },
      }),
    );
    const answers = await Promise.all([...flags, ...environments]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const { body } = await app.call({ path: 'flags/default?limit=100&env=one,two,three' });
    for (const flag of body.items) expect(Object.keys(flag.environments)).toHaveLength(3);
    for (const { body: environment } of await Promise.all(environments)) {
      const { body: payload } = await app.call({ path: '/sdk/latest-all', token: environment.apiKey });
      expect(Object.keys(payload.flags)).toHaveLength(body.totalCount);
    }
  });

  it('start a phase once', async () => {
    const beta = { 'ld-api-version': 'beta' };
    const phases = [{ name: 'Test', audiences: [{ environmentKey: 'test', name: 'all' }] }];
    await app.call({
      method: 'POST',
      path: 'projects/default/release-pipelines',
      headers: beta,
      body: { key: 'p', name: 'P', phases },
    });
    const release = { method: 'PUT', path: 'projects/default/flags/once/release', headers: beta } as const;
    const created = await app.call({ ...release, body: { releasePipelineKey: 'p' } });
    const path = `${release.path}/phases/${created.body.phases[0]._id}`;
    const answers = await Promise.all(
      writers.map((index) => via(index)({ ...release, path, token: token(), body: { status: 'active' } })),
    );
    expect(answers.map(({ status, body }) => [status, body._version])).toEqual(writers.map(() => [200, 1]));
    const { body: flag } = await app.call({ path: 'flags/default/once?env=test' });
    expect(flag.environments.test).toMatchObject({ on: true, version: 2 });
  });
});
