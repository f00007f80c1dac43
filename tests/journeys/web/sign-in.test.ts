import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, OWNER, startWeb, type Web } from '../../support/web.ts';

describe.skipIf(!hasChromium)('people who sign in', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
  });
  afterAll(() => web.close());

  it('come to the page that they wanted, by keyboard alone, and leave again', async () => {
    const page = await web.open('/projects/default/flags?q=none', { isSignedIn: false });
    await page.waitForURL('**/sign-in?returnTo=*');
    await page.getByLabel('E-mail address').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.type(OWNER.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('a wrong password');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/not the right pair.*Request [0-9a-f-]{36}/);
    expect(await accessFaults(page)).toEqual([]);

    await web.app.clock.advance(60_000);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/projects/default/flags?q=none');
    await page.getByRole('button', { name: OWNER.email }).press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).press('Enter');
    await page.waitForURL('**/sign-in*');
    expect(faultsOf(page)).toEqual([]);
  });

  it('are asked for another password by the link that was sent, and get a new one', async () => {
    const page = await web.open('/forgot-password', { isSignedIn: false });
    await page.getByLabel('E-mail address').fill('nobody@localhost');
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'nobody@localhost' }).waitFor();
    await page.goto(`${web.url}/reset-password#not-a-secret`);
    await page.getByLabel('New password').fill('another long password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('see what they were invited to when they have accepted', async () => {
    const page = await web.open('/accept-invitation#not-a-secret', { isSignedIn: false });
    await page.getByLabel('First name').fill('Kim');
    await page.getByLabel('New password').fill('another long password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });
});
