import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { officialClient, type OfficialClient } from '../support/official-client.ts';

/** What a scanner of code does from one commit to the next, through the official API client. */
describe.each(ENGINES)('code references on $name', (engine) => {
  let app: TestApp;
  let client: OfficialClient['codeReferences'];
  let flags: OfficialClient['flags'];

  beforeAll(async () => {
    app = await startApp(engine);
    const official = officialClient(await app.slipway.listen(), app.token);
    client = official.codeReferences;
    flags = official.flags;
    await flags.postFeatureFlag('default', { key: 'new-cart', name: 'New cart' });
  });
  afterAll(() => app.close());

  const name = 'feature/cart';
  const status = async (call: Promise<{ status: number }>) =>
    call.then(
      ({ status }) => status,
      (error: { response: { status: number } }) => error.response.status,
    );
  const branch = (head: string, updateSequenceId: number, lines: readonly number[]) => ({
    name,
    head,
    updateSequenceId,
    syncTime: 1_636_558_831_870,
    commitTime: 1_636_558_831_000,
    references: [
      {
        path: 'src/cart.ts',
        hint: 'TypeScript',
        hunks: lines.map((startingLineNumber) => {
          return { startingLineNumber, lines: 'x', projKey: 'default', flagKey: 'new-cart', aliases: [] };
        }),
      },
    ],
  });

  it('finds that the repository is not there, and makes it', async () => {
    expect(await status(client.getRepository('shop'))).toBe(404);
    const { data } = await client.postRepository({ name: 'shop', type: 'custom', defaultBranch: name });
    expect((await client.getRepository('shop')).data).toEqual(data);
    expect(await status(client.postRepository({ name: 'shop' }))).toBe(409);
  });

  it('stores what it finds, and is told when another one was faster', async () => {
    expect(await status(client.putBranch('shop', name, branch('a1', 2, [3, 9])))).toBe(200);
    expect(await status(client.putBranch('shop', name, branch('a0', 1, [])))).toBe(409);
    const { data } = await client.getBranch('shop', name, 'default', 'new-cart');
    expect(data.references?.[0]?.hunks.map((hunk) => hunk.startingLineNumber)).toEqual([3, 9]);
    const { data: list } = await client.getRepositories(undefined, 'true', 'default', 'new-cart');
    expect(list.items[0]?.branches?.[0]).toEqual(data);
    const { data: statistics } = await client.getStatistics('default', 'new-cart');
    expect(statistics.flags['new-cart']?.[0]).toMatchObject({ name: 'shop', hunkCount: 2, fileCount: 1 });
    expect((await client.getRootStatistic()).data.projects).toHaveLength(1);
    const found = await flags.getFeatureFlags(
      'default',
      undefined,
      undefined,
      1,
      0,
      undefined,
      undefined,
      'codeReferences.min:2',
    );
    expect(found.data.totalCount).toBe(1);
  });

  it('tells of the end of a flag, and takes away branches that are gone', async () => {
    await client.putBranch('shop', name, branch('b2', 3, []));
    const extinction = { revision: 'b2', message: 'Done', time: 5, flagKey: 'new-cart', projKey: 'default' };
    expect(await status(client.postExtinction('shop', name, [extinction]))).toBe(200);
    expect((await client.getExtinctions('shop')).data.items).toEqual({ 'new-cart': [extinction] });
    expect((await client.getBranches('shop')).data.items.map((item) => item.name)).toEqual([name]);
    expect(await status(client.deleteBranches('shop', [name]))).toBe(200);
    expect((await client.getBranches('shop')).data.items).toEqual([]);
    const patch = [{ op: 'replace', path: '/defaultBranch', value: 'main' }];
    expect((await client.patchRepository('shop', patch)).data.defaultBranch).toBe('main');
    expect(await status(client.deleteRepository('shop'))).toBe(204);
  });
});
