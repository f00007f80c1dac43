import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runDueTimers } from '../../src/jobs/timer-loop.ts';
import { SEMANTIC, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const DAY = 24 * 60 * 60 * 1000;

describe.each(ENGINES)('audit log on $name', (engine) => {
  let app: TestApp;
  let project: string;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    project = `project-${count++}`;
    await app.call({ method: 'POST', path: 'projects', body: { key: project, name: project } });
  });

  const list = async (query: string, token?: string) =>
    (await app.call({ path: `auditlog?limit=20&${query}`, ...(token !== undefined && { token }) })).body.items;
  const names = async (query: string, token?: string) =>
    (await list(query, token)).map(({ name }: { name: string }) => name);
  const flag = async (key: string) => {
    await app.clock.advance(1);
    return app.call({ method: 'POST', path: `flags/${project}`, body: { key, name: `Flag ${key}` } });
  };
  const turnOn = async (key: string, environmentKey = 'production', comment = 'ticket 812') => {
    await app.clock.advance(1);
    const body = { environmentKey, instructions: [{ kind: 'turnFlagOn' }], comment };
    await app.call({ method: 'PATCH', path: `flags/${project}/${key}`, body, headers: SEMANTIC });
  };
  const tokenWith = async (policy: readonly object[]) => {
    const inlineRole = { inlineRole: policy, serviceToken: true };
    return (await app.call({ method: 'POST', path: 'tokens', body: inlineRole })).body.token as string;
  };

  it('tells who did what to what, in a sentence and in links', async () => {
    await flag('new-cart');
    await turnOn('new-cart');
    const [entry] = await list(`spec=proj/${project}:env/*:flag/new-cart`);
    const member = (await app.call({ path: 'members/me' })).body;
    const type = 'application/json';
    const canonical = { href: `/api/v2/flags/${project}/new-cart`, type };
    const site = { href: `/${project}/production/features/new-cart`, type: 'text/html' };
    const environment = `/api/v2/projects/${project}/environments/production`;
    expect(entry).toEqual({
      _links: {
        self: { href: `/api/v2/auditlog/${entry._id}`, type },
        parent: { href: '/api/v2/auditlog', type },
        canonical,
        site,
      },
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      _accountId: expect.stringMatching(/^[0-9a-f]{24}$/),
      date: app.clock.now(),
      accesses: [{ action: 'updateOn', resource: `proj/${project}:env/production:flag/new-cart` }],
      kind: 'flag',
      name: 'Flag new-cart',
      description: '- Turned the flag on',
      shortDescription: 'Turned the flag on',
      comment: 'ticket 812',
      subject: { _links: { self: { href: `/api/v2/members/${member._id}`, type } }, name: member.email, avatarUrl: '' },
      member: {
        _links: { self: { href: `/api/v2/members/${member._id}`, type } },
        _id: member._id,
        email: member.email,
      },
      token: expect.objectContaining({ name: 'First token', ending: app.token.slice(-4), serviceToken: false }),
      titleVerb: 'turned on the flag',
      title: `[${member.email}](mailto:${member.email}) turned on the flag [Flag new-cart](${site.href})`,
      target: {
        _links: { canonical, site },
        name: 'Flag new-cart',
        resources: [`proj/${project}:env/production:flag/new-cart`],
      },
      parent: {
        _links: {
          canonical: { href: environment, type },
          site: { href: `/settings/projects/${project}/environments/production`, type: 'text/html' },
        },
        name: 'production',
        resource: `proj/${project}:env/production`,
      },
    });
  });

  it('shows both states of a flag as the API has them, and what differs', async () => {
    await flag('detail');
    const { _links, _summary, ...before } = (await app.call({ path: `flags/${project}/detail` })).body;
    await turnOn('detail');
    const [{ _id }] = await list(`spec=proj/${project}:env/*:flag/detail`);
    const { status, body } = await app.call({ path: `auditlog/${_id}` });
    expect(status).toBe(200);
    expect(body.previousVersion).toMatchObject({ key: 'detail', _version: before._version });
    expect(body.previousVersion.environments.production).toMatchObject({ on: false, version: 1 });
    expect(body.currentVersion.environments.production).toMatchObject({ on: true, version: 2 });
    expect(body.currentVersion.environments.production).not.toHaveProperty('_summary');
    expect(body.delta).toContainEqual({ op: 'replace', path: '/environments/production/on', value: true });
    expect((await app.call({ path: 'auditlog/nothing' })).status).toBe(404);
  });

  it('keeps entries readable whose flag, environment or project is gone', async () => {
    await flag('gone');
    await turnOn('gone');
    const ids = (await list('q=gone')).map(({ _id }: { _id: string }) => _id);
    const readable = async () => {
      const answers = await Promise.all(ids.map((id: string) => app.call({ path: `auditlog/${id}` })));
      return answers.map(({ status }) => status);
    };
    await app.call({ method: 'DELETE', path: `projects/${project}/environments/production` });
    expect(await readable()).toEqual(ids.map(() => 200));
    await app.call({ method: 'DELETE', path: `projects/${project}` });
    expect(await readable()).toEqual(ids.map(() => 200));
    expect(ids.length).toBeGreaterThan(1);
  });

  it('finds entries by time, name and resource', async () => {
    await flag('find-a');
    const between = app.clock.now();
    await flag('find-b');
    expect(await names('q=FLAG FIND')).toEqual(['Flag find-b', 'Flag find-a']);
    expect(await names(`q=find-&before=${between + 1}`)).toEqual(['Flag find-a']);
    expect(await names(`q=find-&before=${between}`)).toEqual([]);
    expect(await names(`q=find-&after=${between}`)).toEqual(['Flag find-b']);
    expect(await names(`spec=proj/${project}:env/test:flag/*-a`)).toEqual(['Flag find-a']);
    expect(await names(`spec=proj/${project}`)).toEqual([project]);
    expect(await names(`spec=proj/${project}:env/*`)).toHaveLength(2);
  });

  it('pages through all of it, also through what happened in one moment', async () => {
    for (const key of ['p1', 'p2', 'p3', 'p4']) {
      await app.call({ method: 'POST', path: `flags/${project}`, body: { key, name: key } });
    }
    const seen: string[] = [];
    for (let path = `/api/v2/auditlog?limit=3&spec=proj/${project}:env/test:flag/*`; path !== ''; ) {
      const { body } = await app.call({ path });
      seen.push(...body.items.map(({ name }: { name: string }) => name));
      path = body._links.next?.href ?? '';
    }
    expect(seen.toSorted()).toEqual(['p1', 'p2', 'p3', 'p4']);
  });

  it('finds entries by a policy: any access that it allows', async () => {
    await flag('by-policy');
    await turnOn('by-policy', 'test');
    await turnOn('by-policy', 'production');
    const search = async (body: unknown) =>
      (await app.call({ method: 'POST', path: 'auditlog?q=by-policy', body })).body.items.map(
        ({ titleVerb, accesses }: { titleVerb: string; accesses: { resource: string }[] }) =>
          `${titleVerb} ${accesses.length}`,
      );
    const resources = [`proj/${project}:env/production:flag/*`];
    expect(await search([{ effect: 'allow', resources, actions: ['*'] }])).toEqual([
      'turned on the flag 1',
      'created the flag 2',
    ]);
    const deny = { effect: 'deny', resources, actions: ['createFlag'] };
    expect(await search([deny, { effect: 'allow', resources, actions: ['*'] }])).toEqual(['turned on the flag 1']);
    expect(await search(undefined)).toHaveLength(3);
    const bad = await app.call({ method: 'POST', path: 'auditlog', body: [{ effect: 'allow', resources: ['x'] }] });
    expect(bad).toMatchObject({ status: 400, body: { message: expect.stringContaining('body[0].resources[0]') } });
  });

  it('counts over time', async () => {
    const after = app.clock.now();
    await flag('count-a');
    await app.clock.advance(10);
    await flag('count-b');
    const before = app.clock.now() + 1;
    const path = `auditlog/counts?after=${after}&before=${before}&buckets=2`;
    const body = [{ effect: 'allow', resources: [`proj/${project}:env/*:flag/*`], actions: ['*'] }];
    const answer = await app.call({ method: 'POST', path, body });
    const bucketIntervalMs = Math.ceil((before - after) / 2);
    expect(answer.body).toEqual({
      buckets: [
        { timestamp: after, count: 1 },
        { timestamp: after + bucketIntervalMs, count: 1 },
      ],
      totalCount: 2,
      bucketIntervalMs,
    });
    expect((await app.call({ method: 'POST', path: `auditlog/counts?after=${after}` })).body.buckets).toHaveLength(50);
  });

  it.each([
    ['GET', 'auditlog?limit=21', 'limit: expected'],
    ['GET', 'auditlog?limit=0', 'limit: expected'],
    ['GET', 'auditlog?before=yesterday', 'before: expected integer, got "yesterday"'],
    ['GET', 'auditlog?spec=flags', 'spec: expected a resource specifier'],
    ['POST', 'auditlog/counts', 'after: expected a value, got nothing'],
    ['POST', 'auditlog/counts?after=9&before=9', 'after: expected a time before 9, got 9'],
    ['POST', 'auditlog/counts?after=1&buckets=501', 'buckets: expected'],
  ] as const)('refuses %s %s', async (method, path, message) => {
    const { status, body } = await app.call({ method, path });
    expect({ status, message: body.message }).toEqual({ status: 400, message: expect.stringContaining(message) });
  });

  it('shows nothing of projects that the caller may not view', async () => {
    await flag('secret');
    const hidden = { effect: 'deny', resources: [`proj/${project}`], actions: ['viewProject'] };
    const token = await tokenWith([hidden]);
    expect(await names('q=secret', token)).toEqual([]);
    const [{ _id }] = await list('q=secret');
    expect((await app.call({ path: `auditlog/${_id}`, token })).status).toBe(404);
    expect((await app.call({ path: `flags/${project}`, token })).status).toBe(404);
    expect(
      (await app.call({ path: 'projects?limit=1000', token })).body.items.map(({ key }: { key: string }) => key),
    ).not.toContain(project);
    const path = `auditlog/counts?after=${app.clock.now() - 1}`;
    await app.clock.advance(1);
    const body = [{ effect: 'allow', resources: ['proj/*:env/*:flag/*'], actions: ['*'] }];
    expect((await app.call({ method: 'POST', path, body, token })).body.totalCount).toBe(0);
    expect((await app.call({ method: 'POST', path, body })).body.totalCount).toBe(1);
  });

  it('is exported to admins, one entry a line', async () => {
    await flag('export-me');
    const span = `after=${app.clock.now() - 1}`;
    const { status, headers, body } = await app.call({ path: `auditlog.ndjson?${span}` });
    expect({ status, type: headers['content-type'] }).toEqual({ status: 200, type: 'application/x-ndjson' });
    expect(body).toMatchObject({ name: 'Flag export-me', currentVersion: { key: 'export-me' } });
    const all = await app.call({ path: 'auditlog.ndjson' });
    const lines = String(all.body).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).kind)).toContain('account');
    expect((await app.call({ path: 'auditlog.ndjson', token: await app.addToken('writer') })).status).toBe(403);
  });
});

describe.each(ENGINES)('retention of the audit log on $name', (engine) => {
  it('deletes what is older than it is to be kept, once a day', async () => {
    const app = await startApp(engine, { SLIPWAY_AUDIT_LOG_DAYS: '2' });
    const create = (key: string) => app.call({ method: 'POST', path: 'flags/default', body: { key, name: key } });
    const left = async () => {
      await runDueTimers(app.slipway, { rang: ({ error }) => expect(error).toBeUndefined(), failed: () => undefined });
      const { items } = (await app.call({ path: 'auditlog?limit=20&spec=proj/*:env/*:flag/*' })).body;
      return items.map(({ name }: { name: string }) => name);
    };
    await create('old');
    await app.clock.advance(DAY);
    await create('young');
    expect(await left()).toEqual(['young', 'old']);
    await app.clock.advance(DAY);
    expect(await left()).toEqual(['young', 'old']);
    await app.clock.advance(DAY);
    expect(await left()).toEqual(['young']);
    await app.close();
  });
});
