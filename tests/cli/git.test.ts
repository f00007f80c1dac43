import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ApiClient } from '../../src/cli/api-client.ts';
import { applyProject, type ApplyOptions } from '../../src/cli/git/apply-project.ts';
import { readFolder, writeFolder } from '../../src/cli/git/folder.ts';
import { readProject } from '../../src/cli/git/read-project.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { slipway } from '../support/cli.ts';
import { ENGINES } from '../support/engines.ts';
import { storeWorlds } from '../support/stored-worlds.ts';

/** Exports from a service on the first engine, and applies to one on the last. */
describe('a project in git', () => {
  let source: TestApp;
  let target: TestApp;
  let sourceUrl: string;
  let targetUrl: string;
  let dir: string;
  const folders = mkdtempSync(join(tmpdir(), 'slipway-git-'));
  let count = 0;

  beforeAll(async () => {
    const [first, last] = [ENGINES[0], ENGINES.at(-1)];
    if (!first || !last) throw new Error('there are no engines');
    source = await startApp(first);
    target = await startApp(last);
    [sourceUrl, targetUrl] = [await source.slipway.listen(), await target.slipway.listen()];
  });
  afterAll(async () => {
    await source.close();
    await target.close();
    rmSync(folders, { recursive: true });
  });
  beforeEach(() => {
    dir = join(folders, `folder-${count++}`);
  });

  const add = async (app: TestApp, path: string, body: object, method: 'POST' | 'PUT' | 'PATCH' = 'POST') => {
    const answer = await app.call({ method, path, body, headers: BETA });
    if (answer.status >= 300) throw new Error(`${path} was answered with ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const addProject = async (key: string) => {
    await add(source, 'projects', { key, name: key });
    await add(source, `flags/${key}/cart`, { name: 'Cart', variations: [{ value: 'old' }, { value: 'new' }] }, 'PUT');
  };
  const exportTo = async (app: TestApp, url: string, projectKey: string, folder: string) => {
    const present = await readProject(new ApiClient(url, app.token), projectKey);
    if (!present) throw new Error(`no project ${projectKey}`);
    return writeFolder(folder, present);
  };
  const apply = async (app: TestApp, url: string, options: ApplyOptions = {}, token = app.token) =>
    applyProject(new ApiClient(url, token), await readFolder(dir), options);
  const changesOf = async (...args: Parameters<typeof apply>) =>
    (await apply(...args)).filter(({ outcome }) => outcome !== 'unchanged');
  const edit = (path: string, from: string | RegExp, to: string) => {
    const text = readFileSync(join(dir, path), 'utf8');
    expect(text).toMatch(from);
    writeFileSync(join(dir, path), text.replace(from, to));
  };

  describe('that is rich', () => {
    beforeAll(async () => {
      await add(source, 'projects', {
        key: 'rich',
        name: 'Rich',
        tags: ['b', 'a'],
        namingConvention: { case: 'kebabCase' },
        environments: [
          { key: 'production', name: 'Production', color: '417505', critical: true, tags: ['live'] },
          { key: 'test', name: 'Test', color: 'f5a623', defaultTtl: 5 },
        ],
      });
      await storeWorlds(source, { projectKey: 'rich', environmentKey: 'production' }, { seed: 7, count: 6 });
      const path = 'projects/rich/environments/production';
      await add(source, path, [{ op: 'replace', path: '/approvalSettings/required', value: true }], 'PATCH');
      await add(source, 'metrics/rich', { key: 'latency', name: 'Latency', kind: 'custom', eventKey: 'request' });
      await add(target, 'members', [{ email: 'kim@example.com', role: 'writer' }]);
      const [kim] = (await add(source, 'members', [{ email: 'kim@example.com', role: 'writer' }])).items;
      await add(source, 'segments/rich/test', {
        key: 'big',
        name: 'Big',
        unbounded: true,
        unboundedContextKind: 'org',
      });
      await add(source, 'flags/rich', {
        key: 'moves',
        name: 'Moves',
        purpose: 'migration',
        migrationSettings: { stageCount: 6, contextKind: 'org' },
      });
      await add(
        source,
        'flags/rich/archived',
        {
          name: 'Archived: "yes"',
          description: 'Two\nlines',
          archived: true,
          maintainerId: kim._id,
          variations: [
            { value: { a: [1, null], b: 'no' }, name: 'on' },
            { value: { a: [] } },
            { value: 'on' },
            { value: 'true' },
            { value: true },
          ],
          customProperties: { jira: { name: 'Jira', value: ['A-1'] } },
        },
        'PUT',
      );
      await add(source, 'projects/rich/release-pipelines', {
        key: 'usual',
        name: 'Usual',
        isProjectDefault: true,
        phases: [
          {
            name: 'Test',
            configuration: { bakeTimeDurationMs: 60_000 },
            audiences: [
              {
                name: 'All',
                environmentKey: 'test',
                segmentKeys: ['big'],
                configuration: {
                  releaseStrategy: 'progressive-release',
                  requireApproval: true,
                  notifyMemberIds: [kim._id],
                  releaseGuardianConfiguration: { stages: [{ allocation: 50_000, durationMillis: 60_000 }] },
                },
              },
            ],
          },
        ],
      });
    });

    it('comes back byte by byte from an empty project that it was applied to', async () => {
      await exportTo(source, sourceUrl, 'rich', dir);
      const results = await apply(target, targetUrl);
      expect(results.filter(({ outcome }) => outcome !== 'created')).toEqual([]);
      expect(await changesOf(target, targetUrl)).toEqual([]);
      const again = `${dir}-again`;
      await exportTo(target, targetUrl, 'rich', again);
      expect(textsOf(again)).toEqual(textsOf(dir));
      expect(await exportTo(target, targetUrl, 'rich', again)).toEqual({ written: [], removed: [] });
    });

    it('has files that fit the schemas beside them, and name these', async () => {
      await exportTo(source, sourceUrl, 'rich', dir);
      const ajv = new Ajv({ strict: false });
      const files = Object.entries(textsOf(dir)).filter(([path]) => path.endsWith('.yaml'));
      expect(files.length).toBeGreaterThan(25);
      for (const [path, text] of files) {
        const [, schema] = /^# yaml-language-server: \$schema=(.*)\n/.exec(text) ?? [];
        const file = join(dir, path, '..', schema ?? 'none');
        const check = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
        expect({ path, isValid: check(parse(text)), errors: check.errors }).toMatchObject({ isValid: true });
      }
    });
  });

  it('is compared by what files say, not by how they are written', async () => {
    await addProject('compared');
    await exportTo(source, sourceUrl, 'compared', dir);
    const file = parse(readFileSync(join(dir, 'flags/cart.yaml'), 'utf8')) as Record<string, unknown>;
    const reversed = Object.fromEntries(Object.entries({ ...file, tags: [], archived: false }).toReversed());
    rmSync(join(dir, 'flags/cart.yaml'));
    writeFileSync(join(dir, 'flags/another-name.yml'), `# A comment\n${JSON.stringify(reversed)}`);
    expect(await changesOf(source, sourceUrl)).toEqual([]);
  });

  it('is shown as a difference for each file, and changed by each in one write', async () => {
    await addProject('shown');
    const folder = ['--dir', dir, '--url', sourceUrl, '--token', source.token];
    const exported = await slipway({}, 'export', '--project', 'shown', ...folder);
    expect(exported).toMatchObject({ code: 0, stdout: expect.stringContaining('wrote flags/cart.yaml') });
    expect(await slipway({}, 'diff', ...folder)).toMatchObject({ code: 0, stdout: 'No differences.\n' });
    edit(
      'flags/cart.yaml',
      'production:\n    on: false\n    fallthrough: old',
      'production:\n    on: true\n    fallthrough: new',
    );
    edit('flags/cart.yaml', 'name: Cart', 'name: Basket');
    const diff = await slipway({}, 'diff', ...folder);
    expect(diff).toMatchObject({ code: 3, stderr: '' });
    expect(diff.stdout).toContain('flags/cart.yaml (different)');
    expect(diff.stdout).toMatch(/^- name: Cart\n\+ name: Basket$/m);
    expect(diff.stdout).toMatch(/^- +on: false\n- +fallthrough: old\n\+ +on: true\n\+ +fallthrough: new$/m);
    const json = JSON.parse((await slipway({}, 'diff', '--json', ...folder)).stdout);
    expect(json.differences).toMatchObject([{ path: 'flags/cart.yaml', change: 'change' }]);

    const git = (...args: readonly string[]) => execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8' }).trim();
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=Kim', '-c', 'user.email=kim@example.com', 'commit', '-qm', 'Rename the cart');
    const dry = await slipway({}, 'apply', '--dry-run', ...folder);
    expect(dry).toMatchObject({ code: 0, stdout: 'changed flags/cart.yaml\n' });
    expect((await source.call({ path: 'flags/shown/cart' })).body.name).toBe('Cart');
    const applied = await slipway({}, 'apply', ...folder);
    expect(applied).toMatchObject({ code: 0, stdout: 'changed flags/cart.yaml\n' });
    expect((await source.call({ path: 'flags/shown/cart' })).body).toMatchObject({
      name: 'Basket',
      environments: { production: { on: true, fallthrough: { variation: 1 } } },
    });
    const [entry] = (await source.call({ path: 'auditlog?limit=1' })).body.items;
    expect(entry.comment).toBe(`Applied from ${git('rev-parse', '--short=12', 'HEAD')}`);
    expect(await slipway({}, 'apply', ...folder)).toMatchObject({ code: 0, stdout: 'Nothing had to be changed.\n' });
  }, 60_000);

  it('keeps what only the project has, unless it is told to prune', async () => {
    await addProject('pruned');
    await exportTo(source, sourceUrl, 'pruned', dir);
    await add(source, 'segments/pruned/test', { key: 'extra', name: 'Extra' });
    await add(source, 'flags/pruned', { key: 'extra', name: 'Extra' });
    const outcomes = async (options: ApplyOptions) =>
      (await changesOf(source, sourceUrl, options)).map(({ path, outcome }) => `${outcome} ${path}`);
    expect(await outcomes({})).toEqual(['kept segments/test/extra.yaml', 'kept flags/extra.yaml']);
    expect(await outcomes({ prunes: true })).toEqual(['removed segments/test/extra.yaml', 'removed flags/extra.yaml']);
    expect((await source.call({ path: 'flags/pruned/extra' })).body.archived).toBe(true);
    expect((await source.call({ path: 'segments/pruned/test/extra' })).status).toBe(404);
    expect(await outcomes({ prunes: true })).toEqual([]);
  });

  it('is not changed where approval is asked for, and says so', async () => {
    await addProject('guarded');
    await exportTo(source, sourceUrl, 'guarded', dir);
    const path = 'projects/guarded/environments/production';
    await add(source, path, [{ op: 'replace', path: '/approvalSettings/required', value: true }], 'PATCH');
    await exportTo(source, sourceUrl, 'guarded', dir);
    edit('flags/cart.yaml', 'production:\n    on: false', 'production:\n    on: true');
    const results = await changesOf(source, sourceUrl, {}, await source.addToken('writer'));
    expect(results).toMatchObject([
      { path: 'flags/cart.yaml', outcome: 'failed', message: expect.stringContaining('ask for approval in Slipway') },
    ]);
  });

  it('leaves the shares of an automated rollout to it', async () => {
    await addProject('rolling');
    const { variations } = (await source.call({ path: 'flags/rolling/cart' })).body;
    const begin = {
      environmentKey: 'production',
      instructions: [
        { kind: 'turnFlagOn' },
        {
          kind: 'startAutomatedRelease',
          releaseKind: 'progressive',
          originalVariationId: variations[0]._id,
          targetVariationId: variations[1]._id,
          randomizationUnit: 'user',
          stages: [
            { allocation: 10_000, durationMillis: 60_000 },
            { allocation: 50_000, durationMillis: 60_000 },
          ],
        },
      ],
    };
    const headers = { 'content-type': 'application/json; domain-model=launchdarkly.semanticpatch' };
    const started = await source.call({ method: 'PATCH', path: 'flags/rolling/cart', body: begin, headers });
    expect(started.status).toBe(200);
    await exportTo(source, sourceUrl, 'rolling', dir);
    edit('flags/cart.yaml', 'name: Cart', 'name: Basket');
    await source.clock.advance(61_000);
    expect(await changesOf(source, sourceUrl)).toMatchObject([{ path: 'flags/cart.yaml', outcome: 'changed' }]);
    const { rollout } = (await source.call({ path: 'flags/rolling/cart' })).body.environments.production.fallthrough;
    expect(rollout.variations).toMatchObject([{ weight: 50_000 }, { weight: 50_000 }]);
  });

  it('has a file of its own for every key, whatever the file system', async () => {
    await add(source, 'projects', { key: 'odd', name: 'Odd' });
    for (const key of ['aB', 'ab', 'con', 'dot.', `long${'-x'.repeat(100)}`]) {
      await add(source, 'flags/odd', { key, name: key });
    }
    await exportTo(source, sourceUrl, 'odd', dir);
    const names = readdirSync(join(dir, 'flags'));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(5);
    expect(names).toContain('ab.yaml');
    expect(names.filter((name) => /^(con|dot\.)\.yaml$/.test(name))).toEqual([]);
    expect(await changesOf(source, sourceUrl)).toEqual([]);
    await source.call({ method: 'DELETE', path: 'flags/odd/ab' });
    writeFileSync(join(dir, 'flags/notes.yaml'), 'mine: true\n');
    const { removed } = await exportTo(source, sourceUrl, 'odd', dir);
    expect(removed).toHaveLength(2);
    expect(readdirSync(join(dir, 'flags'))).toContain('notes.yaml');
  });

  it.each([
    ['flags/cart.yaml', 'name: Cart', 'naem: Cart', 'flags/cart.yaml: the file must'],
    [
      'flags/cart.yaml',
      'fallthrough: old',
      'fallthrough: other',
      'flag cart: environments.production.fallthrough: "other" is not a variation; expected one of old, new',
    ],
    ['flags/cart.yaml', 'key: cart', 'key: [', 'flags/cart.yaml: '],
    ['project.yaml', 'color: ', 'colour: ', 'project.yaml: environments.0 must'],
  ])('is not taken from %s with %s as %s', async (path, from, to, message) => {
    const key = `wrong-${count}`;
    await addProject(key);
    await exportTo(source, sourceUrl, key, dir);
    edit(path, from, to);
    const ended = await slipway({}, 'apply', '--dir', dir, '--url', sourceUrl, '--token', source.token);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('is not there', async () => {
    mkdirSync(dir);
    const to = ['--dir', dir, '--url', sourceUrl, '--token', source.token];
    expect(await slipway({}, 'diff', ...to)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('project.yaml'),
    });
    const none = await slipway({}, 'export', '--project', 'none', ...to);
    expect(none).toMatchObject({ code: 1, stderr: '--project: there is no project none\n' });
  });
});

/** All files of a folder, by their paths. */
function textsOf(dir: string): Readonly<Record<string, string>> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const texts = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(dir.length + 1), readFileSync(path, 'utf8')] as const;
  });
  return Object.fromEntries(texts.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
