import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const ENVIRONMENT = 'projects/default/environments/test';
const SEGMENTS = `${ENVIRONMENT}/segments/evaluate`;
const FLAGS = `${ENVIRONMENT}/flags/evaluate`;
const link = (href: string, type = 'application/json') => ({ href, type });

describe.each(ENGINES)('evaluation for a context on $name', (engine) => {
  let app: TestApp;
  const post = (path: string, body: unknown) => app.call({ method: 'POST', path, body });
  const patch = (path: string, ...instructions: readonly object[]) =>
    app.call({ method: 'PATCH', path, body: { environmentKey: 'test', instructions }, headers: SEMANTIC });

  beforeAll(async () => {
    app = await startApp(engine);
    await post('segments/default/test', { key: 'beta', name: 'Beta', description: 'Early birds' });
    await post('segments/default/test', { key: 'big', name: 'Big', unbounded: true, unboundedContextKind: 'org' });
    await post('segments/default/test', { key: 'nested', name: 'Nested' });
    await patch(
      'segments/default/test/beta',
      { kind: 'addIncludedUsers', values: ['kim'] },
      { kind: 'addExcludedUsers', values: ['max'] },
      { kind: 'addRule', clauses: [{ contextKind: 'user', attribute: '/address/city', op: 'in', values: ['Ulm'] }] },
    );
    await patch(
      'segments/default/test/big',
      { kind: 'addBigSegmentIncludedTargets', values: ['acme'] },
      { kind: 'addBigSegmentExcludedTargets', values: ['evil'] },
      { kind: 'addRule', clauses: [{ contextKind: 'org', attribute: 'key', op: 'startsWith', values: ['e'] }] },
    );
    const inside = { contextKind: 'user', op: 'segmentMatch', values: ['beta', 'big'] };
    await patch('segments/default/test/nested', { kind: 'addRule', clauses: [inside] });

    for (const body of [
      { key: 'dark-mode', name: 'Dark mode', tags: ['ui', 'beta'] },
      { key: 'search', name: 'Search', tags: ['ui'] },
      { key: 'gone', name: 'Gone' },
    ]) {
      await post('flags/default', body);
      await app.clock.advance(1);
    }
    await patch('flags/default/gone', { kind: 'archiveFlag' });
    const { variations } = (await app.call({ path: 'flags/default/dark-mode' })).body;
    const clause = { contextKind: 'user', op: 'segmentMatch', values: ['beta'] };
    await patch(
      'flags/default/dark-mode',
      { kind: 'turnFlagOn' },
      { kind: 'addRule', clauses: [clause], variationId: variations[1]._id },
    );
  });
  afterAll(() => app.close());

  describe('by segments', () => {
    const evaluate = async (context: unknown) => (await post(SEGMENTS, context)).body.items;

    it('tells of every segment, with the whole official body', async () => {
      const { status, body } = await post(SEGMENTS, { kind: 'user', key: 'kim' });
      const none = { isMember: false, isIndividuallyTargeted: false, isRuleTargeted: false };
      const base = (key: string, name: string) => ({
        _links: { self: link(`/api/v2/segments/default/test/${key}`) },
        key,
        name,
        description: '',
        unbounded: false,
        external: '',
      });
      expect(status).toBe(200);
      expect(body).toEqual({
        _links: { self: link(`/api/v2/${SEGMENTS}`) },
        items: [
          {
            ...base('beta', 'Beta'),
            description: 'Early birds',
            ...none,
            isMember: true,
            isIndividuallyTargeted: true,
          },
          { ...base('big', 'Big'), unbounded: true, ...none },
          { ...base('nested', 'Nested'), ...none, isMember: true, isRuleTargeted: true },
        ],
      });
    });

    it.each<[object, string[]]>([
      [{ kind: 'user', key: 'lee', address: { city: 'Ulm' } }, ['beta by rule', 'nested by rule']],
      [{ kind: 'user', key: 'max', address: { city: 'Ulm' } }, []],
      [{ kind: 'org', key: 'acme' }, ['big', 'nested by rule']],
      [{ kind: 'org', key: 'else' }, ['big by rule', 'nested by rule']],
      [{ kind: 'org', key: 'evil' }, []],
      [{ kind: 'user', key: 'acme' }, []],
      [{ kind: 'multi', user: { key: 'kim' }, org: { key: 'acme' } }, ['beta', 'big', 'nested by rule']],
      [{ key: 'kim' }, ['beta', 'nested by rule']],
    ])('of %j', async (context, expected) => {
      const members = (await evaluate(context)).flatMap(
        (item: { key: string; isMember: boolean; isRuleTargeted: boolean }) =>
          item.isMember ? [item.isRuleTargeted ? `${item.key} by rule` : item.key] : [],
      );
      expect(members).toEqual(expected);
    });
  });

  describe('by flags', () => {
    const KIM = { kind: 'user', key: 'kim' };
    const keys = async (query: string) =>
      (await post(`${FLAGS}?${query}`, KIM)).body.items.map(({ key }: { key: string }) => key);

    it('tells what all live flags serve and why, newest first, with the whole official body', async () => {
      const { status, body } = await post(FLAGS, KIM);
      const [rule] = (await app.call({ path: 'flags/default/dark-mode' })).body.environments.test.rules;
      const item = (key: string, name: string, _value: unknown, reason: object) => ({
        name,
        key,
        _value,
        reason,
        _links: {
          self: link(`/api/v2/flags/default/${key}`),
          site: link(`/default/test/features/${key}`, 'text/html'),
        },
      });
      expect(status).toBe(200);
      expect(body).toEqual({
        _links: { self: link(`/api/v2/${FLAGS}?limit=2&offset=0`) },
        totalCount: 2,
        items: [
          item('search', 'Search', false, { kind: 'OFF' }),
          item('dark-mode', 'Dark mode', false, { kind: 'RULE_MATCH', ruleIndex: 0, ruleID: rule._id }),
        ],
      });
      const { body: other } = await post(FLAGS, { kind: 'user', key: 'lee' });
      expect(other.items[1]).toMatchObject({ _value: true, reason: { kind: 'FALLTHROUGH' } });
    });

    it.each([
      ['filter=query equals DARK', ['dark-mode']],
      ['filter=tags contains ["ui","beta"]', ['dark-mode']],
      ['filter=tags contains ["ui"]', ['search', 'dark-mode']],
      ['filter=query equals search, tags contains ["beta"]', []],
      ['sort=name', ['dark-mode', 'search']],
      ['sort=-key', ['search', 'dark-mode']],
      ['sort=key&limit=1', ['dark-mode']],
      ['sort=key&limit=1&offset=1', ['search']],
      ['limit=-1', ['search', 'dark-mode']],
    ])('with %s', async (query, expected) => {
      expect(await keys(query)).toEqual(expected);
    });

    it('leaves no trace in statuses', async () => {
      await post(FLAGS, KIM);
      const { body } = await app.call({ path: 'flag-statuses/default/test/dark-mode' });
      expect(body).not.toHaveProperty('lastRequested');
    });
  });

  it.each([
    [{ kind: 'user' }, 'key: expected a text that is not empty, got nothing'],
    [{ kind: 'multi' }, 'context: expected at least one kind in a context of kind "multi"'],
    [{ kind: 'a b', key: 'x' }, 'kind: "a b" is no kind of context'],
    ['kim', 'context: expected an object, got "kim"'],
    [{ kind: 'user', key: 'kim', name: 5 }, 'name: expected a text, got 5'],
  ])('refuses the context %j', async (context, message) => {
    for (const path of [FLAGS, SEGMENTS]) {
      expect(await post(path, JSON.stringify(context))).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining(message) },
      });
    }
  });

  it.each([
    ['filter=name equals x', 'filter: "name" is not a known field'],
    ['sort=age', 'sort: "age" is not a known order'],
    ['limit=-2', 'limit'],
  ])('refuses %s', async (query, message) => {
    const answer = await post(`${FLAGS}?${query}`, { key: 'kim' });
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  });

  it.each(['projects/no/environments/test', 'projects/default/environments/no'])('does not find %s', async (path) => {
    for (const kind of ['flags', 'segments']) {
      expect((await post(`${path}/${kind}/evaluate`, { key: 'kim' })).status).toBe(404);
    }
  });
});
