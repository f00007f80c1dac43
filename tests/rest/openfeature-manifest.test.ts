import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { flagApi } from '../support/flag-api.ts';

/** What the command line of OpenFeature sends of a flag: no name, and no description when there is none. */
interface LocalFlag {
  readonly key: string;
  readonly type: string;
  readonly description?: string;
  readonly defaultValue: unknown;
}

describe.each(ENGINES)('the OpenFeature manifest on $name', (engine) => {
  let app: TestApp;
  const flags = flagApi(() => app);
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  const MANIFEST = '/openfeature/v0/manifest';
  const bearer = (token = app.token) => ({ token: null, headers: { authorization: `Bearer ${token}` } });
  const manifest = async (path = MANIFEST) => (await app.call({ path, ...bearer() })).body.flags;
  const entry = async (key: string) => (await manifest()).find((flag: { key: string }) => flag.key === key);
  const post = (body: object, token?: string) =>
    app.call({ method: 'POST', path: `${MANIFEST}/flags`, body, ...bearer(token) });
  const put = (key: string, body: object, token?: string) =>
    app.call({ method: 'PUT', path: `${MANIFEST}/flags/${key}`, body: { key, ...body }, ...bearer(token) });
  const remove = (key: string, token?: string) =>
    app.call({ method: 'DELETE', path: `${MANIFEST}/flags/${key}`, ...bearer(token) });
  const newKey = () => `flag-${count++}`;

  /** What `openfeature push` does: asks for the manifest, sends flags that are not there, changes those that differ. */
  async function push(local: readonly LocalFlag[], base = ''): Promise<{ created: string[]; updated: string[] }> {
    const remote: LocalFlag[] = await manifest(`${base}${MANIFEST}`);
    const result = { created: [] as string[], updated: [] as string[] };
    for (const flag of local) {
      const known = remote.find(({ key }) => key === flag.key);
      const isEqual =
        known?.type === flag.type &&
        JSON.stringify(known.defaultValue) === JSON.stringify(flag.defaultValue) &&
        known.description === (flag.description ?? '');
      if (isEqual) continue;
      const [method, path] = known ? (['PUT', `/${flag.key}`] as const) : (['POST', ''] as const);
      const answer = await app.call({ method, path: `${base}${MANIFEST}/flags${path}`, body: flag, ...bearer() });
      expect(answer.status).toBe(known ? 200 : 201);
      result[known ? 'updated' : 'created'].push(flag.key);
    }
    return result;
  }

  it('has every live flag with its type, and the value it has when off', async () => {
    const variations = (...values: readonly unknown[]) => ({ variations: values.map((value) => ({ value })) });
    await flags.create({ key: 'boolean', name: 'A boolean', description: 'Whether' });
    await flags.create({ key: 'text', name: 'Text', ...variations('a', 'b') });
    await flags.create({ key: 'whole', name: 'Whole', ...variations(1, 2) });
    await flags.create({ key: 'part', name: 'Part', ...variations(1.5, 2) });
    await flags.create({ key: 'json', name: 'JSON', ...variations({ a: 1 }, { b: [2] }) });
    await flags.create({ key: 'list', name: 'List', ...variations({ a: 1 }, [2]) });
    await flags.create({ key: 'gone', name: 'Gone' });
    await flags.patch('gone', [{ kind: 'archiveFlag' }]);
    const { status, headers, body } = await app.call({ path: MANIFEST, ...bearer() });
    expect(status).toBe(200);
    expect(headers['x-manifest-capabilities']).toBe('read,write,delete');
    expect(body.flags).toEqual([
      { key: 'boolean', name: 'A boolean', type: 'boolean', description: 'Whether', defaultValue: false },
      { key: 'json', name: 'JSON', type: 'object', description: '', defaultValue: { b: [2] } },
      { key: 'part', name: 'Part', type: 'float', description: '', defaultValue: 2 },
      { key: 'text', name: 'Text', type: 'string', description: '', defaultValue: 'b' },
      { key: 'whole', name: 'Whole', type: 'integer', description: '', defaultValue: 2 },
    ]);
  });

  it('is of the project that is named, in the address or the query, and otherwise of the first one', async () => {
    await app.call({ method: 'POST', path: 'projects', body: { key: 'shop', name: 'Shop' } });
    await app.call({ method: 'POST', path: 'flags/shop', body: { key: 'cart', name: 'Cart' } });
    const cart = [expect.objectContaining({ key: 'cart' })];
    expect(await manifest('/api/v2/projects/shop/openfeature/v0/manifest')).toEqual(cart);
    expect(await manifest(`${MANIFEST}?project=shop`)).toEqual(cart);
    expect(await manifest(`${MANIFEST}?project=default`)).toEqual(await manifest());
    expect(await app.call({ path: `${MANIFEST}?project=none`, ...bearer() })).toMatchObject({
      status: 404,
      body: { code: 'not_found', error: { message: expect.stringContaining("unknown project 'none'"), status: 404 } },
    });
  });

  it('takes what is pushed, once, and gives it back when it is pulled', async () => {
    await app.call({ method: 'POST', path: 'projects', body: { key: 'pushed', name: 'Pushed' } });
    const base = '/api/v2/projects/pushed';
    const local: readonly LocalFlag[] = [
      { key: 'discountPercentage', type: 'float', description: 'Discount', defaultValue: 0.15 },
      { key: 'enableFeatureA', type: 'boolean', defaultValue: false },
      { key: 'enableFeatureB', type: 'boolean', defaultValue: true },
      { key: 'greetingMessage', type: 'string', description: 'Hello', defaultValue: 'Hello there!' },
      { key: 'theme', type: 'object', description: 'Colours', defaultValue: { primary: '#007bff' } },
      { key: 'usernameMaxLength', type: 'integer', defaultValue: 50 },
    ];
    const keys = local.map(({ key }) => key);
    expect(await push(local, base)).toEqual({ created: keys, updated: [] });
    expect(await push(local, base)).toEqual({ created: [], updated: [] });
    const changed = local.map((flag) => ({
      ...flag,
      description: `${flag.key}!`,
      defaultValue: flag.type === 'boolean' ? !flag.defaultValue : flag.defaultValue,
    }));
    expect(await push(changed, base)).toEqual({ created: [], updated: keys });
    expect(await push(changed, base)).toEqual({ created: [], updated: [] });
    expect(await push(local, base)).toEqual({ created: [], updated: keys });
    expect(await push(local, base)).toEqual({ created: [], updated: [] });
  });

  it.each([
    ['boolean', false, [true, false]],
    ['boolean', true, [true, false]],
    ['string', 'red', ['red']],
    ['integer', 7, [7]],
    ['object', { a: [1] }, [{ a: [1] }]],
  ])('makes a flag of type %s that is off, and serves %j', async (type, defaultValue, values) => {
    const key = newKey();
    const { status, body } = await post({ key, type, defaultValue, name: 'Made', description: 'By a tool' });
    expect(status).toBe(201);
    expect(body).toEqual({
      flag: { key, name: 'Made', type, description: 'By a tool', defaultValue },
      updatedAt: new Date(app.clock.now()).toISOString(),
    });
    const flag = (await flags.get(key)).body;
    expect(flag.variations.map(({ value }: { value: unknown }) => value)).toEqual(values);
    const { on, offVariation } = flag.environments.test;
    expect({ on, value: flag.variations[offVariation].value }).toEqual({ on: false, value: defaultValue });
  });

  it('changes the default value without changing what anybody gets', async () => {
    const key = newKey();
    await post({ key, type: 'string', defaultValue: 'red' });
    await flags.patch(key, [{ kind: 'turnFlagOn' }]);
    const { environments } = (await flags.get(key)).body;
    const { status, body } = await put(key, { type: 'string', name: 'Colour', defaultValue: 'blue' });
    expect(status).toBe(200);
    expect(body.flag).toEqual({ key, name: 'Colour', type: 'string', description: '', defaultValue: 'blue' });
    const after = (await flags.get(key)).body;
    expect(after.defaults).toEqual({ onVariation: 0, offVariation: 1 });
    for (const environment of ['test', 'production']) {
      const { on, fallthrough, offVariation } = environments[environment];
      expect(after.environments[environment]).toMatchObject({ on, fallthrough, offVariation });
    }
  });

  it('keeps name and default value where they are not said, and empties the description', async () => {
    const key = newKey();
    await post({ key, type: 'integer', defaultValue: 3, name: 'Three', description: 'Text' });
    await put(key, { type: 'integer' });
    expect(await entry(key)).toEqual({ key, name: 'Three', type: 'integer', description: '', defaultValue: 3 });
    await put(key, { type: 'float', description: null, defaultValue: 3.5 });
    expect(await entry(key)).toMatchObject({ type: 'float', defaultValue: 3.5 });
  });

  it.each([
    ['a key that is taken', { key: 'taken', type: 'boolean', defaultValue: true }, 409, 'already exists', undefined],
    ['a bad key', { key: 'a b', type: 'boolean', defaultValue: true }, 400, 'is not a valid key', 'key'],
    ['no type', { key: 'x', defaultValue: true }, 400, 'type: expected a value', 'type'],
    ['an unknown type', { key: 'x', type: 'date', defaultValue: 'now' }, 400, 'type: expected', 'type'],
    ['no default value', { key: 'x', type: 'boolean' }, 400, 'defaultValue: expected a value', 'defaultValue'],
    [
      'another value',
      { key: 'x', type: 'integer', defaultValue: 1.5 },
      400,
      'of type integer, got 1.5',
      'defaultValue',
    ],
    ['a list', { key: 'x', type: 'object', defaultValue: [1] }, 400, 'of type object, got [1]', 'defaultValue'],
  ])('does not make a flag with %s', async (_name, body, status, message, field) => {
    await post({ key: 'taken', type: 'boolean', defaultValue: false });
    const answer = await post(body);
    expect(answer).toMatchObject({ status, body: { error: { status, message: expect.stringContaining(message) } } });
    expect(answer.body.error.details?.[0].field).toBe(field);
    expect(await entry('x')).toBe(undefined);
  });

  it('does not change the type of a flag, nor one that is not there, is another one or is archived', async () => {
    const key = newKey();
    await post({ key, type: 'boolean', defaultValue: false });
    expect((await put(key, { type: 'string', defaultValue: 'x' })).body.error).toEqual({
      status: 409,
      message: 'type: expected "boolean", since the type of a flag never changes, got "string"',
      details: [{ field: 'type', message: expect.any(String) }],
    });
    expect((await put('nothing', { type: 'boolean' })).body.error.status).toBe(404);
    expect((await put(key, { key: 'other', type: 'boolean' })).body.error).toMatchObject({
      status: 400,
      message: `key: expected "${key}" as in the path, got "other"`,
    });
    expect(await remove(key)).toMatchObject({
      status: 200,
      body: {
        message: expect.stringContaining(`"${key}" is archived`),
        archivedAt: new Date(app.clock.now()).toISOString(),
      },
    });
    expect((await put(key, { type: 'boolean' })).status).toBe(409);
    expect((await remove(key)).status).toBe(409);
    expect((await post({ key, type: 'boolean', defaultValue: true })).status).toBe(409);
    expect((await remove('nothing')).status).toBe(404);
    expect(await entry(key)).toBe(undefined);
  });

  it('is read by whoever may read, and written by those who may write', async () => {
    const key = newKey();
    await post({ key, type: 'boolean', defaultValue: false });
    const reader = await app.addToken('reader');
    const { status, headers } = await app.call({ path: MANIFEST, ...bearer(reader) });
    expect([status, headers['x-manifest-capabilities']]).toEqual([200, 'read']);
    const answers = [
      await post({ key: 'mine', type: 'boolean', defaultValue: true }, reader),
      await put(key, { type: 'boolean', defaultValue: true }, reader),
      await remove(key, reader),
    ];
    for (const answer of answers) expect(answer.body.error.status).toBe(403);
    expect(await app.call({ path: MANIFEST, token: null })).toMatchObject({
      status: 401,
      body: { error: { message: 'Invalid access token', status: 401 } },
    });
  });
});
