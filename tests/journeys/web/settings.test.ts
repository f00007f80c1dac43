import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA } from '../../support/app.ts';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const RITA = { email: 'rita@example.com', password: 'another long password' };
const REPOSITORIES = 'code-refs/repositories';

describe.skipIf(!hasChromium)('the pages of settings', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
    await web.app.call({ method: 'POST', path: 'members', body: [{ ...RITA, role: 'reader', firstName: 'Rita' }] });
  });
  afterAll(() => web.close());

  const read = async (path: string) => (await web.app.call({ path, headers: BETA })).body;
  const scan = (repository: string, branch: string) =>
    web.app.call({
      method: 'PUT',
      path: `${REPOSITORIES}/${repository}/branches/${encodeURIComponent(branch)}`,
      body: { name: branch, head: 'a94a8fe5ccb1', syncTime: web.app.clock.now(), references: [] },
    });
  /** An SDK connects, and tells the application that it is in. */
  const connect = async (application: string, version: string) => {
    const { apiKey } = await read('projects/default/environments/test');
    await web.app.call({
      path: '/sdk/latest-all',
      token: apiKey,
      headers: { 'x-launchdarkly-tags': `application-id/${application} application-version/${version}` },
    });
  };

  it('add a repository, forget a branch of it, change and delete it', async () => {
    const page = await web.open('/settings/code-references');
    await page.getByRole('heading', { name: 'No repositories yet' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Add repository' }).first().press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('shop-web');
    await dialog.getByLabel('Address', { exact: true }).fill('https://github.com/acme/shop-web');
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('shop-web is added').waitFor();

    for (const branch of ['main', 'old/idea']) await scan('shop-web', branch);
    await page.reload();
    await page.getByRole('button', { name: 'Branches of shop-web' }).click();
    await dialog.getByRole('button', { name: 'Forget old/idea' }).click();
    await dialog.getByText('old/idea').waitFor({ state: 'detached' });
    expect(await dialog.getByRole('button', { name: 'Forget main' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('button', { name: 'Change shop-web' }).click();
    await dialog.getByText('On: what is found counts').click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('shop-web is saved').waitFor();
    expect(await read(`${REPOSITORIES}/shop-web`)).toMatchObject({ enabled: false, type: 'github' });
    await page.getByRole('button', { name: 'Delete shop-web' }).click();
    await page.getByLabel('Type shop-web to confirm').fill('shop-web');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('heading', { name: 'No repositories yet' }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('show the key of a Relay Proxy once, and another one', async () => {
    const page = await web.open('/settings/relay-proxies');
    await page.getByRole('heading', { name: 'No Relay Proxies yet' }).waitFor();
    await page.getByRole('button', { name: 'Create configuration' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Frankfurt');
    await dialog.getByRole('combobox', { name: 'Resources of statement 1', exact: true }).press('Backspace');
    await dialog.getByRole('combobox', { name: 'Resources of statement 1', exact: true }).fill('proj/default:env/test');
    await page.keyboard.press('Enter');
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create configuration' }).press('Enter');
    const shown = dialog.getByRole('status').locator('code');
    const first = await shown.textContent();
    expect(first).toMatch(/^rel-/);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByText('the environment test in the project default').waitFor();
    expect(await page.content()).not.toContain(first);

    await page.getByRole('button', { name: 'Another key for Frankfurt' }).click();
    await dialog.getByRole('button', { name: 'Make another key' }).click();
    const second = await shown.textContent();
    expect(second).toMatch(/^rel-/);
    expect(second).not.toBe(first);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const ending = second?.slice(-4) ?? '';
    await page.getByRole('button', { name: 'Delete Frankfurt' }).click();
    await page.getByLabel(`Type ${ending} to confirm`).fill(ending);
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByRole('heading', { name: 'No Relay Proxies yet' }).waitFor();
    expect((await read('account/relay-auto-configs')).items).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('tell applications, and which of their versions are supported', async () => {
    await connect('shop', '1.4.0');
    const page = await web.open('/settings/applications');
    await page.getByRole('button', { name: 'Versions of shop' }).click();
    const isSupported = page.getByRole('checkbox', { name: '1.4.0 is supported' });
    expect(await isSupported.isChecked()).toBe(true);
    await isSupported.click();
    await expect.poll(async () => (await read('applications/shop/versions')).items[0].supported).toBe(false);
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('tell somebody who they are and what they may do', async () => {
    const page = await web.open('/settings/account', { as: RITA });
    await page.getByText('May see every project').waitFor();
    await page.getByText('your own personal tokens').waitFor();
    expect(await page.getByRole('region', { name: 'You', exact: true }).textContent()).toContain('Reader');
    expect(await accessFaults(page)).toEqual([]);
  });

  it.each([
    ['/settings', 'Invite members'],
    ['/settings/teams', 'Create team'],
    ['/settings/webhooks', 'Create webhook'],
    ['/projects', 'Create project'],
    ['/projects/default/environments', 'Delete…'],
    ['/projects/default/segments', 'Create segment'],
    ['/projects/default/pipelines', 'New pipeline'],
    ['/projects/default/flags/shown/settings', 'Archive'],
  ])('offer a reader nothing at %s that is refused', async (path, name) => {
    await web.app.call({ method: 'POST', path: 'flags/default', body: { key: 'shown', name: 'Shown' } });
    const page = await web.open(path, { as: RITA });
    const button = page.getByRole('button', { name, exact: true }).and(page.locator('[aria-disabled]')).first();
    await button.focus();
    await page
      .getByText(/^Your role does not allow this: \w+/)
      .first()
      .waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('hold together at $width pixels, $colorScheme', async (options) => {
    const long = 'k'.repeat(80);
    const sourceLink = `https://example.com/${long}`;
    await web.app.call({ method: 'POST', path: REPOSITORIES, body: { name: long, sourceLink } });
    const policy = [{ effect: 'allow', resources: [`proj/${long}:env/${long}`], actions: ['*'] }];
    await web.app.call({ method: 'POST', path: 'account/relay-auto-configs', body: { name: long, policy } });
    await connect('a'.repeat(64), '1'.repeat(64));
    const page = await web.open('/settings/account', options);
    for (const tab of ['account', 'code-references', 'relay-proxies', 'applications']) {
      await page.goto(`${web.url}/settings/${tab}`);
      await page.getByRole('table').or(page.getByText('May do everything with').first()).first().waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      expect(faultsOf(page)).toEqual([]);
    }
  });
});
