import type { LDClient } from '@launchdarkly/node-server-sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA } from '../../support/app.ts';
import { hasChromium } from '../../support/chromium.ts';
import { connectSdk } from '../../support/official-sdk.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const USERS = 400;

const PIPELINES = '/projects/default/pipelines';
const RELEASES = '/projects/default/releases';

describe.skipIf(!hasChromium)('pages of releases', () => {
  let web: Web;
  let production: LDClient;

  beforeAll(async () => {
    web = await startWeb();
    await send('PATCH', 'projects/default/environments/production', [
      { op: 'replace', path: '/critical', value: true },
    ]);
    await send('POST', 'segments/default/test', { key: 'beta', name: 'Beta users' });
    await send('POST', 'metrics/default', {
      key: 'checkout-error',
      name: 'Errors at the checkout',
      kind: 'custom',
      eventKey: 'checkout-error',
      isNumeric: false,
      successCriteria: 'LowerThanBaseline',
      randomizationUnits: ['user'],
    });
    const { body } = await web.app.call({ path: 'projects/default/environments/production' });
    production = await connectSdk(web.url, body.apiKey);
  });
  afterAll(async () => {
    production?.close();
    await web?.close();
  });

  const send = (method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown) =>
    web.app.call({ method, path, body, headers: BETA });
  const addFlag = (key: string) => send('POST', 'flags/default', { key, name: `Flag ${key}` });
  const addPipeline = (key: string, phases: readonly object[]) =>
    send('POST', 'projects/default/release-pipelines', { key, name: `Pipeline ${key}`, phases });
  const release = async (key: string) =>
    (await web.app.call({ path: `projects/default/flags/${key}/release`, headers: BETA })).body;
  const enter = (key: string, pipelineKey: string) =>
    send('PUT', `projects/default/flags/${key}/release`, { releasePipelineKey: pipelineKey });
  const start = async (key: string, index: number) => {
    const { phases } = await release(key);
    await send('PUT', `projects/default/flags/${key}/release/phases/${phases[index]._id}`, { status: 'active' });
  };
  const at = (key: string) => `/projects/default/flags/${key}/release`;
  const inTest = (more: object = {}) => ({
    name: 'Test',
    audiences: [{ name: 'All of test', environmentKey: 'test', ...more }],
  });
  const inProduction = (configuration: object) => ({
    name: 'Production',
    audiences: [{ name: 'Everyone', environmentKey: 'production', configuration }],
  });
  const guarded = (rollbackOnRegression: boolean) =>
    inProduction({
      releaseStrategy: 'monitored-release',
      requireApproval: false,
      releaseGuardianConfiguration: {
        rollbackOnRegression,
        randomizationUnit: 'user',
        metricKeys: ['checkout-error'],
        stages: [{ allocation: 50_000, durationMillis: HOUR }],
      },
    });
  /** Lets users come; only those with the new variation meet errors. */
  const visit = async (flagKey: string) => {
    const reason = async () => (await production.variationDetail(flagKey, { kind: 'user', key: 'x' }, 'absent')).reason;
    await expect.poll(reason, { timeout: 5000 }).toMatchObject({ inExperiment: true });
    for (let index = 0; index < USERS; index++) {
      const user = { kind: 'user', key: `${flagKey}-${index}` };
      const isNew = (await production.variation(flagKey, user, 'absent')) === true;
      if (isNew && index % 4 === 0) production.track('checkout-error', user);
    }
    await production.flush();
    await web.app.clock.advance(5 * MINUTE);
  };
  const phaseOf = (page: Page, name: string) => page.getByRole('listitem', { name, exact: true });

  it('says how to begin, and has a pipeline built by keyboard and by dragging', async () => {
    const page = await web.open(RELEASES);
    await page.getByRole('heading', { name: 'No pipelines yet' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'New pipeline' }).press('Enter');
    await page.getByLabel('Name', { exact: true }).fill('First steps');
    expect(await page.getByLabel('Key', { exact: true }).inputValue()).toBe('first-steps');
    const names = async () => {
      const fields = await page.getByRole('textbox', { name: /^Name of phase/ }).all();
      return Promise.all(fields.map((field) => field.inputValue()));
    };
    expect(await names()).toEqual(['Test', 'Production']);

    await page.getByRole('button', { name: 'Move phase 2 up' }).press('Enter');
    expect(await names()).toEqual(['Production', 'Test']);
    const cards = page.locator('ol > li[data-card]');
    const handle = cards.nth(1).locator('[draggable=true]').first();
    await handle.dragTo(cards.first(), { targetPosition: { x: 100, y: 5 } });
    expect(await names()).toEqual(['Test', 'Production']);

    await page.getByRole('combobox', { name: 'How' }).last().click();
    await page.getByRole('option', { name: /^Guarded/ }).click();
    await page.getByLabel('Traffic of stage 1 of audience 1 of phase 2').fill('60');
    await page.getByRole('button', { name: 'Create pipeline' }).click();
    await page.getByRole('alert').waitFor();
    const traffic = page.getByLabel('Traffic of stage 1 of audience 1 of phase 2');
    expect(await traffic.getAttribute('aria-invalid')).toBe('true');
    expect(await accessFaults(page)).toEqual([]);
    await traffic.fill('10');
    await page.getByRole('button', { name: 'Create pipeline' }).press('Enter');
    await page.getByRole('button', { name: 'Look at it' }).click();
    await page.getByRole('heading', { name: 'First steps', level: 1 }).waitFor();
    const { body } = await web.app.call({
      path: 'projects/default/release-pipelines/first-steps',
      headers: BETA,
    });
    expect(body).toMatchObject({
      isProjectDefault: true,
      phases: [
        { name: 'Test' },
        {
          name: 'Production',
          audiences: [
            {
              configuration: {
                releaseStrategy: 'monitored-release',
                releaseGuardianConfiguration: {
                  stages: [{ allocation: 10_000 }, { allocation: 25_000 }, { allocation: 50_000 }],
                },
              },
            },
          ],
        },
      ],
    });
    expect(faultsOf(page)).toEqual([]);
  });

  it('changes a pipeline, moves the default, and deletes by its key', async () => {
    await addPipeline('spare', [inTest()]);
    const page = await web.open(`${PIPELINES}/spare`);
    await page.getByLabel('Name', { exact: true }).fill('Renamed');
    await page.getByRole('button', { name: 'Add a phase' }).click();
    await page.getByLabel('Name of phase 2').fill('Second');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Renamed is saved').waitFor();
    const path = 'projects/default/release-pipelines/spare';
    const { body } = await web.app.call({ path, headers: BETA });
    expect(body).toMatchObject({ name: 'Renamed', phases: [{ name: 'Test' }, { name: 'Second' }] });

    await page.getByRole('button', { name: 'Make default' }).click();
    await page.getByRole('button', { name: 'Make default' }).waitFor({ state: 'detached' });
    await send('PATCH', 'projects/default', [
      { op: 'replace', path: '/defaultReleasePipelineKey', value: 'first-steps' },
    ]);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByLabel('Type spare to confirm').fill('spare');
    await page.getByRole('button', { name: 'Delete pipeline' }).click();
    await page.waitForURL(`**${PIPELINES}`);
    await page.getByRole('link', { name: 'First steps' }).waitFor();
    expect((await web.app.call({ path, headers: BETA })).status).toBe(404);
    expect(faultsOf(page)).toEqual([]);
  });

  it('shows what others make without a reload', async () => {
    const page = await web.open(PIPELINES);
    const told = page.waitForResponse((response) => response.url().endsWith('/change-notices'));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await told;
    await addPipeline('from-elsewhere', [inTest()]);
    await web.app.clock.advance(2000);
    await page.getByRole('link', { name: 'Pipeline from-elsewhere' }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('starts a release after a dry run, and follows it to its end', async () => {
    await addFlag('banner');
    await addPipeline('quick', [
      { ...inTest(), configuration: { bakeTimeDurationMs: HOUR } },
      inProduction({ releaseStrategy: '', requireApproval: false }),
    ]);
    const page = await web.open(`${RELEASES}?pipeline=quick`);
    await page.getByRole('heading', { name: 'Nothing is being released' }).waitFor();
    await page.getByRole('button', { name: 'Start a release' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Flag' }).fill('banner');
    await page.getByRole('option', { name: 'Flag banner' }).click();
    const steps = dialog.getByLabel('What would happen');
    await steps.getByText('after 1 h').first().waitFor();
    await steps.getByText('somebody has to act').first().waitFor();
    await steps
      .getByText('Turn the flag on in Production')
      .or(steps.getByText(/in Production/))
      .first()
      .waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Start release' }).click();
    await page.waitForURL(`**${at('banner')}`);
    await web.app.clock.advance(2000);
    await page.getByText('completes when its bake time is over').waitFor();
    expect(await accessFaults(page)).toEqual([]);

    await page.getByRole('link', { name: 'Releases' }).last().click();
    const card = page.getByRole('region', { name: 'Test' }).getByRole('article', { name: 'Flag banner' });
    await card.getByText('Baking').waitFor();
    await card.getByRole('link', { name: 'Flag banner' }).click();
    await web.app.clock.advance(HOUR);
    await page.getByRole('button', { name: 'Start Production' }).click();
    await page
      .getByText(/has been released|is complete|Completed/)
      .first()
      .waitFor();
    await web.app.clock.advance(2000);
    await page.getByRole('link', { name: 'Release again' }).waitFor();
    expect((await web.app.call({ path: 'flags/default/banner' })).body.environments.production.on).toBe(true);

    await page.goto(`${web.url}${RELEASES}?pipeline=quick`);
    await page.getByRole('region', { name: 'Completed' }).getByRole('link', { name: 'Flag banner' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });

  it('pauses, resumes, cancels and takes back', async () => {
    await addFlag('steered');
    await enter('steered', 'quick');
    await start('steered', 0);
    const page = await web.open(at('steered'));
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    await page.getByRole('button', { name: 'Pause release' }).click();
    await page.getByText('The release is paused', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('The release goes on').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel release' }).click();
    await page.getByText('Canceled', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByLabel('Type steered to confirm').fill('steered');
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Roll back everything' }).click();
    await page.getByText('Taken back', { exact: true }).waitFor();
    expect((await web.app.call({ path: 'flags/default/steered' })).body.environments.test.on).toBe(false);
  });

  it('tells what others have changed when a release cannot be taken back', async () => {
    const serve = (value: object) =>
      send('PATCH', 'flags/default/moved', [{ op: 'replace', path: '/environments/test/fallthrough', value }]);
    await addFlag('moved');
    await serve({ variation: 1 });
    await enter('moved', 'quick');
    await start('moved', 0);
    await serve({ rollout: { variations: [0, 1].map((variation) => ({ variation, weight: 50_000 })) } });
    const page = await web.open(at('moved'));
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByLabel('Type moved to confirm').fill('moved');
    await page.getByRole('button', { name: 'Roll back everything' }).click();
    await page.getByRole('dialog').getByRole('alert').filter({ hasText: 'its default rule in test' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    const { body } = await web.app.call({ path: 'flags/default/moved' });
    expect(body.environments.test.on).toBe(true);
  });

  it('has a second member approve, and the first one told by the bell', async () => {
    await addFlag('approved');
    await addPipeline('strict', [inTest({ configuration: { releaseStrategy: '', requireApproval: true } })]);
    await enter('approved', 'strict');
    const page = await web.open(at('approved'));
    await page.getByRole('button', { name: 'Start Test' }).click();
    await page.getByText('somebody else has to approve it').waitFor();
    expect(await accessFaults(page)).toEqual([]);

    const reviewer = await openAsAdmin(web, 'reviewer@example.com', at('approved'));
    await reviewer.getByRole('button', { name: 'Approve' }).click();
    await reviewer.getByText('has approved').waitFor();
    await page.getByRole('button', { name: 'Apply the approved change' }).click();
    await web.app.clock.advance(2000);
    await page.getByText('Completed', { exact: true }).first().waitFor();
    expect((await web.app.call({ path: 'flags/default/approved' })).body.environments.test.on).toBe(true);

    await page.reload();
    await page.getByRole('button', { name: /^Notices, \d+ not read/ }).press('Enter');
    const notice = page.getByRole('button', { name: /^Approved/ });
    await notice.waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await page.getByRole('button', { name: 'Notices', exact: true }).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('shows a regression, has it dismissed, and rolls forward', async () => {
    await addFlag('watched');
    await addPipeline('watching', [guarded(false)]);
    await enter('watched', 'watching');
    await start('watched', 0);
    await visit('watched');
    const page = await web.open(at('watched'));
    await page.getByText('Errors at the checkout: got worse').first().waitFor();
    await page.getByRole('img', { name: /^Errors at the checkout: got worse; .* difference \+/ }).waitFor();
    const sides = page.getByRole('table', { name: 'Both sides of Errors at the checkout' });
    await sides.getByRole('row', { name: /^New variation \d[\d.]* % .* … .* %/ }).waitFor();
    await sides.getByRole('row', { name: /^Old variation 0 % / }).waitFor();
    await page.getByRole('img', { name: 'Both sides: New variation' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Dismiss: it is no harm' }).click();
    await page.getByText('somebody has said to go on').first().waitFor();
    await page.getByRole('button', { name: 'Roll forward to all of Everyone' }).click();
    await page.getByText('Somebody has given everybody the new variation').waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('shows what was rolled back by itself, and has it tried again', async () => {
    await addFlag('fallen');
    await addPipeline('falling', [guarded(true)]);
    await enter('fallen', 'falling');
    await start('fallen', 0);
    await visit('fallen');
    const page = await web.open(at('fallen'));
    await page.getByText('It was rolled back by itself').waitFor();
    await page.getByText('Rolled back', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Retry Production' }).click();
    await page.getByText('It goes on by itself').waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it('finds releases by name, and stops all of them', async () => {
    for (const key of ['stopped-1', 'stopped-2']) {
      await addFlag(key);
      await enter(key, 'quick');
      await start(key, 0);
    }
    const page = await web.open(`${RELEASES}?pipeline=quick`);
    await page.getByRole('article', { name: 'Flag stopped-1' }).waitFor();
    await page.getByRole('textbox', { name: 'Name or key of a flag' }).fill('stopped-2');
    await page.getByRole('article', { name: 'Flag stopped-1' }).waitFor({ state: 'detached' });
    await page.getByRole('article', { name: 'Flag stopped-2' }).waitFor();
    await page.getByRole('button', { name: 'Stop everything' }).click();
    await page.getByLabel('Type default to confirm').fill('default');
    await page.getByRole('button', { name: 'Stop all releases' }).click();
    const dialog = page.getByRole('dialog', { name: 'Everything is stopped' });
    await dialog.getByRole('link', { name: 'stopped-1' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('article', { name: 'Flag stopped-2' }).getByText('Paused', { exact: true }).waitFor();

    await page.goto(`${web.url}${PIPELINES}/quick`);
    await page.getByText('only names, the description and tags can change').waitFor();
    await phaseOf(page, 'Production').waitFor();
    expect(await page.getByRole('combobox', { name: 'Environment' }).first().isDisabled()).toBe(true);
    expect(faultsOf(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('holds together at $width pixels, $colorScheme', async (options) => {
    for (const path of [`${RELEASES}?pipeline=quick`, at('watched'), PIPELINES, `${PIPELINES}/watching`]) {
      const page = await web.open(path, options);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('listitem').or(page.getByRole('article')).first().waitFor();
      expect([path, await overflow(page)]).toEqual([path, 0]);
      expect([path, await accessFaults(page)]).toEqual([path, []]);
      expect(faultsOf(page)).toEqual([]);
      await page.context().close();
    }
  });
});

/** Opens a page as another member, an administrator, who is made for that. */
async function openAsAdmin(web: Web, email: string, path: string): Promise<Page> {
  const password = 'another long password';
  await web.app.call({ method: 'POST', path: 'members', body: [{ email, role: 'admin', password }] });
  const page = await web.open('/sign-in', { isSignedIn: false });
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await page.goto(web.url + path);
  return page;
}
