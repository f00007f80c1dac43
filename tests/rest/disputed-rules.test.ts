import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

/* What official SDKs would evaluate differently is refused when it is saved, or written so that they agree. */

const CLAUSE = { contextKind: 'user', attribute: 'plan', op: 'in', values: ['pro'], negate: false };
const ALIKE = 'a regular expression that RE2 and JavaScript read alike';

describe.each(ENGINES)('rules about which SDKs disagree on $name', (engine) => {
  let app: TestApp;
  let variationId: string;

  beforeAll(async () => {
    app = await startApp(engine);
    const { body } = await app.call({ method: 'POST', path: 'flags/default', body: { key: 'flag', name: 'Flag' } });
    variationId = body.variations[0]._id;
    await app.call({ method: 'POST', path: 'segments/default/test', body: { key: 'segment', name: 'Segment' } });
  });
  afterAll(() => app.close());

  const semantic = (path: string, ...instructions: readonly object[]) =>
    app.call({ method: 'PATCH', path, headers: SEMANTIC, body: { environmentKey: 'test', instructions } });
  const replace = (path: string, pointer: string, value: unknown) =>
    app.call({ method: 'PATCH', path, body: [{ op: 'add', path: pointer, value }] });
  const flag = async () => (await app.call({ path: 'flags/default/flag' })).body;
  const segment = async () => (await app.call({ path: 'segments/default/test/segment' })).body;
  const delivered = async () => {
    const { apiKey } = (await app.call({ path: 'projects/default/environments/test' })).body;
    return (await app.call({ path: '/sdk/latest-all', token: apiKey })).body;
  };

  const ways = {
    'instructions of a flag': (clause: object) =>
      semantic('flags/default/flag', { kind: 'addRule', clauses: [clause], variationId }),
    'a JSON patch of a flag': (clause: object) =>
      replace('flags/default/flag', '/environments/test/rules/-', { clauses: [clause], variation: 0 }),
    'instructions of a segment': (clause: object) =>
      semantic('segments/default/test/segment', { kind: 'addRule', clauses: [clause] }),
    'a JSON patch of a segment': (clause: object) =>
      replace('segments/default/test/segment', '/rules/-', { clauses: [clause] }),
  };

  it.each([
    ['look-around', { op: 'matches', values: ['a', '(?=a)'] }, `values: expected only values that are ${ALIKE}`],
    ['back-references', { op: 'matches', values: ['(a)\\1'] }, `values: expected only values that are ${ALIKE}`],
    ['flags in patterns', { op: 'matches', values: ['(?i)a'] }, `values: expected only values that are ${ALIKE}`],
    ['anchors of Go', { op: 'matches', values: ['a\\z'] }, `values: expected only values that are ${ALIKE}`],
    ['dates in small letters', { op: 'before', values: ['2026-01-05t09:00:00z'] }, 'values: expected only values that'],
    ['microseconds', { op: 'after', values: ['2026-01-05T09:00:00.000001Z'] }, 'values: expected only values that are'],
    [
      'versions after a space',
      { op: 'semVerEqual', values: [' 1.0.0'] },
      'values: expected only values that are a sem',
    ],
    ['endless versions', { op: 'semVerEqual', values: ['9007199254740993.0.0'] }, 'values: expected only values that'],
    ['paths that end in a slash', { attribute: '/a/' }, 'attribute: expected the name of an attribute, or a path'],
    ['paths with a bad escape', { attribute: '/a~x' }, 'attribute: expected the name of an attribute, or a path'],
    [
      'what is in _meta',
      { attribute: '/_meta/privateAttributes' },
      'or a path such as "/address/city", outside of _meta',
    ],
  ])('refuses %s', async (_name, change, message) => {
    const before = [await flag(), await segment()];
    for (const [way, send] of Object.entries(ways)) {
      const { status, body } = await send({ ...CLAUSE, ...change });
      expect({ way, status, code: body.code, message: body.message }).toEqual({
        way,
        status: 400,
        code: 'invalid_request',
        message: expect.stringContaining(message),
      });
      expect(body.message).toContain(`got ${JSON.stringify(Object.values(change).at(-1))}`);
    }
    expect([await flag(), await segment()]).toEqual(before);
  });

  it('refuses shares by an attribute that can lead nowhere', async () => {
    const rolloutWeights = { [variationId]: 100_000 };
    const rollout = { variations: [{ variation: 0, weight: 100_000 }], bucketBy: '/a//b' };
    const answers = await Promise.all([
      semantic('flags/default/flag', {
        kind: 'updateFallthroughVariationOrRollout',
        rolloutWeights,
        rolloutBucketBy: '/a//b',
      }),
      replace('flags/default/flag', '/environments/test/fallthrough', { rollout }),
      semantic('segments/default/test/segment', { kind: 'addRule', clauses: [CLAUSE], weight: 5, bucketBy: '/a//b' }),
      replace('segments/default/test/segment', '/rules/-', { clauses: [CLAUSE], weight: 5, bucketBy: '/a//b' }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body.message).toMatch(/ucketBy: expected the name of an attribute, or a path .*, got "\/a\/\/b"$/);
    }
  });

  it('refuses prerequisites that lead back, or that ask for a variation that is not there', async () => {
    const { body: other } = await app.call({
      method: 'POST',
      path: 'flags/default',
      body: { key: 'other', name: 'Other' },
    });
    const need = (key: string, id: string) => ({ kind: 'addPrerequisite', key, variationId: id });
    await semantic('flags/default/other', need('flag', variationId));
    const around = await semantic('flags/default/flag', need('other', other.variations[0]._id));
    expect(around.body.message).toContain('expected no cycle, got flag → other → flag');
    const missing = await replace('flags/default/other', '/environments/test/prerequisites/0/variation', 7);
    expect({ status: missing.status, message: missing.body.message }).toEqual({
      status: 400,
      message: expect.stringContaining('variation: '),
    });
  });

  it('writes names that some take for paths as paths', async () => {
    await semantic('flags/default/flag', {
      kind: 'addRule',
      clauses: [{ ...CLAUSE, attribute: 'a//b' }],
      rolloutWeights: { [variationId]: 100_000 },
      rolloutBucketBy: 'c~',
    });
    expect((await flag()).environments.test.rules[0].clauses[0].attribute).toBe('a//b');
    expect((await delivered()).flags.flag.rules[0]).toMatchObject({
      clauses: [{ attribute: '/a~1~1b' }],
      rollout: { bucketBy: '/c~0' },
    });
  });

  it('tells SDKs of no share of 0', async () => {
    const [on, off] = (await flag()).variations;
    await semantic('flags/default/flag', {
      kind: 'updateFallthroughVariationOrRollout',
      rolloutWeights: { [on._id]: 0, [off._id]: 100_000 },
    });
    expect((await flag()).environments.test.fallthrough.rollout.variations).toHaveLength(2);
    expect((await delivered()).flags.flag.fallthrough.rollout.variations).toEqual([{ variation: 1, weight: 100_000 }]);
  });

  it('asks for the kind first where a segment takes a share of it', async () => {
    await semantic('segments/default/test/segment', {
      kind: 'addRule',
      clauses: [CLAUSE],
      weight: 30_000,
      rolloutContextKind: 'org',
      bucketBy: 'c~',
    });
    expect((await segment()).rules[0].clauses).toHaveLength(1);
    expect((await delivered()).segments.segment.rules).toEqual([
      {
        id: expect.any(String),
        clauses: [{ contextKind: 'org', attribute: 'kind', op: 'in', values: ['org'], negate: false }, CLAUSE],
        weight: 30_000,
        rolloutContextKind: 'org',
        bucketBy: '/c~0',
      },
    ]);
  });
});
