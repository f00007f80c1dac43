import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA, SEMANTIC, startApp, type TestAnswer, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const indexes = [0, 1, 2, 3, 4, 5];

/** Pairs of changes of which one takes away what the other builds on. Whoever wins, nobody may see a 500. */
describe.each(ENGINES)('changes that get in each other’s way on $name', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());

  const post = (path: string, body: object, headers = {}) => app.call({ method: 'POST', path, body, headers });
  const remove = (path: string, headers = {}) => app.call({ method: 'DELETE', path, headers });
  const patch = (path: string, body: object) => app.call({ method: 'PATCH', path, headers: SEMANTIC, body });
  const createFlag = (project: string, key: string) => post(`flags/${project}`, { key, name: key, isFlagOn: true });
  const createEnvironment = (project: string, key: string) =>
    post(`projects/${project}/environments`, { key, name: key, color: '000000' });
  const statuses = (answers: readonly TestAnswer[]) => new Set(answers.map(({ status }) => status));

  async function createProject(key: string): Promise<string> {
    await post('projects', { key, name: key });
    await Promise.all(indexes.map((index) => createFlag(key, `flag-${index}`)));
    return key;
  }

  it('give new environments no flag that is archived or deleted meanwhile', { repeats: 4 }, async () => {
    const project = await createProject(`growing-${crypto.randomUUID()}`);
    const archive = { instructions: [{ kind: 'archiveFlag' }] };
    const answers = await Promise.all([
      ...indexes.map((index) => {
        const path = `flags/${project}/flag-${index}`;
        return index % 2 === 0 ? patch(path, archive) : remove(path);
      }),
      ...indexes.slice(3).map((index) => createEnvironment(project, `stage-${index}`)),
    ]);
    expect(statuses(answers)).toEqual(new Set([200, 201, 204]));
    const { body } = await app.call({ path: `projects/${project}/environments` });
    expect(body.totalCount).toBe(5);
    for (const { apiKey } of body.items) {
      expect((await app.call({ path: '/sdk/latest-all', token: apiKey })).body.flags).toEqual({});
    }
  });

  it('change flags of an environment that is deleted, or find it gone', async () => {
    const project = await createProject('shrinking');
    const turnOff = { environmentKey: 'test', instructions: [{ kind: 'turnFlagOff' }] };
    const changes = indexes.slice(0, 3).map((index) => patch(`flags/${project}/flag-${index}`, turnOff));
    const creations = indexes.slice(3).map((index) => createFlag(project, `late-${index}`));
    const deletion = remove(`projects/${project}/environments/test`);
    for (const { status } of await Promise.all(changes)) expect([200, 400]).toContain(status);
    expect(statuses(await Promise.all(creations))).toEqual(new Set([201]));
    expect((await deletion).status).toBe(204);
    const { body } = await app.call({ path: `flags/${project}?env=production` });
    expect(body.totalCount).toBe(9);
    for (const flag of body.items) expect(flag.environments.production).toMatchObject({ on: true });
  });

  it('start a phase of a release that is deleted, or find it gone', async () => {
    const project = await createProject('releasing');
    const phases = [{ name: 'A', audiences: [{ environmentKey: 'test', name: 'all' }] }];
    await post(`projects/${project}/release-pipelines`, { key: 'p', name: 'P', phases }, BETA);
    const put = (path: string, body: object) => app.call({ method: 'PUT', path, headers: BETA, body });
    for (const index of indexes.slice(0, 3)) {
      const path = `projects/${project}/flags/flag-${index}/release`;
      const created = await put(path, { releasePipelineKey: 'p' });
      const [started, removed, deleted] = await Promise.all([
        put(`${path}/phases/${created.body.phases[0]._id}`, { status: 'active' }),
        remove(path, BETA),
        remove(`flags/${project}/flag-${index}`),
      ]);
      expect([200, 404]).toContain(started.status);
      expect([204, 404]).toContain(removed.status);
      expect(deleted.status).toBe(204);
    }
  });

  it('fill a project that is deleted, or find it gone', async () => {
    const project = await createProject('leaving');
    const answers = await Promise.all([
      ...indexes.map((index) => createFlag(project, `late-${index}`)),
      remove(`projects/${project}`),
      createEnvironment(project, 'late'),
      patch(`flags/${project}/flag-0`, { instructions: [{ kind: 'updateName', value: 'Late' }] }),
    ]);
    for (const { status } of answers) expect([200, 201, 204, 404]).toContain(status);
    expect((await app.call({ path: `projects/${project}` })).status).toBe(404);
    expect(await app.slipway.database.db.selectFrom('flags').select('key').execute()).not.toContainEqual({
      key: 'late-0',
    });
  });

  it('leave the last project, and the last environment of each', async () => {
    const keys = async (path: string) =>
      (await app.call({ path })).body.items.map(({ key }: { key: string }) => key) as string[];
    await createProject('narrow');
    const environments = await keys('projects/narrow/environments');
    await Promise.all(environments.map((key) => remove(`projects/narrow/environments/${key}`)));
    expect(await keys('projects/narrow/environments')).toHaveLength(1);
    const projects = await keys('projects');
    const answers = await Promise.all(projects.map((key) => remove(`projects/${key}`)));
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1);
    expect(await keys('projects')).toHaveLength(1);
  });
});
