import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const PIPELINE = 'projects/default/release-pipelines/p';
const FLAGS = Array.from({ length: 12 }, (_, index) => `flag-${index}`);
const phase = (name: string, environmentKey: string) => ({ name, audiences: [{ name: 'All', environmentKey }] });

describe.each(ENGINES)('writes of pipelines and releases at once on $name', (engine) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp(engine);
    const phases = [phase('QA', 'test'), phase('GA', 'production')];
    await send('POST', 'projects/default/release-pipelines', { key: 'p', name: 'P', phases });
    for (const key of FLAGS) {
      await app.call({ method: 'POST', path: 'flags/default', body: { key, name: key } });
    }
  });
  afterAll(() => app.close());

  const send = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object) =>
    app.call({ method, path, headers: BETA, ...(body && { body }) });
  const release = (key: string) => `projects/default/flags/${key}/release`;

  it('leave every release under the new names, however far it has come', async () => {
    for (const key of FLAGS) await send('PUT', release(key), { releasePipelineKey: 'p' });
    const { phases } = (await send('GET', PIPELINE)).body;
    const rename = (name: string) =>
      send('PATCH', PIPELINE, [
        { op: 'replace', path: '/name', value: name },
        { op: 'replace', path: '/phases/1/name', value: name },
      ]);
    const answers = await Promise.all([
      rename('First'),
      ...FLAGS.map((key) => send('PUT', `${release(key)}/phases/${phases[0].id}`, { status: 'active' })),
      rename('Last'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { name } = (await send('GET', PIPELINE)).body;
    for (const key of FLAGS) {
      const { body } = await send('GET', release(key));
      expect(body).toMatchObject({ name, phases: [{ _name: 'QA', started: true }, { _name: name }] });
    }
  });

  it('let no release begin in phases that are gone', async () => {
    await send('POST', 'projects/default/release-pipelines', { key: 'q', name: 'Q', phases: [phase('A', 'test')] });
    await app.call({ method: 'POST', path: 'flags/default', body: { key: 'late', name: 'Late' } });
    const path = 'projects/default/release-pipelines/q';
    const [, added] = await Promise.all([
      send('PUT', path, { name: 'Q', phases: [phase('B', 'production')] }),
      send('PUT', release('late'), { releasePipelineKey: 'q' }),
    ]);
    const ids = (await send('GET', path)).body.phases.map(({ id }: { id: string }) => id);
    expect(added.body.phases.map(({ _id }: { _id: string }) => _id)).toEqual(ids);
  });
});
