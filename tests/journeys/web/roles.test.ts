import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const ROLES = '/settings/roles';
const RITA = { email: 'rita@example.com', password: 'another long password' };
const ALL_FLAGS = 'proj/default:env/*:flag/*';

describe.skipIf(!hasChromium)('the pages of roles', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
    await web.app.call({ method: 'POST', path: 'members', body: [{ ...RITA, role: 'reader' }] });
  });
  afterAll(() => web.close());

  const addRole = (key: string, policy: readonly object[]) =>
    web.app.call({ method: 'POST', path: 'roles', body: { key, name: `Role ${key}`, policy } });
  const policyOf = async (key: string) => (await web.app.call({ path: `roles/${key}` })).body.policy;

  it('make a role by lists, and say what it grants before it is saved', async () => {
    const page = await web.open(ROLES);
    await page.getByRole('heading', { name: 'No custom roles yet' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create role' }).first().press('Enter');
    await page.getByLabel('Name', { exact: true }).fill('Release manager');
    await page.getByRole('button', { name: 'Add statement' }).press('Enter');
    await page.getByText('Statement 1 needs resources and actions').waitFor();
    const first = page.getByRole('group', { name: 'Statement 1' });
    await first.getByRole('combobox', { name: 'Actions of statement 1', exact: true }).fill('updateOn');
    await page.keyboard.press('Enter');
    await first.getByRole('button', { name: 'Choose a resource' }).click();
    const choice = first.getByRole('group', { name: 'Choose a resource' });
    await choice.getByRole('combobox', { name: 'Project' }).fill('default');
    await choice.getByRole('button', { name: 'Add the resource' }).click();
    const grants = page.getByRole('region', { name: 'What it grants' });
    const scope = 'all flags in every environment of the project default';
    await grants.getByText(`May turn flags on and off: ${scope}`).waitFor();

    await page.getByRole('button', { name: 'Add statement' }).click();
    const second = page.getByRole('group', { name: 'Statement 2' });
    await second.getByText('Deny', { exact: true }).click();
    await second.getByRole('combobox', { name: 'Actions of statement 2', exact: true }).fill('*');
    await page.keyboard.press('Enter');
    await second
      .getByRole('combobox', { name: 'Resources of statement 2', exact: true })
      .fill('proj/default:env/production:flag/*');
    await page.keyboard.press('Enter');
    await grants.getByText(`${scope}, except those in the environment production`).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create role' }).press('Enter');
    await page.waitForURL(`**${ROLES}/release-manager`);
    expect(await policyOf('release-manager')).toEqual([
      { effect: 'allow', resources: [ALL_FLAGS], actions: ['updateOn'] },
      { effect: 'deny', resources: ['proj/default:env/production:flag/*'], actions: ['*'] },
    ]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('try what a role may do, and by which statement', async () => {
    await addRole('tried', [
      { effect: 'allow', resources: [ALL_FLAGS], actions: ['updateOn'] },
      { effect: 'deny', resources: ['proj/*:env/*;{critical:true}:flag/*'], actions: ['*'] },
    ]);
    const page = await web.open(`${ROLES}/tried`);
    const check = page.getByRole('region', { name: 'May it…?' });
    await check.getByText('no statement speaks of it').waitFor();
    await check.getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'updateOn' }).click();
    await check.getByRole('combobox', { name: 'Environment' }).fill('test');
    await check.getByText('by statement 1').waitFor();
    await web.app.call({
      method: 'PATCH',
      path: 'projects/default/environments/production',
      body: [{ op: 'replace', path: '/critical', value: true }],
    });
    await page.reload();
    await check.getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'updateOn' }).click();
    await check.getByText('by statement 2').waitFor();
    expect(await check.getByRole('status').textContent()).toContain('Denied');
    expect(await accessFaults(page)).toEqual([]);
  });

  it('are edited as JSON, which is refused in the words of the service', async () => {
    await addRole('text', [{ effect: 'allow', resources: [ALL_FLAGS], actions: ['updateOn'] }]);
    const page = await web.open(`${ROLES}/text`);
    await page.getByText('JSON', { exact: true }).click();
    const text = page.getByLabel('Policy as JSON');
    await text.fill('[{"effect": "allow", "resources": ["flags"], "actions": ["*"]}]');
    await page.getByText('policy[0].resources[0]: expected a resource specifier').waitFor();
    await text.fill('[{"effect": "allow", "notResources": ["proj/*"], "actions": ["createTeam", "frobnicate"]}]');
    await page.getByText('Nothing that is meant knows the action frobnicate').waitFor();
    await page.getByRole('button', { name: 'Save the role' }).click();
    await page.getByText('Role text is saved').waitFor();
    expect(await policyOf('text')).toEqual([
      { effect: 'allow', notResources: ['proj/*'], actions: ['createTeam', 'frobnicate'] },
    ]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('tell who has a role, which is not deleted before nobody has it', async () => {
    await addRole('given', [{ effect: 'allow', resources: [ALL_FLAGS], actions: ['*'] }]);
    const { items } = (await web.app.call({ path: 'members?filter=query:rita' })).body;
    const give = (value: readonly string[]) =>
      web.app.call({
        method: 'PATCH',
        path: `members/${items[0]._id}`,
        body: [{ op: 'replace', path: '/customRoles', value }],
      });
    await give(['given']);
    const page = await web.open(`${ROLES}/given`);
    await page.getByRole('region', { name: 'Who has it' }).getByRole('link', { name: RITA.email }).waitFor();
    const remove = async () => {
      await page.getByRole('button', { name: 'Delete role…' }).click();
      await page.getByLabel('Type given to confirm').fill('given');
      await page.getByRole('button', { name: 'Delete for good' }).click();
    };
    await remove();
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await give([]);
    await remove();
    await page.waitForURL(`**${ROLES}`);
    expect((await web.app.call({ path: 'roles/given' })).status).toBe(404);
  });

  it('show a role to those who may not change it', async () => {
    await addRole('shown', [{ effect: 'allow', resources: [ALL_FLAGS], actions: ['updateOn'] }]);
    const page = await web.open(`${ROLES}/shown`, { as: RITA });
    await page.getByText('Your role does not allow this: updateName').first().waitFor();
    expect(await page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true);
    await page.getByText('May turn flags on and off').waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('hold together at $width pixels, $colorScheme', async (options) => {
    const long = 'k'.repeat(80);
    await addRole(long, [{ effect: 'deny', resources: [`proj/${long}:env/${long}:flag/${long}`], actions: ['*'] }]);
    for (const path of [ROLES, `${ROLES}/${long}`]) {
      const page = await web.open(path, options);
      await page
        .getByRole('table')
        .or(page.getByRole('region', { name: 'What it grants' }))
        .first()
        .waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      expect(faultsOf(page)).toEqual([]);
    }
  });
});
