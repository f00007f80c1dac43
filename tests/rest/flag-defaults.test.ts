import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listChanges } from '../../src/store/changes.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const INITIAL = {
  tags: [],
  temporary: true,
  defaultClientSideAvailability: { usingEnvironmentId: false, usingMobileKey: true },
  booleanDefaults: {
    trueDisplayName: 'True',
    falseDisplayName: 'False',
    trueDescription: '',
    falseDescription: '',
    onVariation: 0,
    offVariation: 1,
  },
};
const WHOLE = {
  tags: ['ui'],
  temporary: false,
  defaultClientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
  booleanDefaults: { ...INITIAL.booleanDefaults, trueDisplayName: 'An', onVariation: 1, offVariation: 0 },
};

describe.each(ENGINES)('flag defaults on $name', (engine) => {
  let app: TestApp;
  let path: string;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    project = `project-${count++}`;
    path = `projects/${project}/flag-defaults`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
  });

  it('are those of every project at first', async () => {
    const { status, body } = await app.call({ path });
    expect(status).toBe(200);
    expect(body).toEqual({
      _links: {
        self: { href: `/api/v2/${path}`, type: 'application/json' },
        parent: { href: `/api/v2/projects/${project}`, type: 'application/json' },
      },
      key: project,
      ...INITIAL,
    });
  });

  it('are replaced as a whole, and with them the availability of the project', async () => {
    const { status, body } = await app.call({ method: 'PUT', path, body: WHOLE });
    expect({ status, body }).toMatchObject({ status: 200, body: WHOLE });
    expect((await app.call({ path })).body).toEqual(body);
    const { body: stored } = await app.call({ path: `projects/${project}` });
    expect(stored.defaultClientSideAvailability).toEqual(WHOLE.defaultClientSideAvailability);
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change?.accesses.map(({ action }) => action)).toEqual([
      'updateDefaultClientSideAvailability',
      'updateProjectFlagDefaults',
    ]);
    const flag = await app.call({ method: 'POST', path: `flags/${project}`, body: { key: 'a', name: 'A' } });
    expect(flag.body.clientSideAvailability).toEqual(WHOLE.defaultClientSideAvailability);
  });

  it('change by JSON patch and by merge patch', async () => {
    const operations = [{ op: 'replace', path: '/booleanDefaults/trueDisplayName', value: 'Yes' }];
    const patched = await app.call({ method: 'PATCH', path, body: operations });
    expect(patched.body).toMatchObject({ booleanDefaults: { trueDisplayName: 'Yes', falseDisplayName: 'False' } });
    const merged = await app.call({ method: 'PATCH', path, body: { merge: { temporary: false }, comment: 'stay' } });
    expect(merged.body).toMatchObject({ temporary: false, booleanDefaults: { trueDisplayName: 'Yes' } });
    const [change] = await listChanges(app.slipway.database.db, 1);
    expect(change).toMatchObject({ comment: 'stay', titleVerb: 'updated the project' });
  });

  it.each([
    ['without a member', { ...WHOLE, temporary: undefined }, 'temporary: expected true or false, got nothing'],
    [
      'without names',
      { ...WHOLE, booleanDefaults: {} },
      'booleanDefaults.trueDisplayName: expected a string, got nothing',
    ],
    [
      'with a third variation',
      { ...WHOLE, booleanDefaults: { ...WHOLE.booleanDefaults, onVariation: 2 } },
      'expected 0 or 1',
    ],
    ['with a bad tag', { ...WHOLE, tags: ['a b'] }, 'tags[0]: "a b" is not a valid tag'],
  ])('are not replaced %s', async (_name, body, message) => {
    const answer = await app.call({ method: 'PUT', path, body });
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
    expect((await app.call({ path })).body).toMatchObject(INITIAL);
  });

  it('are changed by nobody who only reads', async () => {
    const token = await app.addToken('reader');
    expect((await app.call({ path, token })).status).toBe(200);
    expect((await app.call({ method: 'PUT', path, body: WHOLE, token })).status).toBe(403);
  });
});
