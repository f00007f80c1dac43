import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../src/domain/access/actor.ts';
import { MAX_NOTICES, type Notice, NOTICE_LIFETIME_MS } from '../../src/domain/notice.ts';
import { addAccessToken } from '../../src/operations/account/add-access-token.ts';
import { notify, type Recipients } from '../../src/operations/notify.ts';
import { write } from '../../src/operations/write.ts';
import { insertNotices } from '../../src/store/notices.ts';
import { BETA, startApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';

const type = 'application/json';
const INBOX = 'members/me/notices';

interface Person {
  readonly id: string;
  readonly email: string;
  readonly token: string;
}

describe.each(ENGINES)('notices on $name', (engine) => {
  let app: TestApp;
  let project: { readonly id: string; readonly key: string };
  let kim: Person;
  let lee: Person;
  let count = 0;

  beforeAll(async () => {
    app = await startApp(engine);
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await app.clock.advance(1);
    const key = `project-${count++}`;
    const { body } = await app.call({ method: 'POST', path: 'projects', body: { key, name: key } });
    project = { id: body._id, key };
    await app.call({ method: 'POST', path: `flags/${key}`, body: { key: 'cart', name: 'Cart' } });
    [kim, lee] = [await join('kim'), await join('lee')];
  });

  const forgetMails = () => app.slipway.database.db.deleteFrom('mails').execute();

  async function join(name: string): Promise<Person> {
    const email = `${name}-${project.key}@example.com`;
    const { body } = await app.call({ method: 'POST', path: 'members', body: [{ email, role: 'writer' }] });
    const id = body.items[0]._id;
    const token = `api-${randomUUID()}`;
    await write(app.slipway, SYSTEM, (write) =>
      addAccessToken(write, {
        memberId: id,
        name,
        limit: { role: 'admin' },
        isServiceToken: false,
        secret: token,
      }),
    );
    await forgetMails();
    return { id, email, token };
  }

  const inbox = async ({ token }: Person, query = '') => (await app.call({ path: INBOX + query, token })).body;
  const titles = async (person: Person, query = '') =>
    (await inbox(person, query)).items.map(({ title }: { title: string }) => title);
  const patch = ({ token }: Person, id: string, body: unknown) =>
    app.call({ method: 'PATCH', path: `${INBOX}/${id}`, body, token });
  const mark = (person: Person, id: string, value: unknown) =>
    patch(person, id, [{ op: 'replace', path: '/isRead', value }]);
  const recipients = async () =>
    (await app.slipway.database.db.selectFrom('mails').select('recipient').orderBy('recipient').execute()).map(
      ({ recipient }) => recipient,
    );
  const tell = (to: Partial<Recipients>, notice: Partial<Notice> = {}) =>
    write(app.slipway, SYSTEM, (write) =>
      notify(
        write,
        { memberIds: [], teamKeys: [], ...to },
        {
          kind: 'something-happened',
          title: 'Something',
          text: 'Something happened.',
          path: '/projects/p',
          projectId: project.id,
          subject: 'flag-1',
          ...notice,
        },
      ),
    );
  const addTeam = (key: string, memberIDs: readonly string[]) =>
    app.call({ method: 'POST', path: 'teams', body: { key, name: key, memberIDs } });
  const giveRole = async (person: Person, role: object) => {
    const key = `role-${randomUUID()}`;
    const { body } = await app.call({ method: 'POST', path: 'roles', body: { key, name: key, ...role } });
    const patch = [{ op: 'add', path: '/customRoles', value: [body._id] }];
    expect((await app.call({ method: 'PATCH', path: `members/${person.id}`, body: patch })).status).toBe(200);
  };
  const viewing = (effect: 'allow' | 'deny', key: string) => ({
    effect,
    resources: [`proj/${key}`],
    actions: ['viewProject'],
  });
  const hidesProject = () => ({ policy: [viewing('deny', project.key)] });

  it('are listed as what happened, with a link to its page', async () => {
    await tell({ memberIds: [kim.id] });
    const { items, ...list } = await inbox(kim);
    expect(list).toEqual({
      _links: { self: { href: `/api/v2/${INBOX}?limit=20&offset=0`, type } },
      totalCount: 1,
      unreadCount: 1,
    });
    expect(items).toEqual([
      {
        _links: {
          self: { href: `/api/v2/${INBOX}/${items[0]._id}`, type },
          parent: { href: `/api/v2/${INBOX}`, type },
          project: { href: `/api/v2/projects/${project.key}`, type },
        },
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        kind: 'something-happened',
        title: 'Something',
        text: 'Something happened.',
        link: `${app.slipway.publicUrl}/projects/p`,
        at: app.clock.now(),
        isRead: false,
        projectKey: project.key,
      },
    ]);
    expect((await app.call({ path: `${INBOX}/${items[0]._id}`, token: kim.token })).body).toEqual(items[0]);
  });

  it('come newest first, in pages, and filtered by whether they are read', async () => {
    for (const title of ['first', 'second', 'third']) {
      await app.clock.advance(1);
      await tell({ memberIds: [kim.id] }, { title });
    }
    expect(await titles(kim)).toEqual(['third', 'second', 'first']);
    const page = await inbox(kim, '?limit=1&offset=1');
    expect(page).toMatchObject({ totalCount: 3, unreadCount: 3, items: [{ title: 'second' }] });
    expect(Object.keys(page._links)).toEqual(['self', 'first', 'prev', 'next', 'last']);
    await mark(kim, page.items[0]._id, true);
    expect(await titles(kim, '?filter=isRead:false')).toEqual(['third', 'first']);
    expect(await inbox(kim, '?filter=isRead:true')).toMatchObject({
      totalCount: 1,
      unreadCount: 2,
      items: [{ title: 'second' }],
    });
  });

  it.each([
    ['isRead:yes', 'filter: expected true or false for isRead, got "yes"'],
    ['kind:x', 'filter: "kind:x" is not a known filter; expected isRead:value'],
  ])('are not filtered by %s', async (filter, message) => {
    const answer = await app.call({ path: `${INBOX}?filter=${filter}`, token: kim.token });
    expect(answer).toMatchObject({ status: 400, body: { message } });
  });

  it('are marked as read, and as not read, by their member and nobody else', async () => {
    await tell({ memberIds: [kim.id, lee.id] });
    const [{ _id }] = (await inbox(kim)).items;
    expect(await mark(kim, _id, true)).toMatchObject({ status: 200, body: { _id, isRead: true } });
    expect(await inbox(kim)).toMatchObject({ unreadCount: 0, items: [{ isRead: true }] });
    expect(await inbox(lee)).toMatchObject({ unreadCount: 1, items: [{ isRead: false }] });
    expect(await mark(kim, _id, false)).toMatchObject({ status: 200, body: { isRead: false } });
    expect(await inbox(kim)).toMatchObject({ unreadCount: 1 });
    expect(await mark(lee, _id, true)).toMatchObject({ status: 404 });
    expect((await app.call({ path: `${INBOX}/${_id}`, token: lee.token })).status).toBe(404);
    expect((await mark(kim, 'unknown', true)).status).toBe(404);
  });

  it.each([
    [[{ op: 'replace', path: '/isRead', value: 'yes' }], 'isRead: expected true or false, got "yes"'],
    [[{ op: 'remove', path: '/isRead' }], 'isRead: expected true or false, got nothing'],
    [[{ op: 'fly', path: '/isRead' }], 'patch[0]'],
    [{ isRead: true }, 'expected a JSON patch'],
  ])('are not marked by %j', async (body, message) => {
    await tell({ memberIds: [kim.id] });
    const [{ _id }] = (await inbox(kim)).items;
    expect(await patch(kim, _id, body)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(message) },
    });
  });

  it('are marked all at once, and no entry of the audit log tells of it', async () => {
    for (const title of ['first', 'second']) await tell({ memberIds: [kim.id, lee.id] }, { title });
    const entries = async () => (await app.call({ path: 'auditlog?limit=1' })).body.items;
    const before = await entries();
    expect((await app.call({ method: 'POST', path: `${INBOX}/read`, token: kim.token })).status).toBe(204);
    expect(await inbox(kim)).toMatchObject({ totalCount: 2, unreadCount: 0 });
    expect(await inbox(lee)).toMatchObject({ unreadCount: 2 });
    expect(await entries()).toEqual(before);
  });

  it('are nothing for service tokens', async () => {
    const token = await app.addToken('admin');
    for (const request of [
      { path: INBOX },
      { path: `${INBOX}/x` },
      { method: 'PATCH', path: `${INBOX}/x`, body: [] },
      { method: 'POST', path: `${INBOX}/read` },
    ] as const) {
      expect(await app.call({ ...request, token })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', message: expect.stringContaining('A service token has no notices') },
      });
    }
  });

  it('leave the paths of members as they are', async () => {
    expect((await app.call({ path: 'members/me', token: kim.token })).body._id).toBe(kim.id);
    expect((await app.call({ path: 'members/mex' })).status).toBe(404);
    const teamKeys = [`team-${project.key}`];
    await addTeam(teamKeys[0] ?? '', []);
    expect((await app.call({ method: 'POST', path: 'members/me/teams', body: { teamKeys } })).status).toBe(201);
    expect((await app.call({ method: 'DELETE', path: `${INBOX}/x` })).status).toBe(405);
    expect((await app.call({ path: `${INBOX}/read` })).status).toBe(405);
  });

  it('reach members and teams once each, by mail too, and pass over whoever is not there', async () => {
    const [one, two] = [`one-${project.key}`, `two-${project.key}`];
    for (const key of [one, two]) await addTeam(key, [kim.id, lee.id]);
    await tell({ memberIds: [kim.id, 'unknown'], teamKeys: [one, two, 'unknown'] });
    expect(await titles(kim)).toEqual(['Something']);
    expect(await titles(lee)).toEqual(['Something']);
    expect(await recipients()).toEqual([kim.email, lee.email]);
    const [mail] = await app.slipway.database.db.selectFrom('mails').selectAll().execute();
    expect(mail).toMatchObject({
      subject: 'Something',
      body: `Something happened.\n\n${app.slipway.publicUrl}/projects/p`,
    });
    await tell({ memberIds: [kim.id] }, { projectId: 'unknown' });
    expect(await titles(kim)).toEqual(['Something']);
  });

  it('are stored with the write that tells of them, or not at all', async () => {
    const failing = write(app.slipway, SYSTEM, async (write) => {
      const notice = { kind: 'k', title: 't', text: 't', path: '/', projectId: project.id, subject: 's' };
      await notify(write, { memberIds: [kim.id], teamKeys: [] }, notice);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await titles(kim)).toEqual([]);
    expect(await recipients()).toEqual([]);
  });

  it('are only of projects that the member may view, then and now', async () => {
    await giveRole(lee, hidesProject());
    await tell({ memberIds: [kim.id, lee.id] });
    expect(await recipients()).toEqual([kim.email]);
    const rows = app.slipway.database.db.selectFrom('notices').select('id').where('member_id', '=', lee.id);
    expect(await rows.execute()).toEqual([]);

    const [{ _id }] = (await inbox(kim)).items;
    await giveRole(kim, hidesProject());
    expect(await inbox(kim)).toMatchObject({ totalCount: 0, unreadCount: 0, items: [] });
    expect((await mark(kim, _id, true)).status).toBe(404);
    expect((await app.call({ method: 'POST', path: `${INBOX}/read`, token: kim.token })).status).toBe(204);
    await giveRole(kim, { basePermissions: 'no_access', policy: [viewing('allow', 'nothing')] });
    expect(await inbox(kim)).toMatchObject({ totalCount: 0, unreadCount: 0, items: [] });
    await giveRole(kim, { policy: [viewing('allow', '*'), viewing('deny', 'nothing')] });
    expect(await inbox(kim)).toMatchObject({ totalCount: 1, unreadCount: 1 });
  });

  it('go to members whom a role of their team lets view the project', async () => {
    await giveRole(lee, hidesProject());
    const team = `seers-${project.key}`;
    await addTeam(team, [lee.id]);
    await tell({ teamKeys: [team] });
    expect(await recipients()).toEqual([]);
    const key = `see-${project.key}`;
    await app.call({ method: 'POST', path: 'roles', body: { key, name: key, policy: [viewing('allow', '*')] } });
    const body = { instructions: [{ kind: 'addCustomRoles', values: [key] }] };
    const headers = { 'content-type': `${type}; domain-model=launchdarkly.semanticpatch` };
    expect((await app.call({ method: 'PATCH', path: `teams/${team}`, body, headers })).status).toBe(200);
    await tell({ teamKeys: [team] });
    expect(await recipients()).toEqual([lee.email]);
  });

  it('are 500 at most for a member, and 90 days old, when the next one comes', async () => {
    const fill = (times: readonly number[]) =>
      write(app.slipway, SYSTEM, ({ tx, ids, now }) => {
        const notice = { kind: 'k', text: '', path: '/', projectId: project.id, subject: 's', memberId: kim.id };
        return insertNotices(
          tx,
          times.map((at, index) => ({ ...notice, id: ids.objectId(), title: `${index}`, at })),
          now,
        );
      });
    const now = app.clock.now();
    await tell({ memberIds: [lee.id] }, { title: 'of lee' });
    await fill(Array.from({ length: MAX_NOTICES }, (_, index) => now - MAX_NOTICES + index));
    expect(await inbox(kim)).toMatchObject({ totalCount: MAX_NOTICES, items: expect.any(Array) });
    await tell({ memberIds: [kim.id] }, { title: 'newest' });
    const { totalCount, items } = await inbox(kim, '?limit=1000');
    expect(totalCount).toBe(MAX_NOTICES);
    expect([items[0].title, items.at(-1).title]).toEqual(['newest', '1']);
    expect(await titles(lee)).toEqual(['of lee']);

    await app.clock.advance(NOTICE_LIFETIME_MS);
    await tell({ memberIds: [kim.id] }, { title: 'later' });
    expect(await titles(kim)).toEqual(['later', 'newest']);
  });

  it('go with their project and their member', async () => {
    const all = async () =>
      (
        await app.slipway.database.db
          .selectFrom('notices')
          .select('member_id')
          .where('project_id', '=', project.id)
          .execute()
      ).map(({ member_id }) => member_id);
    await tell({ memberIds: [kim.id, lee.id] });
    await app.call({ method: 'DELETE', path: `members/${lee.id}` });
    expect(await all()).toEqual([kim.id]);
    await app.call({ method: 'DELETE', path: `projects/${project.key}` });
    expect(await all()).toEqual([]);
  });

  describe('of approvals', () => {
    const settings = (values: object) =>
      app.call({
        method: 'PATCH',
        path: `approval-requests/projects/${project.key}/settings`,
        body: { environmentKey: 'test', resourceKind: 'flag', required: true, ...values },
        headers: BETA,
      });
    const ask = async ({ token }: { readonly token: string }, ...reviewers: readonly Person[]): Promise<string> => {
      const { body } = await app.call({
        method: 'POST',
        path: `projects/${project.key}/flags/cart/environments/test/approval-requests`,
        body: {
          description: 'Please',
          instructions: [{ kind: 'turnFlagOn' }],
          notifyMemberIds: reviewers.map(({ id }) => id),
        },
        token,
      });
      return body._id;
    };
    const review = async ({ token }: { readonly token: string }, id: string, body: object) =>
      expect((await app.call({ method: 'POST', path: `approval-requests/${id}/reviews`, body, token })).status).toBe(
        200,
      );

    it('tell reviewers that they are asked', async () => {
      const id = await ask(kim, kim, lee);
      expect((await inbox(lee)).items).toMatchObject([
        {
          kind: 'approval-requested',
          title: 'Review requested: flag cart',
          text: [
            `${kim.email} asks for your review of a change of the flag cart in Test of ${project.key}.`,
            'Please',
            '- Turned the flag on',
          ].join('\n\n'),
          link: `${app.slipway.publicUrl}/approvals/${id}`,
        },
      ]);
      expect(await titles(kim)).toEqual([]);
      expect(await recipients()).toEqual([lee.email]);
    });

    it('do not tell reviewers who may not view the project', async () => {
      await giveRole(lee, hidesProject());
      await ask(kim, lee);
      expect(await recipients()).toEqual([]);
    });

    it('tell who asks what was decided, and why', async () => {
      await settings({ minNumApprovals: 2 });
      const id = await ask(kim);
      const other = await join('max');
      const kinds = async () => (await inbox(kim)).items.map(({ kind }: { kind: string }) => kind);
      await review(lee, id, { kind: 'comment', comment: 'Why?' });
      await review(lee, id, { kind: 'approve' });
      expect(await kinds()).toEqual([]);
      await app.clock.advance(1);
      await review(other, id, { kind: 'approve', comment: 'Fine' });
      expect((await inbox(kim)).items).toMatchObject([
        {
          kind: 'approval-approved',
          title: 'Approved: change of flag cart',
          text: [
            `${other.email} has approved your change of the flag cart in Test of ${project.key}.`,
            'Please',
            '- Turned the flag on',
            'Fine',
          ].join('\n\n'),
          link: `${app.slipway.publicUrl}/approvals/${id}`,
        },
      ]);
      expect(await recipients()).toEqual([kim.email]);
      await app.clock.advance(1);
      await review(lee, id, { kind: 'decline' });
      await review(other, id, { kind: 'decline' });
      expect(await kinds()).toEqual(['approval-declined', 'approval-approved']);
      expect((await inbox(kim)).items[0]).toMatchObject({
        title: 'Declined: change of flag cart',
        text: expect.stringContaining(`${lee.email} has declined your change of the flag cart`),
      });
    });

    it('tell of decisions by services, and services nothing', async () => {
      const token = await app.addToken('admin');
      await review({ token }, await ask(kim), { kind: 'decline' });
      expect((await inbox(kim)).items[0].text).toMatch(/^A service has declined your change/);
      await forgetMails();
      await review(lee, await ask({ token }), { kind: 'approve' });
      expect(await recipients()).toEqual([]);
    });

    it('tell nobody of their own decision', async () => {
      await settings({ canReviewOwnRequest: true });
      await review(kim, await ask(kim), { kind: 'approve' });
      expect(await titles(kim)).toEqual([]);
      expect(await recipients()).toEqual([]);
    });
  });
});
