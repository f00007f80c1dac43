import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC } from '../../support/app.ts';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

describe.skipIf(!hasChromium)('the pages of a project', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
    await call('POST', 'segments/default/test', {
      key: 'shown',
      name: 'A long name '.repeat(7),
      tags: ['x'.repeat(64)],
    });
    const instructions = [{ kind: 'addIncludedTargets', contextKind: 'user', values: ['kim', 'y'.repeat(100)] }];
    await call('PATCH', 'segments/default/test/shown', { instructions });
  });
  afterAll(() => web.close());

  const call = (method: 'POST' | 'PATCH', path: string, body: object) =>
    web.app.call({ method, path, body, ...('instructions' in body && { headers: SEMANTIC }) });
  const read = async (path: string) => (await web.app.call({ path })).body;

  it('make a segment, say who belongs to it, and delete it', async () => {
    const page = await web.open('/projects/default/segments?env=production');
    await page.getByRole('heading', { name: 'No segments here yet' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create segment' }).first().press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('Beta testers');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Beta testers' }).waitFor();

    await page.getByRole('combobox', { name: 'Included keys of user' }).fill('kim');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Add rule' }).click();
    const rule = page.getByRole('listitem', { name: 'Rule 1' });
    await rule.getByRole('combobox', { name: 'Attribute' }).fill('email');
    await rule.getByRole('combobox', { name: 'Operator' }).fill('ends with');
    await page.getByRole('option', { name: 'ends with', exact: true }).click();
    await rule.getByRole('combobox', { name: 'Values' }).fill('@example.com');
    await page.keyboard.press('Enter');
    await rule.getByLabel('Only a part of those').check();
    await rule.getByLabel('Percent of those').fill('20');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByText('include 20% of them').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save in Production' }).click();
    await page.getByText('Saved in Production').waitFor();
    expect(await read('segments/default/production/beta-testers')).toMatchObject({
      included: ['kim'],
      rules: [{ weight: 20_000, clauses: [{ attribute: 'email', op: 'endsWith', values: ['@example.com'] }] }],
    });

    await page.getByLabel('Description').fill('They want to be first');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('Settings are saved').waitFor();
    await page.getByRole('button', { name: 'Delete segment…' }).click();
    await page.getByLabel('Type beta-testers to confirm').fill('beta-testers');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.waitForURL('**/projects/default/segments?env=production');
    expect((await web.app.call({ path: 'segments/default/production/beta-testers' })).status).toBe(404);
    expect(faultsOf(page)).toEqual([]);
  });

  it('keep the query of a link that is followed while a search is being typed', async () => {
    const list = '/projects/default/segments?env=test';
    const page = await web.open(list);
    const link = page.getByRole('link', { name: 'A long name' });
    await link.waitFor();
    await page.clock.install();
    const gate = Promise.withResolvers<void>();
    await page.route('**/assets/segment-*.js', async (route) => {
      await gate.promise;
      await route.continue();
    });
    await page.getByRole('searchbox').fill('long');
    await link.click();
    await page.clock.runFor(1_000);
    expect(page.url()).toBe(`${web.url}/projects/default/segments/shown?env=test`);
    gate.resolve();
    await page.getByRole('heading', { name: 'A long name' }).waitFor();
    expect(page.url()).toBe(`${web.url}/projects/default/segments/shown?env=test`);
  });

  it('make an environment like another one, change it, rotate its keys and delete it', async () => {
    const page = await web.open('/projects/default/environments');
    await page.getByRole('button', { name: 'Create environment' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Quality assurance');
    await dialog.getByText('Critical:').click();
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create environment' }).click();
    const card = page.getByRole('article', { name: 'Quality assurance' });
    await card.waitFor();
    const path = 'projects/default/environments/quality-assurance';
    const before = await read(path);
    expect(before).toMatchObject({ critical: true, name: 'Quality assurance' });

    await card.getByRole('button', { name: 'Settings' }).click();
    await dialog.getByText('Changes of flags need the approval of others').click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await card.getByText('1 approvals needed').or(card.getByText('approvals needed')).first().waitFor();
    expect((await read(path)).approvalSettings.required).toBe(true);

    await card.getByRole('button', { name: 'Show the SDK key' }).click();
    await card.getByText(before.apiKey).waitFor();
    await card.getByRole('button', { name: 'Rotate' }).first().click();
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    await page.getByText('Quality assurance has another SDK key').waitFor();
    expect((await read(path)).apiKey).not.toBe(before.apiKey);

    await card.getByRole('button', { name: 'Delete…' }).click();
    await page.getByLabel('Type quality-assurance to confirm').fill('quality-assurance');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await card.waitFor({ state: 'detached' });
    expect(faultsOf(page)).toEqual([]);
  });

  it('make a project, which one can go to, and delete it', async () => {
    const page = await web.open('/projects');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Mobile apps');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/projects/mobile-apps/flags');
    await page.getByRole('combobox', { name: 'Project' }).click();
    await page.getByRole('option', { name: 'Default' }).click();
    await page.waitForURL('**/projects/default/flags');
    await page.getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('button', { name: 'Delete Mobile apps' }).click();
    await page.getByLabel('Type mobile-apps to confirm').fill('mobile-apps');
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('Mobile apps is deleted').waitFor();
    expect((await web.app.call({ path: 'projects/mobile-apps' })).status).toBe(404);
    await page.evaluate(`localStorage.setItem('slipway.project', 'mobile-apps')`);
    await page.goto(web.url);
    await page.waitForURL('**/projects/default/flags');
    expect(faultsOf(page)).toEqual([]);
  });

  it('find in the audit log what has been changed', async () => {
    await call('POST', 'flags/default', { key: 'audited', name: 'Audited flag' });
    const page = await web.open('/audit-log?q=Audited');
    const entry = page.locator('summary').filter({ hasText: 'owner@localhost created the flag Audited flag' });
    await entry.press('Enter');
    await page.getByText(/^Entry [0-9a-f]+/).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('combobox', { name: 'About' }).click();
    await page.getByRole('option', { name: 'Segments' }).click();
    await page.getByRole('heading', { name: 'Nothing has been changed' }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=Audited&about=segment');
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('hold together at $width pixels, $colorScheme', async (options) => {
    const env = '?env=test';
    for (const path of [
      `/projects/default/segments${env}`,
      `/projects/default/segments/shown${env}`,
      '/projects/default/environments',
      '/projects',
      '/audit-log',
    ]) {
      const page = await web.open(path, options);
      await page
        .getByRole('table')
        .or(page.getByRole('article'))
        .or(page.locator('summary'))
        .or(page.getByRole('form', { name: 'Settings' }))
        .first()
        .waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      expect(faultsOf(page)).toEqual([]);
    }
  });
});
