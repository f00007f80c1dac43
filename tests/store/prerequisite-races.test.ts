import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';

const KEYS = ['a', 'b', 'c', 'd'] as const;
const WRITERS = 16;
const CHANGES = 12;

describe.each(ENGINES)('flags that need each other under many writers on $name', (engine) => {
  let app: TestApp;
  const { create, get, patch, send } = flagApi(() => app);

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  it('make no writer wait in vain, and reach SDKs as they are in the end', async () => {
    const firstIds = new Map<string, string>();
    for (const key of KEYS) {
      const { body } = await create({ key, name: key, variations: ['x', 'y', 'z'].map((value) => ({ value })) });
      firstIds.set(key, body.variations[0]._id);
    }
    const need = (flag: string, key: string) =>
      patch(flag, [{ kind: 'addPrerequisite', key, variationId: firstIds.get(key) }]);
    await need('a', 'b');
    await need('b', 'c');
    const change = (writer: number, turn: number) => {
      const key = KEYS[(writer + turn) % KEYS.length] as string;
      const needed = KEYS[turn % 3] as string;
      const changes = [
        () => patch(key, [{ kind: turn % 2 === 0 ? 'turnFlagOn' : 'turnFlagOff' }]),
        () => send('c', [{ op: 'add', path: '/variations/0', value: { value: `new-${writer}-${turn}` } }]),
        () => need('d', needed),
        () => patch('d', [{ kind: 'removePrerequisite', key: needed }]),
        () => need('c', 'd'),
        () => patch('c', [{ kind: 'removePrerequisite', key: 'd' }]),
        () => patch('b', [{ kind: 'archiveFlag' }]),
        () => send(key, { name: `${key} by ${writer}` }),
      ];
      return (changes[(writer * 7 + turn * 3) % changes.length] as () => ReturnType<typeof send>)();
    };
    const codes = new Set<string | undefined>();
    const write = async (writer: number) => {
      for (let turn = 0; turn < CHANGES; turn++) codes.add((await change(writer, turn)).body.code);
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
    expect([...codes].filter((code) => code !== undefined).toSorted()).toEqual(['conflict', 'invalid_request']);

    const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    for (const key of KEYS) {
      const { variations, environments } = (await get(key)).body;
      const delivered = (await app.call({ path: `/sdk/latest-flags/${key}`, token: apiKey })).body;
      expect(delivered).toMatchObject({
        version: environments.test.version,
        prerequisites: environments.test.prerequisites,
        variations: variations.map(({ value }: { value: unknown }) => value),
      });
    }
  });
});
