import { afterAll, beforeAll, beforeEach } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { SEMANTIC, startApp, type TestAnswer, type TestApp } from './app.ts';
import type { TestEngine } from './engines.ts';

/** Ids of the variations true and false. */
export type Ids = { readonly on: string; readonly off: string };

/** An app, and a fresh boolean flag with the tag `kept` for each test of the suite that calls this. */
export function patchedFlag(engine: TestEngine) {
  let app: TestApp;
  let path = '';
  let ids: Ids = { on: '', off: '' };
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    const key = `flag-${count++}`;
    const { body } = await app.call({
      method: 'POST',
      path: 'flags/default',
      body: { key, name: 'Flag', tags: ['kept'] },
    });
    path = `flags/default/${key}`;
    ids = { on: body.variations[0]._id, off: body.variations[1]._id };
  });

  return {
    app: () => app,
    path: () => path,
    ids: () => ids,
    /** Patches the flag in `test`. */
    patch: (instructions: readonly object[], more: { query?: string; token?: string; headers?: object } = {}) =>
      app.call({
        method: 'PATCH',
        path: path + (more.query ?? ''),
        headers: { ...SEMANTIC, ...more.headers },
        token: more.token ?? app.token,
        body: { environmentKey: 'test', instructions },
      }),
    get: async (): Promise<TestAnswer['body']> => (await app.call({ path })).body,
    changes: () => listChanges(app.slipway.database.db, 500),
  };
}

/** The versions of the flag itself, in test and in production. */
export function versions({ _version, environments }: TestAnswer['body']): readonly number[] {
  return [_version, environments.test.version, environments.production.version];
}
