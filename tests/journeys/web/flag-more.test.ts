import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

describe.skipIf(!hasChromium)('how a flag is used', () => {
  let web: Web;
  let sdkKey = '';

  beforeAll(async () => {
    web = await startWeb();
    // Pages ask for the last hour or day of the browser.
    web.app.clock.set(Date.now() - web.app.clock.now());
    sdkKey = (await web.app.call({ path: 'projects/default/environments/test' })).body.apiKey;
    for (const key of ['used', 'unused']) {
      await web.app.call({ method: 'POST', path: 'flags/default', body: { key, name: `Flag ${key}` } });
    }
    const counters = [{ variation: 0, count: 1200 }, { variation: 1, count: 300 }, { count: 1 }];
    await tell([{ kind: 'summary', features: { used: { default: false, counters } } }]);
  });
  afterAll(() => web.close());

  const tell = (body: readonly object[]) =>
    web.app.call({ method: 'POST', path: '/bulk', token: null, headers: { authorization: sdkKey }, body });

  it('shows what was served over time, as a chart and as a table, by keyboard alone', async () => {
    const page = await web.open('/projects/default/flags/used?env=test');
    await page.getByRole('tab', { name: 'Insights' }).press('Enter');
    await page.getByRole('img', { name: 'Evaluations by hour: true 1,200 times, false 300 times' }).waitFor();
    expect(await page.getByLabel('Served in all').getByRole('listitem').allTextContents()).toEqual([
      'true1,20079.9%',
      'false30020%',
      'The default of the code1below 0.1%',
    ]);
    await page.getByText('As a table').press('Enter');
    expect(await page.getByRole('table').locator('tbody td').allTextContents()).toEqual(['1,200', '300', '1']);
    await page.getByRole('radio', { name: 'Day' }).press('ArrowLeft');
    await page.getByRole('img', { name: 'Evaluations by minute' }).waitFor();
    expect(new URL(page.url()).searchParams.get('range')).toBe('hour');
    const statuses = page.getByLabel('Status in each environment').getByRole('listitem');
    expect(await statuses.filter({ hasText: 'Test' }).textContent()).toContain('activeAsked for in the last 7 days');
    expect(await statuses.filter({ hasText: 'Production' }).textContent()).toContain('newNo SDK has asked');
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('says so when nothing was served', async () => {
    const page = await web.open('/projects/default/flags/unused/insights?env=test&range=month');
    await page.getByText('No SDK has told of an evaluation').waitFor();
    expect(await page.getByLabel('Served in all').count()).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('holds together at $width pixels, $colorScheme', async (options) => {
    const page = await web.open('/projects/default/flags/used/insights?env=test&range=hour', options);
    await page.getByText('As a table').click();
    await page.getByLabel('Status in each environment').waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });
});

describe.skipIf(!hasChromium)('whom a change of a flag reaches', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
    for (const key of ['reach', 'needed']) {
      await web.app.call({ method: 'POST', path: 'flags/default', body: { key, name: `Flag ${key}` } });
    }
  });
  afterAll(() => web.close());

  const see = async (contexts: readonly object[]) => {
    const { body } = await web.app.call({ path: 'projects/default/environments/test' });
    const events = contexts.map((context) => ({ kind: 'identify', creationDate: web.app.clock.now(), context }));
    const headers = { authorization: body.apiKey };
    await web.app.call({ method: 'POST', path: '/bulk', body: events, headers, token: null });
  };
  const review = async (options: { width?: number; colorScheme?: 'light' | 'dark' } = {}) => {
    const page = await web.open('/projects/default/flags/reach?env=test', options);
    await page.getByRole('switch').press('Space');
    return page;
  };
  const openDialog = async (page: Page) => {
    await page.getByRole('button', { name: 'Review and save' }).press('Enter');
    return page.getByRole('dialog').getByLabel('Impact');
  };

  it('says when nobody was seen yet, and lets it be saved', async () => {
    const page = await review();
    const impact = await openDialog(page);
    await impact.getByText('No contexts have been seen yet.').waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Save in Test' }).isEnabled()).toBe(true);
  });

  it('counts whom it reaches among more than a page of contexts', async () => {
    const users = Array.from({ length: 70 }, (_, index) => ({ kind: 'user', key: `user-${index}` }));
    await see([...users, { kind: 'multi', user: { key: 'kim' }, org: { key: 'acme' } }]);
    const page = await review();
    await page.getByRole('button', { name: 'Add targets' }).click();
    await page.getByRole('combobox', { name: 'user keys that get true' }).fill('kim');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Serve by default' }).click();
    await page.getByRole('option', { name: 'false', exact: true }).click();
    const impact = await openDialog(page);
    await impact.getByText('1 of the 71 contexts seen lately changes: 1 from false to true.').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('asks the service about fewer contexts where other flags decide', async () => {
    const page = await review();
    await page.getByRole('combobox', { name: 'Add a prerequisite' }).fill('needed');
    await page.getByRole('option', { name: 'Flag needed' }).click();
    const impact = await openDialog(page);
    await impact.getByText('None of the last 50 contexts seen of 71 is served anything else.').waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('holds together at $width pixels, $colorScheme', async (options) => {
    const page = await review(options);
    const impact = await openDialog(page);
    await impact.getByText('71 of the 71 contexts').waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
  });
});
