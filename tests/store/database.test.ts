import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { listDeliveriesSince } from '../../src/store/deliveries.ts';
import { SEMANTIC, startApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

describe.each(ENGINES)('the store on $name', (engine) => {
  it('keeps everything when it is closed and opened again, and migrates only once', async () => {
    const store = await engine.create();
    const same = { ...engine, create: async () => ({ url: store.url, drop: async () => undefined }) };
    const first = await startApp(same);
    await first.call({ method: 'POST', path: 'flags/default', body: { key: 'kept', name: 'Kept' } });
    const before = await first.call({ path: 'flags/default/kept' });
    await first.close();
    const second = await startApp(same);
    expect(second.slipway.seeded).toBeUndefined();
    expect((await second.call({ path: 'flags/default/kept', token: first.token })).body).toEqual(before.body);
    await second.close();
    await store.drop();
  });

  it('leaves nothing of a transaction that fails', async () => {
    const app = await startApp(engine);
    const { database } = app.slipway;
    const failing = database.transaction(async (tx) => {
      await tx.deleteFrom('projects').execute();
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect((await app.call({ path: 'projects' })).body.totalCount).toBe(1);
    await app.close();
  });

  it('numbers the deliveries of an environment without gaps, and keeps the last of each item', async () => {
    const app = await startApp(engine);
    const { _id: environmentId } = (await app.call({ path: 'projects/default/environments/test' })).body;
    const turn = (kind: string) =>
      app.call({
        method: 'PATCH',
        path: 'flags/default/a',
        headers: SEMANTIC,
        body: { environmentKey: 'test', instructions: [{ kind }] },
      });
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'a', name: 'A' } });
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'b', name: 'B' } });
    await turn('turnFlagOn');
    await app.call({ method: 'DELETE', path: 'flags/default/b' });
    await turn('turnFlagOff');
    const deliveries = await listDeliveriesSince(app.slipway.database.db, environmentId, 0);
    expect(
      deliveries.map(({ key, version, sequence, document }) => [key, version, sequence, document === null]),
    ).toEqual([
      ['b', 2, 4, true],
      ['a', 3, 5, false],
    ]);
    expect(await listDeliveriesSince(app.slipway.database.db, environmentId, 4)).toHaveLength(1);
    await app.close();
  });
});

describe('a SQLite file', () => {
  it('has one owner at a time', async () => {
    const store = await ENGINES.find(({ name }) => name === 'sqlite')?.create();
    const url = store?.url ?? '';
    const first = await openDatabase(url);
    await expect(openDatabase(url)).rejects.toThrow(
      `${url.slice('sqlite:'.length)} is in use by another Slipway process. Stop that one first, or let several share one PostgreSQL (DATABASE_URL=postgres://…).`,
    );
    await first.close();
    const second = await openDatabase(url);
    await second.close();
    await store?.drop();
  });
});
