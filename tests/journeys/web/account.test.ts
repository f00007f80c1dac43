import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, OWNER, startWeb, type Web } from '../../support/web.ts';

const LEE = { email: 'lee@example.com', password: 'another long password' };

describe.skipIf(!hasChromium)('the pages of the account', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb({ SLIPWAY_ALLOW_PRIVATE_WEBHOOKS: 'true' });
    const lee = { ...LEE, role: 'admin', firstName: 'Lee', lastName: 'Morgan'.repeat(14) };
    await web.app.call({ method: 'POST', path: 'members', body: [lee] });
    await web.app.call({ method: 'POST', path: 'flags/default', body: { key: 'asked', name: 'Asked' } });
  });
  afterAll(() => web.close());

  const read = async (path: string) => (await web.app.call({ path })).body;
  const ask = async (description: string) => {
    const path = 'projects/default/flags/asked/environments/test/approval-requests';
    const body = { description, instructions: [{ kind: 'turnFlagOn' }] };
    return (await web.app.call({ method: 'POST', path, body })).body._id as string;
  };

  it('have changes approved by somebody else, and applied', async () => {
    const id = await ask('Turn it on');
    const page = await web.open('/approvals');
    await page.getByRole('link', { name: 'Turn it on' }).click();
    await page.getByText('somebody else has to approve it').waitFor();
    expect(await accessFaults(page)).toEqual([]);

    const other = await web.open(`/approvals/${id}`, { as: LEE });
    await other.getByText('Turned the flag on').waitFor();
    await other.getByLabel('Comment').fill('Go ahead');
    await other.getByRole('button', { name: 'Approve' }).press('Enter');
    await other.getByText('You have approved it').waitFor();
    await other.getByText('Go ahead').waitFor();
    expect(await accessFaults(other)).toEqual([]);
    await other.getByRole('button', { name: 'Apply the change' }).click();
    await other.getByText('The change is made').waitFor();
    await other.getByText('completed').waitFor();
    expect((await read('flags/default/asked')).environments.test.on).toBe(true);
    expect([...faultsOf(page), ...faultsOf(other)]).toEqual([]);
  });

  it('have requests withdrawn by those who asked', async () => {
    const patch = [{ op: 'replace', path: '/environments/test/on', value: false }];
    await web.app.call({ method: 'PATCH', path: 'flags/default/asked', body: patch });
    const id = await ask('A mistake');
    const page = await web.open(`/approvals/${id}`);
    await page.getByRole('button', { name: 'Withdraw the request' }).click();
    await page.waitForURL('**/approvals');
    expect((await web.app.call({ path: `approval-requests/${id}` })).status).toBe(404);
    await page.getByRole('heading', { name: 'Nothing waits for approval' }).waitFor();
  });

  it('invite members, change their roles and remove them', async () => {
    const page = await web.open('/settings');
    await page.getByRole('button', { name: 'Invite members' }).click();
    await page.getByRole('combobox', { name: 'E-mail addresses' }).fill('sam@example.com');
    await page.keyboard.press('Enter');
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Invite', exact: true }).click();
    await page.getByRole('combobox', { name: 'Role of sam@example.com' }).click();
    await page.getByRole('option', { name: 'Writer' }).click();
    await page.getByText('sam@example.com has another role').waitFor();
    expect((await read('members?filter=query:sam')).items).toMatchObject([{ role: 'writer', _pendingInvite: true }]);
    await page.getByRole('button', { name: 'Remove sam@example.com' }).click();
    await page.getByLabel('Type sam@example.com to confirm').fill('sam@example.com');
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('sam@example.com is removed').waitFor();
    expect((await read('members?filter=query:sam')).items).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('make teams and change who is in them', async () => {
    const page = await web.open('/settings/teams');
    await page.getByRole('button', { name: 'Create team' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill('Payments');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Change Payments' }).click();
    await page.getByRole('combobox', { name: 'Members' }).click();
    await page.getByRole('option', { name: OWNER.email }).click();
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByText('Payments is saved').waitFor();
    expect((await read('teams/payments?expand=members')).members.totalCount).toBe(1);
  });

  it('show a token once', async () => {
    const page = await web.open('/settings/tokens');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Build server');
    await page.keyboard.press('Enter');
    const secret = await page.getByRole('dialog').getByRole('status').locator('code').textContent();
    expect(secret).toMatch(/^api-/);
    expect((await web.app.call({ path: 'caller-identity', token: secret })).body.tokenName).toBe('Build server');
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Delete Build server' }).click();
    expect(await page.content()).not.toContain(secret);
    const ending = secret?.slice(-4) ?? '';
    await page.getByLabel(`Type ${ending} to confirm`).fill(ending);
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('Build server is deleted').waitFor();
    expect((await web.app.call({ path: 'caller-identity', token: secret })).status).toBe(401);
    expect(faultsOf(page)).toEqual([]);
  });

  it('tell other services of changes', async () => {
    const page = await web.open('/settings/webhooks');
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByLabel('Name').fill('Chat');
    await page.getByLabel('Address').fill('http://127.0.0.1:1/hook');
    await page.getByRole('dialog').getByRole('button', { name: 'Create webhook' }).click();
    await page.getByRole('button', { name: 'Deliveries to Chat' }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('The test was answered with').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Delete Chat' }).click();
    await page.getByLabel('Type Chat to confirm').fill('Chat');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('heading', { name: 'No webhooks yet' }).waitFor();
    expect((await read('webhooks')).items).toEqual([]);
  });

  it('change a password', async () => {
    const page = await web.open('/settings/password', { as: LEE });
    await page.waitForURL('**/settings/account');
    await page.getByLabel('Current password', { exact: true }).fill(LEE.password);
    await page.getByLabel('New password', { exact: true }).fill('yet another password');
    await page.keyboard.press('Enter');
    await page.getByText('Your password is changed').waitFor();
    const body = { email: LEE.email, password: 'yet another password' };
    const path = '/internal/session';
    expect((await web.app.call({ method: 'POST', path, body, token: null })).status).toBe(200);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('hold together at $width pixels, $colorScheme', async (options) => {
    const id = await ask('A long description '.repeat(12));
    for (const path of [
      '/approvals',
      `/approvals/${id}`,
      '/settings',
      '/settings/teams',
      '/settings/tokens',
      '/settings/webhooks',
    ]) {
      const page = await web.open(path, options);
      await page
        .getByRole('table')
        .or(page.getByRole('heading', { level: 2 }))
        .first()
        .waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      expect(faultsOf(page)).toEqual([]);
    }
  });
});
