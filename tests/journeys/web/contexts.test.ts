import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../support/chromium.ts';
import { connectSdk } from '../../support/official-sdk.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const CONTEXTS = '/projects/default/contexts?env=test';
const KEY = 'kim/100%@example.com';

describe.skipIf(!hasChromium)('the pages of contexts', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
    for (let index = 0; index < 27; index++) {
      const body = { key: `flag-${String(index).padStart(2, '0')}`, name: `Flag ${index}` };
      await web.app.call({ method: 'POST', path: 'flags/default', body });
    }
    const { body } = await web.app.call({ path: 'projects/default/environments/test' });
    const client = await connectSdk(web.url, body.apiKey, { privateAttributes: ['phone'] });
    const user = { key: KEY, name: 'Kim Larsen', country: 'de', phone: '123' };
    await client.variation('flag-03', { kind: 'multi', user, org: { key: 'acme' } }, false);
    await client.flush();
    client.close();
  });
  afterAll(() => web.close());

  it('find a context after an SDK has evaluated for it, and say what each flag gives it', async () => {
    const page = await web.open(CONTEXTS);
    await page.getByRole('link', { name: 'acme', exact: true }).waitFor();
    await page.getByLabel('Key or attribute').fill('larsen');
    await page.getByRole('link', { name: 'acme', exact: true }).waitFor({ state: 'detached' });
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Kim Larsen' }).press('Enter');
    await page.getByRole('heading', { name: 'Kim Larsen', level: 1 }).waitFor();
    await page.getByText('kept back by the SDK').waitFor();
    await page.getByText('1–25 of 27').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Next page' }).press('Enter');
    await page.getByText('26–27 of 27').waitFor();
    await page.getByLabel('Name or key of a flag').fill('flag-03');
    const row = page.getByRole('row').filter({ hasText: 'flag-03' });
    await row.getByText('The flag is off').waitFor();
    expect(await row.textContent()).toContain('false');
    expect(faultsOf(page)).toEqual([]);
  });

  it('find the instance that both were in, and their kinds', async () => {
    const page = await web.open(`${CONTEXTS}&show=instances`);
    await page.getByLabel('kind:key').fill('org:acme');
    await page.waitForURL('**q=org*');
    await page.getByRole('link', { name: 'Kim Larsen' }).click();
    await page.getByText('As seen in Test').waitFor();
    await page.getByRole('region', { name: 'org' }).waitFor();
    await page.getByRole('region', { name: 'user' }).waitFor();
    await page.goto(`${web.url}${CONTEXTS}&show=kinds`);
    await page.getByText('SDKs told of it').waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  it('are where links of the API lead', async () => {
    const page = await web.open(`/default/test/contexts/user/${encodeURIComponent(KEY)}`);
    await page.getByRole('heading', { name: 'Kim Larsen', level: 1 }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('hold together at $width pixels, $colorScheme', async (options) => {
    const page = await web.open(CONTEXTS, options);
    await page.getByRole('link', { name: 'Kim Larsen' }).click();
    await page.getByText('1–25 of 27').waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    await page.goBack();
    await page.getByRole('link', { name: 'Kim Larsen' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
  });
});
