import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC } from '../../support/app.ts';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const FLAG = '/projects/default/flags/moving';

describe.skipIf(!hasChromium)('a flag in several environments and over time', () => {
  let web: Web;
  let yes = '';

  beforeAll(async () => {
    web = await startWeb();
    const made = { key: 'moving', name: 'Moving' };
    const { body } = await web.app.call({ method: 'POST', path: 'flags/default', body: made });
    yes = body.variations[0]._id;
  });
  afterAll(() => web.close());

  const change = (environmentKey: string | undefined, instructions: readonly object[]) =>
    web.app.call({
      method: 'PATCH',
      path: 'flags/default/moving',
      headers: SEMANTIC,
      body: { environmentKey, instructions },
    });
  const call = (method: 'PATCH' | 'POST' | 'PUT', path: string, body: unknown) => web.app.call({ method, path, body });
  const stored = async () => (await web.app.call({ path: 'flags/default/moving' })).body;
  const changesIn = (page: Page) =>
    page.getByRole('dialog').getByLabel('What will be done').getByRole('listitem').allTextContents();
  const clause = { contextKind: 'user', attribute: 'country', op: 'in', values: ['de'], negate: false };

  it('is the same in both environments at first', async () => {
    const page = await web.open(`${FLAG}/compare?env=production`);
    await page.getByRole('heading', { name: 'No difference' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  it('is compared, and copied in part, by keyboard alone', async () => {
    await change('test', [
      { kind: 'turnFlagOn' },
      { kind: 'addTargets', variationId: yes, values: ['kim'] },
      { kind: 'addRule', clauses: [clause], variationId: yes, description: 'Germany' },
    ]);
    const page = await web.open(`${FLAG}?env=production`);
    await page.getByRole('tab', { name: 'Compare' }).press('Enter');
    const differences = page.getByRole('region', { name: 'Differences' });
    await differences
      .getByRole('group', { name: 'Rules' })
      .getByText('Germany: if user country is one of de, true')
      .waitFor();
    expect(await differences.getByRole('group').count()).toBe(3);
    await differences.getByText('The same in both: prerequisites, default rule, when off').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('checkbox', { name: 'On or off' }).press('Space');
    await page.getByRole('button', { name: 'Copy 2 parts to Production…' }).press('Enter');
    await page.getByRole('dialog').getByLabel('What will be done').waitFor();
    expect(await changesIn(page)).toEqual([
      'Serve true to user kim',
      'Add a rule: if user country is one of de, serve true',
    ]);
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Comment' }).fill('Tried for a week');
    await page.getByRole('dialog').getByRole('button', { name: 'Save in Production' }).press('Enter');
    await page.getByText('Saved in Production').waitFor();
    await differences.getByRole('group', { name: 'Rules' }).waitFor({ state: 'detached' });
    expect((await stored()).environments.production).toMatchObject({
      on: false,
      targets: [{ values: ['kim'], variation: 0 }],
      rules: [{ description: 'Germany', variation: 0 }],
    });
    expect(faultsOf(page)).toEqual([]);
  });

  it('is copied the other way round, and with the consent of others where that is needed', async () => {
    const approval = [{ op: 'replace', path: '/approvalSettings/required', value: true }];
    await call('PATCH', 'projects/default/environments/test', approval);
    const page = await web.open(`${FLAG}/compare?env=production`);
    await page.getByRole('button', { name: 'Copy from Production to Test instead' }).click();
    await page.getByRole('button', { name: 'Copy all to Test…' }).click();
    await page.getByLabel('What reviewers should know').fill('Off everywhere');
    await page.getByRole('dialog').getByRole('button', { name: 'Ask for approval' }).click();
    await page.getByText('Approval is requested').waitFor();
    expect(new URL(page.url()).search).toBe('?env=test&from=production');
    const { body } = await web.app.call({ path: 'approval-requests' });
    expect(body.items).toMatchObject([{ description: 'Off everywhere', source: { key: 'production' } }]);
    expect((await stored()).environments.test.on).toBe(true);
    await web.app.call({ method: 'DELETE', path: `approval-requests/${body.items[0]._id}` });
    const none = [{ op: 'replace', path: '/approvalSettings/required', value: false }];
    await call('PATCH', 'projects/default/environments/test', none);
  });

  it('goes back to an earlier version from its history, place by place', async () => {
    await call('PATCH', 'flags/default/moving', [{ op: 'replace', path: '/name', value: 'Moved' }]);
    await change('production', [{ kind: 'turnFlagOn' }, { kind: 'clearTargets', variationId: yes }]);
    const page = await web.open(`${FLAG}/history`);
    const entry = page.getByRole('listitem').filter({ hasText: 'copied the configuration' });
    await entry.locator('summary').press('Enter');
    await entry.getByRole('button', { name: 'Go back to this version…' }).press('Enter');
    const dialog = page.getByRole('dialog');
    const production = dialog.getByRole('region', { name: 'Production' });
    await production.getByText('Turn the flag off').waitFor();
    expect(await dialog.getByRole('region', { name: 'Test' }).count()).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Restore the settings' }).press('Enter');
    await page.getByText('The settings are restored').waitFor();
    await production.getByRole('button', { name: 'Restore in Production…' }).press('Enter');
    await page.getByRole('dialog').getByLabel('What will be done').waitFor();
    expect(await changesIn(page)).toEqual(['Turn the flag off', 'Serve true to user kim']);
    await page.getByRole('dialog').getByRole('button', { name: 'Save in Production' }).click();
    await page.getByText('Everything is as it was then.').waitFor();
    const { name, environments } = await stored();
    expect(name).toBe('Moving');
    expect(environments.production).toMatchObject({ on: false, targets: [{ values: ['kim'], variation: 0 }] });
    expect(faultsOf(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
  ] as const)('holds together at $width pixels, $colorScheme', async (options) => {
    const page = await web.open(`${FLAG}/compare?env=production`, options);
    await page.getByRole('button', { name: 'Copy all to Production…' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    await page.goto(`${web.url}${FLAG}/history`);
    await page.locator('summary').filter({ hasText: 'created' }).click();
    await page.getByRole('button', { name: 'Go back to this version…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore in Production…' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });
});
