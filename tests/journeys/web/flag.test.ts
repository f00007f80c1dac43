import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEMANTIC } from '../../support/app.ts';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

describe.skipIf(!hasChromium)('the page of a flag', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
    await addFlag('needed');
    await addFlag('shown', { description: 'A long word: '.concat('x'.repeat(120)) });
    const [yes, no] = (await stored('shown')).variations;
    const clauses = [
      { contextKind: 'user', attribute: 'country', op: 'in', values: ['de', 'f'.repeat(80)], negate: true },
    ];
    const instructions = [
      { kind: 'turnFlagOn' },
      { kind: 'addTargets', contextKind: 'org', variationId: yes._id, values: ['y'.repeat(80)] },
      {
        kind: 'addRule',
        clauses,
        rolloutWeights: { [yes._id]: 40_000, [no._id]: 60_000 },
        description: 'z'.repeat(80),
      },
    ];
    const body = { environmentKey: 'test', instructions };
    await web.app.call({ method: 'PATCH', path: 'flags/default/shown', headers: SEMANTIC, body });
  });
  afterAll(() => web.close());

  const call = (method: 'POST' | 'PATCH', path: string, body: unknown) => web.app.call({ method, path, body });
  const addFlag = (key: string, more: object = {}) =>
    call('POST', 'flags/default', { key, name: `Flag ${key}`, ...more });
  const stored = async (key: string) => (await web.app.call({ path: `flags/default/${key}` })).body;
  const open = async (key: string, more = '') => {
    const page = await web.open(`/projects/default/flags/${key}${more}`);
    await page.getByRole('heading', { name: `Flag ${key}` }).waitFor();
    return page;
  };
  const save = async (page: Page, environment: string, comment: string) => {
    await page.getByRole('button', { name: 'Review and save' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Comment').fill(comment);
    expect(await accessFaults(page)).toEqual([]);
    const words = await dialog.getByLabel('What will be done').getByRole('listitem').allTextContents();
    await dialog.getByRole('button', { name: `Save in ${environment}` }).press('Enter');
    await page.getByText(`Saved in ${environment}`).waitFor();
    await dialog.waitFor({ state: 'detached' });
    return words;
  };

  it('turns it on, by keyboard alone, after showing what will be done', async () => {
    await addFlag('switch');
    const page = await open('switch', '?env=test');
    await page.getByRole('switch').press('Space');
    expect(await save(page, 'Test', 'Let us see')).toEqual(['Turn the flag on']);
    await page.getByText('The flag is on in Test').waitFor();
    expect((await stored('switch')).environments).toMatchObject({ test: { on: true }, production: { on: false } });
    const { body } = await web.app.call({ path: 'auditlog?limit=1' });
    expect(body.items[0]).toMatchObject({ comment: 'Let us see', name: 'Flag switch' });
    expect(faultsOf(page)).toEqual([]);
  });

  it('sets up everything that decides, and shows at once who would get what', async () => {
    await addFlag('whole');
    const page = await open('whole', '?env=test');
    const preview = page.getByLabel('Preview');
    await preview.getByText('The flag is off.').waitFor();
    await page.getByRole('switch').press('Space');
    await preview.getByText('With your changes').waitFor();

    await page.getByRole('combobox', { name: 'Add a prerequisite' }).fill('needed');
    await page.getByRole('option', { name: 'Flag needed' }).click();
    await preview.getByText('The prerequisite needed does not hold.').waitFor();

    await page.getByRole('button', { name: 'Add targets' }).click();
    await page.getByRole('combobox', { name: 'user keys that get true' }).fill('kim');
    await page.keyboard.press('Enter');

    await page.getByRole('button', { name: 'Add rule' }).click();
    await page.getByRole('button', { name: 'Review and save' }).isDisabled();
    const rule = page.getByRole('listitem', { name: 'Rule 1' });
    await rule.getByLabel('Name of rule 1').fill('Old browsers');
    await rule.getByRole('combobox', { name: 'Attribute' }).fill('version');
    await rule.getByRole('combobox', { name: 'Operator' }).fill('is a version below');
    await page.getByRole('option', { name: 'is a version below', exact: true }).click();
    await rule.getByRole('combobox', { name: 'Values' }).fill('2.0.0');
    await page.keyboard.press('Enter');
    expect(await accessFaults(page)).toEqual([]);

    await page.getByRole('combobox', { name: 'Serve by default' }).click();
    await page.getByRole('option', { name: 'Shares of all, in percent' }).click();
    await page.getByLabel('Percent of true by default').fill('30');
    await page.getByLabel('Share of false by default').press('ArrowRight');
    expect(await page.getByLabel('Percent of true by default').inputValue()).toBe('29 %');
    expect(await accessFaults(page)).toEqual([]);

    const words = await save(page, 'Test', '');
    expect(words).toEqual([
      'Turn the flag on',
      'Need needed to serve true',
      'Serve true to user kim',
      'Add a rule: if user version is a version below 2.0.0, serve true',
      'By default, serve 29% true, 71% false instead of true',
    ]);
    const { test } = (await stored('whole')).environments;
    expect(test).toMatchObject({
      on: true,
      prerequisites: [{ key: 'needed', variation: 0 }],
      targets: [{ values: ['kim'], variation: 0 }],
      rules: [{ description: 'Old browsers', clauses: [{ op: 'semVerLessThan', values: ['2.0.0'] }] }],
      fallthrough: { rollout: { variations: [{ weight: 29_000 }, { weight: 71_000 }] } },
    });
    expect(faultsOf(page)).toEqual([]);
  });

  it('tries a flag on contexts that SDKs have told of', async () => {
    const { body } = await web.app.call({ path: 'projects/default/environments/test' });
    const context = { kind: 'user', key: 'lee', country: 'de' };
    const events = [{ kind: 'identify', creationDate: web.app.clock.now(), context }];
    const headers = { authorization: body.apiKey };
    await web.app.call({ method: 'POST', path: '/bulk', body: events, headers, token: null });
    const page = await open('shown', '?env=test');
    await page.getByRole('combobox', { name: 'Try a context that was seen lately' }).click();
    await page.getByRole('option', { name: 'lee' }).click();
    expect(JSON.parse(await page.getByLabel('Context', { exact: true }).inputValue())).toEqual(context);
    expect(await accessFaults(page)).toEqual([]);
  });

  it('tries patterns, which few flags have', async () => {
    await addFlag('patterned');
    const clause = { contextKind: 'user', attribute: 'key', op: 'matches', values: ['^ex.*user$'], negate: false };
    const [{ _id }] = (await stored('patterned')).variations;
    const instructions = [{ kind: 'turnFlagOn' }, { kind: 'addRule', clauses: [clause], variationId: _id }];
    const body = { environmentKey: 'test', instructions };
    await web.app.call({ method: 'PATCH', path: 'flags/default/patterned', headers: SEMANTIC, body });
    const page = await open('patterned', '?env=test');
    await page.getByText('Rule 1 matches: user key matches the pattern ^ex.*user$.').waitFor();
    await page.getByRole('switch').press('Space');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page
      .getByRole('dialog')
      .getByLabel('Impact')
      .filter({ hasText: /contexts? .*seen/ })
      .waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('keeps a draft when somebody else changes the flag, and asks before it is lost', async () => {
    await addFlag('busy');
    const page = await open('busy', '?env=test');
    await page.getByRole('switch').press('Space');
    const patch = [{ op: 'replace', path: '/environments/test/trackEvents', value: true }];
    await call('PATCH', 'flags/default/busy', patch);
    await page.getByRole('combobox', { name: 'Serve when off' }).click();
    await page.getByRole('option', { name: 'The default that the code passes' }).click();
    await page.getByText('2 changes').waitFor();
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('link', { name: 'Flags', exact: true }).first().click();
    await page.getByText('2 changes').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('The flag is off in Test').waitFor();
    expect((await stored('busy')).environments.test).toMatchObject({ on: false, trackEvents: true, offVariation: 1 });
  });

  it('asks twice in critical environments, and for approval where that is needed', async () => {
    await addFlag('careful');
    const settings = [
      { op: 'replace', path: '/critical', value: true },
      { op: 'replace', path: '/confirmChanges', value: true },
    ];
    const path = 'projects/default/environments/production';
    await call('PATCH', path, settings);
    const page = await open('careful', '?env=production');
    await page.getByText('Critical environment').waitFor();
    await page.getByRole('switch').press('Space');
    await page.getByRole('button', { name: 'Review and save' }).click();
    const submit = page.getByRole('dialog').getByRole('button', { name: 'Save in Production' });
    expect(await submit.isDisabled()).toBe(true);
    await page.getByLabel('Type production to confirm').fill('production');
    expect(await accessFaults(page)).toEqual([]);

    await call('PATCH', path, [{ op: 'replace', path: '/approvalSettings/required', value: true }]);
    const refused = web.app.call({ path: 'approval-requests' });
    expect((await refused).body.items).toEqual([]);
    await page.reload();
    await page.getByRole('switch').press('Space');
    await page.getByRole('button', { name: 'Review and save' }).click();
    await page.getByLabel('What reviewers should know').fill('It is time');
    await page.getByLabel('Type production to confirm').fill('production');
    await page.getByRole('dialog').getByRole('button', { name: 'Ask for approval' }).click();
    await page.getByText('Approval is requested').waitFor();
    const { body } = await web.app.call({ path: 'approval-requests' });
    expect(body.items).toMatchObject([{ description: 'It is time', instructions: [{ kind: 'turnFlagOn' }] }]);
    expect((await stored('careful')).environments.production.on).toBe(false);
  });

  it('names variations, and adds and removes them', async () => {
    await addFlag('words', { variations: [{ value: 'one' }, { value: 'two' }] });
    const page = await open('words', '/variations');
    await page.getByLabel('Name of variation 1').fill('First');
    await page.getByRole('button', { name: 'Add variation' }).click();
    await page.getByLabel('Value of variation 3').fill('three');
    await page.getByText('Variation 3: expected JSON').waitFor();
    await page.getByLabel('Value of variation 3').fill('"three"');
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save variations' }).click();
    await page.getByText('Variations are saved').waitFor();
    const { variations } = await stored('words');
    expect(variations).toMatchObject([{ value: 'one', name: 'First' }, { value: 'two' }, { value: 'three' }]);
  });

  it('changes what it is, archives it and deletes it after asking for its key', async () => {
    await addFlag('ending');
    const page = await open('ending', '/settings');
    await page.getByLabel('Description').fill('Nobody needs it');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('Settings are saved').waitFor();
    await page.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('Archived: SDKs do not get this flag.').waitFor();
    expect(await stored('ending')).toMatchObject({ description: 'Nobody needs it', archived: true });
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Delete…' }).click();
    const confirm = page.getByRole('button', { name: 'Delete for good' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Type ending to confirm').fill('ending');
    await confirm.click();
    await page.getByText('Flag ending is deleted').waitFor();
    expect((await web.app.call({ path: 'flags/default/ending' })).status).toBe(404);
    expect(faultsOf(page)).toEqual([]);
  });

  it('tells what has been done', async () => {
    const page = await open('shown', '/history');
    await page.locator('summary').filter({ hasText: 'updated the flag Flag shown in test' }).press('Enter');
    await page.getByLabel('Difference').waitFor();
    expect(await accessFaults(page)).toEqual([]);
  });

  it('is reached by the addresses that the API gives, and says when there is no such flag', async () => {
    const page = await web.open('/default/test/features/shown');
    await page.waitForURL('**/projects/default/flags/shown?env=test');
    await page.getByText('The flag is on in Test').waitFor();
    await page.goto(`${web.url}/projects/default/flags/nothing`);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('Nothing is here');
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('holds together at $width pixels, $colorScheme', async (options) => {
    for (const tab of ['?env=test', '/variations', '/settings', '/history']) {
      const page = await web.open(`/projects/default/flags/shown${tab}`, options);
      await page.getByRole('tabpanel').getByRole('textbox').or(page.locator('summary')).first().waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      expect(faultsOf(page)).toEqual([]);
    }
  });
});
