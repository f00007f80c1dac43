import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES, type TestEngine } from '../support/engines.ts';
import { DEVIATIONS, OFFICIAL_ANSWERS } from '../support/official-answers.ts';
import { officialCheck } from '../support/official-types.ts';

describe('the check of answers against the official types', () => {
  const check = officialCheck(inject('officialSchemas'));
  let app: TestApp;
  let flag: Record<string, unknown>;

  beforeAll(async () => {
    app = await startApp(ENGINES[0] as TestEngine);
    flag = (await app.call({ method: 'POST', path: 'flags/default', body: { key: 'judged', name: 'Judged' } })).body;
  });
  afterAll(() => app.close());

  const problemOf = (body: unknown, path = '/flags/default/judged', status = 200) =>
    check({ method: 'GET', path, status, body });

  it('finds nothing wrong with a flag, and does not mind members that the type does not know', () => {
    expect(problemOf(flag)).toBeUndefined();
    expect(problemOf({ ...flag, newcomer: true })).toBeUndefined();
  });

  it.each([
    ['a missing member', { variations: undefined }, "/ must have required property 'variations'"],
    ['a member of another type', { _version: '1' }, '/_version must be number'],
    ['null for a member', { maintainerId: null }, '/maintainerId must be string'],
    ['a value that is none of those listed', { kind: 'odd' }, '/kind must be equal to'],
    ['something wrong deep inside', { environments: { test: { on: true } } }, '/environments/test must have required'],
  ])('finds %s', (_, change, problem) => {
    expect(problemOf(JSON.parse(JSON.stringify({ ...flag, ...change })))).toContain(`is no FeatureFlag: ${problem}`);
  });

  it('finds it in lists and in arrays', () => {
    expect(problemOf({ items: [{ key: 'x' }], _links: {} }, '/flags/default')).toContain(
      'is no FeatureFlags: /items/0',
    );
    const path = '/projects/default/flags/judged/environments/test/migration-safety-issues';
    expect(check({ method: 'POST', path, status: 200, body: [{ issue: 1 }] })).toContain('/0/issue must be string');
  });

  it('finds errors without code or message, and bodies where none belongs', () => {
    expect(problemOf({ message: 'no' }, '/flags/default', 404)).toContain('code and message');
    expect(problemOf({}, '/flags/default', 204)).toBe('expected no body');
  });

  it('covers every route that the service has', async () => {
    const { body } = await app.call({ path: '/api/v2/openapi.json' });
    const routes = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => {
        const pattern = path.replace(/^\/api\/v2\/?/, '/').replaceAll(/\{[^}]+\}/g, '{}');
        return `${method.toUpperCase()} ${pattern}`;
      }),
    );
    expect(routes.toSorted()).toEqual(Object.keys(OFFICIAL_ANSWERS).toSorted());
  });

  it('gives a reason for each deviation', () => {
    expect(Object.values(DEVIATIONS).every((reason) => reason.length > 10)).toBe(true);
  });
});
