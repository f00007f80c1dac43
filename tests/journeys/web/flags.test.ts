import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA, SEMANTIC } from '../../support/app.ts';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const FLAGS = '/projects/default/flags';
/** Of a page, gzipped. */
const MAX_SCRIPT_BYTES = 250_000;

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name }) });

describe.skipIf(!hasChromium)('the list of flags', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
  });
  afterAll(() => web.close());

  const addFlag = (key: string, more: object = {}) =>
    web.app.call({ method: 'POST', path: 'flags/default', body: { key, name: `Flag ${key}`, ...more } });

  it('says what flags are for while there are none, and has the first one made by keyboard alone', async () => {
    const page = await web.open('/');
    await page.waitForURL(`**${FLAGS}`);
    await page.getByRole('heading', { name: 'No flags yet' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);

    await page.getByRole('button', { name: 'Create flag' }).first().press('Enter');
    await page.getByRole('dialog', { name: 'Create a flag' }).waitFor();
    await page.getByLabel('Name', { exact: true }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.type('New checkout');
    await page.keyboard.press('Tab');
    expect(await page.getByLabel('Key', { exact: true }).inputValue()).toBe('new-checkout');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'New checkout' }).waitFor();
    await page.getByRole('link', { name: 'Flags', exact: true }).first().press('Enter');
    await page.getByRole('link', { name: 'New checkout' }).waitFor();
    expect(await row(page, 'New checkout').textContent()).toContain('Off');

    const { body } = await web.app.call({ path: 'flags/default/new-checkout' });
    expect(body).toMatchObject({ name: 'New checkout', kind: 'boolean', temporary: true });
    expect(faultsOf(page)).toEqual([]);
  });

  it('shows what is made elsewhere without being loaded again', async () => {
    const page = await web.open(FLAGS);
    const told = page.waitForResponse((response) => response.url().endsWith('/change-notices'));
    await page.getByRole('heading', { name: 'Flags' }).waitFor();
    expect((await told).status()).toBe(200);
    await addFlag('elsewhere');
    await web.app.clock.advance(1_000);
    await page.getByRole('link', { name: 'Flag elsewhere' }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('has flags of other kinds made, and says what is in the way', async () => {
    const page = await web.open(FLAGS);
    await page.getByRole('button', { name: 'Create flag' }).click();
    await page.getByText('JSON', { exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('Layout');
    await page.getByLabel('Value of variation 1').fill('{"columns": 3}');
    await page.getByLabel('Value of variation 2').fill('{');
    const submit = page.getByRole('dialog').getByRole('button', { name: 'Create flag' });
    expect(await submit.isDisabled()).toBe(true);
    await page.getByText('Variations: expected json').waitFor();
    await page.getByLabel('Value of variation 2').fill('{"columns": 2}');
    await page.getByLabel('Key', { exact: true }).fill('new-checkout');
    await submit.click();
    await page.getByRole('alert').filter({ hasText: 'new-checkout' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByLabel('Key', { exact: true }).fill('layout');
    await submit.click();
    await page.waitForURL(`**${FLAGS}/layout`);
    const { body } = await web.app.call({ path: 'flags/default/layout' });
    expect(body.variations.map(({ value }: { value: unknown }) => value)).toEqual([{ columns: 3 }, { columns: 2 }]);
  });

  it('shows what each environment serves', async () => {
    const { body: flag } = await addFlag('rollout');
    const [yes, no] = flag.variations;
    const rolloutWeights = { [yes._id]: 25_000, [no._id]: 75_000 };
    const instructions = [{ kind: 'turnFlagOn' }, { kind: 'updateFallthroughVariationOrRollout', rolloutWeights }];
    const body = { environmentKey: 'test', instructions };
    await web.app.call({ method: 'PATCH', path: 'flags/default/rollout', headers: SEMANTIC, body });
    const page = await web.open(FLAGS);
    await row(page, 'Flag rollout').waitFor();
    const text = await row(page, 'Flag rollout').textContent();
    expect(text).toContain('25%');
    expect(text).toContain('75%');
    expect(text).toContain('On');
    expect(text).toContain('Off');
  });

  it('finds flags, in an address that can be passed on, and pages them', async () => {
    for (let index = 0; index < 30; index++) await addFlag(`many-${index}`, { tags: index < 3 ? ['few'] : [] });
    const page = await web.open(FLAGS);
    await page.getByText(/^\d+ flags$/).waitFor();
    await page.getByLabel('Name or key').fill('many-');
    await page.getByText('30 flags found').waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByText('26–30 of 30').waitFor();
    expect(new URL(page.url()).search).toBe('?q=many-&page=2');
    await page.reload();
    await page.getByText('26–30 of 30').waitFor();

    await page.goto(`${web.url}${FLAGS}?tags=few&sort=name`);
    await page.getByText('3 flags found').waitFor();
    const names = await page.getByRole('row').getByRole('link').allTextContents();
    expect(names).toEqual(['Flag many-0', 'Flag many-1', 'Flag many-2']);
    await page.goto(`${web.url}${FLAGS}?q=nothing-like-that`);
    await page.getByRole('button', { name: 'Clear all filters' }).click();
    await page.getByText(/^\d+ flags$/).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('shows whose flags are used, and which are on their way', async () => {
    await web.app.call({ method: 'POST', path: 'teams', body: { key: 'core', name: 'Core team' } });
    await addFlag('of-a-team', { maintainerTeamKey: 'core' });
    const send = (method: 'POST' | 'PUT', path: string, body: object) =>
      web.app.call({ method, path: `projects/default/${path}`, body, headers: BETA });
    const audiences = [{ name: 'All', environmentKey: 'test' }];
    const phases = [
      { name: 'First', audiences },
      { name: 'Second', audiences },
    ];
    await send('POST', 'release-pipelines', { key: 'two', name: 'Two steps', phases });
    await send('PUT', 'flags/of-a-team/release', { releasePipelineKey: 'two' });
    const page = await web.open(FLAGS);
    await page.getByRole('combobox', { name: 'Maintainer' }).click();
    await page.getByRole('option', { name: 'Core team' }).click();
    await page.getByText('1 flag found').waitFor();
    expect(new URL(page.url()).search).toBe('?team=core');
    await row(page, 'Flag of-a-team').getByText('new', { exact: true }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await row(page, 'Flag of-a-team').getByRole('link', { name: 'First 1/2' }).press('Enter');
    await page.waitForURL(`**${FLAGS}/of-a-team/release`);
    expect(faultsOf(page)).toEqual([]);
  });

  it('tags and archives chosen flags', async () => {
    await addFlag('old-1');
    await addFlag('old-2');
    const page = await web.open(`${FLAGS}?q=old-`);
    await page.getByLabel('Choose all on this page').check();
    await page.getByRole('button', { name: 'Add tags' }).click();
    await page.getByRole('combobox', { name: 'Tags to add' }).fill('cleanup');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('2 flags tagged').waitFor();
    await page.getByLabel('Choose Flag old-1').check();
    await page.getByRole('button', { name: 'Archive' }).click();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await row(page, 'Flag old-1').waitFor({ state: 'detached' });
    expect((await web.app.call({ path: 'flags/default/old-1' })).body).toMatchObject({
      archived: true,
      tags: ['cleanup'],
    });
    expect((await web.app.call({ path: 'flags/default/old-2' })).body).toMatchObject({ archived: false });
  });

  it('says what went wrong, with the request, and tries again', async () => {
    const page = await web.open('/sign-in');
    await page.waitForURL(`**${FLAGS}`);
    await page.route('**/api/v2/flags/**', (route) =>
      route.fulfill({ status: 500, json: { code: 'internal_service_error', message: 'Broken', id: 'the-request' } }),
    );
    await page.goto(`${web.url}${FLAGS}`);
    await page.getByRole('alert').filter({ hasText: 'the-request' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.unroute('**/api/v2/flags/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'New checkout' }).or(page.getByRole('row').nth(1)).first().waitFor();
  });

  it('goes to a page by a few letters', async () => {
    const page = await web.open(FLAGS);
    await page.getByRole('heading', { name: 'Flags', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'A page, or the name' }).waitFor();
    await page.keyboard.type('layout');
    await page.getByRole('option', { name: 'Layout' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${FLAGS}/layout`);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('holds together at $width pixels, $colorScheme', async (options) => {
    const longName = 'A very long name '.repeat(5);
    await addFlag(`long-${options.width}-${options.colorScheme}`, { name: longName, tags: ['x'.repeat(64), 'y'] });
    const page = await web.open(FLAGS, options);
    await page.getByText(/^\d+ flags?$/).waitFor();
    await page.getByRole('row').nth(1).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('shows some of many environments, and those that are chosen', async () => {
    const environments = Array.from({ length: 50 }, (_, index) => ({
      key: `env-${index}`,
      name: `Environment ${index} of a team with a name that goes on and on`,
      color: '2f7fd1',
    }));
    await web.app.call({
      method: 'POST',
      path: 'projects',
      body: { key: 'big', name: 'Big '.repeat(20), environments },
    });
    await web.app.call({ method: 'POST', path: 'flags/big', body: { key: 'one', name: 'One' } });
    const page = await web.open('/projects/big/flags');
    await page.getByRole('button', { name: '3 of 50 environments' }).press('Enter');
    await page.getByLabel('Environment 42 of').check();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Environment 42' }).waitFor();
    expect(new URL(page.url()).searchParams.get('envs')).toContain('env-42');
    await page.getByRole('link', { name: 'One' }).click();
    await page.getByRole('combobox', { name: 'Environment' }).click();
    await page.getByRole('option', { name: 'Environment 7 of' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('option', { name: 'Environment 7 of' }).click();
    await page.getByText('The flag is off in Environment 7').waitFor();
    expect(await overflow(page)).toBe(0);
  });

  it.each([
    { place: 'the list', path: `${FLAGS}?q=weighed`, shown: 'Flag weighed' },
    { place: 'a flag', path: `${FLAGS}/weighed`, shown: 'The flag is off.' },
  ])('needs less than 250 kB of script for $place', async ({ path, shown }) => {
    await addFlag('weighed');
    const page = await web.open(path);
    await page.getByText(shown, { exact: true }).waitFor();
    const names = await page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)`,
    );
    const scripts = names.filter((name) => name.endsWith('.js'));
    const sizes = await Promise.all(scripts.map(async (name) => gzipSync(await readFile(`dist/web${name}`)).length));
    expect(scripts.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_SCRIPT_BYTES);
  });
});
