import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const FLAG = '/projects/default/flags/planned';
const IN_TEST = 'projects/default/flags/planned/environments/test';
const DAY = 24 * 60 * 60_000;

/** As a field for date and time has it. */
const field = (at: number) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

describe.skipIf(!hasChromium)('what is to happen to a flag', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
    // Pages know the time of the browser alone.
    web.app.clock.set(Date.now() - web.app.clock.now());
    await call('POST', 'flags/default', { key: 'planned', name: 'Planned' });
  });
  afterAll(() => web.close());

  const call = (method: 'GET' | 'PATCH' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) =>
    web.app.call({ method, path, ...(body !== undefined && { body }) });
  const plans = async () => (await call('GET', `${IN_TEST}/scheduled-changes`)).body.items;
  const waiting = (page: Page) => page.getByRole('region', { name: 'Waiting changes' });

  it('is planned for a time, moved and dropped, by keyboard alone', async () => {
    const page = await web.open(`${FLAG}?env=test`);
    await page.getByRole('switch').press('Space');
    await page.getByRole('button', { name: 'Review and save' }).press('Enter');
    await page.getByRole('radio', { name: 'Now' }).press('ArrowRight');
    const submit = page.getByRole('dialog').getByRole('button', { name: 'Plan for Test' });
    expect(await submit.isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Time', exact: true }).fill(field(Date.now() - DAY));
    await page.getByText('This is over already').waitFor();
    await page.getByRole('textbox', { name: 'Time', exact: true }).fill(field(Date.now() + 3 * DAY));
    expect(await accessFaults(page)).toEqual([]);
    await submit.press('Enter');
    await page.getByText('Planned for Test').waitFor();
    await waiting(page).getByText('Turn the flag on').waitFor();
    await waiting(page).getByText('in 3 days').waitFor();
    expect(await plans()).toMatchObject([{ instructions: [{ kind: 'turnFlagOn' }] }]);
    expect((await call('GET', 'flags/default/planned')).body.environments.test.on).toBe(false);

    await waiting(page).getByRole('button', { name: 'Change the time' }).press('Enter');
    await waiting(page)
      .getByLabel('New time')
      .fill(field(Date.now() + 5 * DAY));
    expect(await accessFaults(page)).toEqual([]);
    await waiting(page).getByRole('button', { name: 'Move it' }).press('Enter');
    await waiting(page).getByText('in 5 days').waitFor();
    await waiting(page).getByRole('button', { name: 'Delete', exact: true }).press('Enter');
    await waiting(page).getByRole('button', { name: 'Delete the plan' }).press('Enter');
    await waiting(page).waitFor({ state: 'detached' });
    expect(await plans()).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('has targets that end on a date', async () => {
    const page = await web.open(`${FLAG}?env=test`);
    await page.getByRole('button', { name: 'Add targets' }).click();
    await page.getByRole('combobox', { name: 'user keys that get true' }).fill('kim');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Let a user key end' }).click();
    await page.getByRole('option', { name: 'kim' }).click();
    await page.getByRole('group', { name: 'End of kim' }).getByText('next week').waitFor();
    await page.getByLabel('When kim ends').fill(field(Date.now() + 2 * DAY));
    expect(await accessFaults(page)).toEqual([]);
    const words = await save(page);
    expect(words).toEqual(['Serve true to user kim', expect.stringContaining('Let the target user kim end on')]);
    const path = 'flags/default/planned/expiring-targets/test';
    const [stored] = (await call('GET', path)).body.items;
    expect(stored).toMatchObject({ contextKind: 'user', contextKey: 'kim' });
    expect(Math.abs(stored.expirationDate - Date.now() - 2 * DAY)).toBeLessThan(120_000);

    await page.reload();
    await page.getByRole('button', { name: 'kim has no end' }).press('Enter');
    expect(await save(page)).toEqual(['Let the target user kim have no end']);
    expect((await call('GET', path)).body.items).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('waits for others where they have to agree, at its time', async () => {
    await call('PATCH', 'projects/default/environments/test', [
      { op: 'replace', path: '/approvalSettings/required', value: true },
    ]);
    const page = await web.open(`${FLAG}?env=test`);
    await page.getByRole('switch').press('Space');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByLabel('What reviewers should know').fill('When all have gone home');
    await page.getByRole('dialog').getByText('At a time').click();
    await page.getByRole('textbox', { name: 'Time', exact: true }).fill(field(Date.now() + 3 * DAY));
    await page.getByRole('dialog').getByRole('button', { name: 'Ask for approval' }).click();
    const link = waiting(page).getByRole('link', { name: 'When all have gone home' });
    await link.waitFor();
    await waiting(page).getByText('to happen in 3 days').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await link.press('Enter');
    await page.getByRole('heading', { name: 'When all have gone home' }).waitFor();
    const { body } = await call('GET', 'approval-requests');
    expect(body.items[0].executionDate).toBeGreaterThan(Date.now());
    expect(faultsOf(page)).toEqual([]);
  });

  it('is found in code, once somebody has told', async () => {
    const page = await web.open(`${FLAG}/code`);
    await page.getByRole('heading', { name: 'No code has been looked through yet' }).waitFor();
    await page.getByText('ld-find-code-refs').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    const hunkUrlTemplate = 'https://code.example/${sha}/${filePath}#L${lineNumber}';
    await call('POST', 'code-refs/repositories', { name: 'shop', type: 'custom', hunkUrlTemplate });
    const lines = `if (flag('planned', false)) {\n  ${'show '.repeat(40)}\n}`;
    const hunk = { startingLineNumber: 41, lines, projKey: 'default', flagKey: 'planned', aliases: ['isPlanned'] };
    await call('PUT', 'code-refs/repositories/shop/branches/main', {
      name: 'main',
      head: 'abcdef0123456789',
      syncTime: Date.now(),
      references: [{ path: `src/${'deep/'.repeat(20)}page.ts`, hunks: [hunk] }],
    });
    await page.reload();
    await page.getByText('1 place in 1 file').waitFor();
    expect(await page.getByRole('link', { name: 'Line 41' }).getAttribute('href')).toMatch(/page\.ts#L41$/);
    await page.getByText('as isPlanned').waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await call('POST', 'flags/default', { key: 'unseen', name: 'Unseen' });
    await page.goto(`${web.url}/projects/default/flags/unseen/code`);
    await page.getByRole('heading', { name: 'No code speaks of this flag' }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
  ] as const)('holds together at $width pixels, $colorScheme', async (options) => {
    const page = await web.open(`${FLAG}?env=test`, options);
    await waiting(page).waitFor();
    await page.getByRole('combobox', { name: 'Let a user key end' }).click();
    await page.getByRole('option', { name: 'kim' }).click();
    await page.getByRole('group', { name: 'End of kim' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(`${web.url}${FLAG}/code`);
    await page.getByRole('link', { name: 'Line 41' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  /** Saves what has been changed. @returns what the dialog said would be done */
  async function save(page: Page): Promise<string[]> {
    await page.getByRole('button', { name: 'Review and save' }).click();
    const dialog = page.getByRole('dialog');
    const words = dialog.getByLabel('What will be done').getByRole('listitem');
    await words.first().waitFor();
    const said = await words.allTextContents();
    await dialog.getByRole('button', { name: 'Save in Test' }).click();
    await page.getByText('Saved in Test').waitFor();
    return said;
  }
});
