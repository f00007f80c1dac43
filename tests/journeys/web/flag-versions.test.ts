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
    await web.app.call({ method: 'PATCH', path: 'projects/default/environments/test', body: approval });
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
    await web.app.call({ method: 'PATCH', path: 'projects/default/environments/test', body: none });
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
    expect(faultsOf(page)).toEqual([]);
  });
});
