import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BETA } from '../../support/app.ts';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const METRICS = '/projects/default/metrics';
const RITA = { email: 'rita@example.com', password: 'another long password' };

describe.skipIf(!hasChromium)('the pages of metrics', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
    await call('POST', 'members', [{ ...RITA, role: 'reader' }]);
    await call('POST', 'flags/default', { key: 'checkout', name: 'New checkout' });
  });
  afterAll(() => web.close());

  const call = (method: 'POST' | 'PUT', path: string, body: unknown, headers = {}) =>
    web.app.call({ method, path, body, headers });
  const read = async (path: string) => (await web.app.call({ path, headers: BETA })).body;
  const addMetric = (key: string, more: object = {}) =>
    call('POST', 'metrics/default', { key, name: `Metric ${key}`, kind: 'custom', eventKey: key, ...more });

  it('say what metrics are for, and have the first one made by keyboard alone', async () => {
    const page = await web.open(METRICS);
    await page.getByRole('heading', { name: 'No metrics yet' }).waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create metric' }).first().press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('Orders completed');
    expect(await accessFaults(page)).toEqual([]);
    await page.getByLabel('Key of the event').focus();
    await page.keyboard.type('order');
    await page.keyboard.press('Enter');
    await page.getByText('Whether the event order comes for each user; more is better.').waitFor();
    expect(await read('metrics/default/orders-completed')).toMatchObject({
      name: 'Orders completed',
      kind: 'custom',
      isNumeric: false,
      eventKey: 'order',
    });
    expect(faultsOf(page)).toEqual([]);
  });

  it('have a numeric one made, and changed to what Prometheus says', async () => {
    const page = await web.open(METRICS);
    await page.getByRole('button', { name: 'Create metric' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Numeric', { exact: true }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('Latency');
    await dialog.getByLabel('Key of the event').fill('request');
    await dialog.getByLabel('Unit of its values').fill('ms');
    await dialog.getByRole('combobox', { name: 'Contexts are compared by' }).click();
    await page.getByRole('option', { name: 'a percentile' }).click();
    await dialog.getByRole('combobox', { name: 'Success' }).click();
    await page.getByRole('option', { name: 'Less is better' }).click();
    await dialog.getByRole('button', { name: 'Create metric' }).click();
    await page.getByText('The 95th percentile of the average of the event request in ms').waitFor();

    await page.getByRole('combobox', { name: 'Where it comes from' }).click();
    await page.getByRole('option', { name: 'Prometheus is asked' }).click();
    await page.getByText('It needs the address of Prometheus').waitFor();
    await page.getByLabel('Address of Prometheus').fill('https://prometheus.example.com');
    await page.getByLabel('Query').fill('latency{flag="${flagKey}"}');
    await page.getByLabel('Threshold', { exact: true }).fill('250');
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByText('Read from Prometheus; values above 250 are bad; less is better.').waitFor();
    expect(await read('metrics/default/latency')).toMatchObject({
      successCriteria: 'LowerThanBaseline',
      analysisType: 'percentile',
      percentileValue: 95,
      dataSource: { key: 'prometheus' },
      prometheus: { query: 'latency{flag="${flagKey}"}', mode: 'threshold', threshold: 250, failureLimit: 3 },
    });
    expect(faultsOf(page)).toEqual([]);
  });

  it('are found by what stands in the address', async () => {
    await addMetric('buy', { kind: 'click', selector: '.buy', urls: [{ kind: 'substring', substring: '/cart' }] });
    await addMetric('speed', { isNumeric: true, tags: ['web'] });
    const page = await web.open(`${METRICS}?kind=click`);
    await page.getByRole('link', { name: 'Metric buy' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: 'Numeric' }).click();
    await page.getByRole('link', { name: 'Metric speed' }).waitFor();
    await page.getByRole('combobox', { name: 'Tags' }).click();
    await page.getByRole('option', { name: 'web' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').fill('nothing');
    await page.getByRole('heading', { name: 'No metric is like that' }).waitFor();
    expect(new URL(page.url()).search).toBe('?kind=numeric&tags=web&q=nothing');
  });

  it('make groups, in an order that can be changed', async () => {
    for (const step of ['sees', 'buys']) await addMetric(step);
    const page = await web.open(`${METRICS}?show=groups`);
    await page.getByRole('button', { name: 'Create group' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Funnel');
    for (const step of ['buys', 'sees']) {
      await dialog.getByRole('combobox', { name: 'Add a step' }).fill(step);
      await page.getByRole('option', { name: `Metric ${step} (${step})` }).click();
    }
    await dialog.getByRole('button', { name: 'Move sees up' }).press('Enter');
    expect(await accessFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Create group' }).click();
    await page.getByText('Funnel is created').waitFor();
    const path = 'projects/default/metric-groups/funnel';
    const keysOf = async () => (await read(path)).metrics.map(({ key }: { key: string }) => key);
    expect(await keysOf()).toEqual(['sees', 'buys']);

    await page.getByRole('button', { name: 'Change Funnel' }).click();
    await dialog.getByRole('button', { name: 'Remove buys' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Funnel is saved').waitFor();
    expect(await keysOf()).toEqual(['sees']);
    expect(faultsOf(page)).toEqual([]);
  });

  it('tell what needs a metric, and why it cannot be deleted until nothing does', async () => {
    await addMetric('errors');
    const attach = (metricKeys: readonly string[]) =>
      call('PUT', 'projects/default/flags/checkout/measured-rollout-configuration', { metricKeys }, BETA);
    await attach(['errors']);
    const page = await web.open('/experiments/metrics/errors/edit');
    await page.waitForURL(`**${METRICS}/errors`);
    await page.getByRole('region', { name: 'Used by' }).getByRole('link', { name: 'New checkout' }).waitFor();
    const remove = async () => {
      await page.getByRole('button', { name: 'Delete metric…' }).click();
      await page.getByLabel('Type errors to confirm').fill('errors');
      await page.getByRole('button', { name: 'Delete for good' }).click();
    };
    await remove();
    await page.getByText("in use by flag 'checkout'").waitFor();
    expect(await accessFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await attach([]);
    await remove();
    await page.waitForURL(`**${METRICS}`);
    expect((await web.app.call({ path: 'metrics/default/errors' })).status).toBe(404);
  });

  it('offer nobody what they may not do, and say so', async () => {
    await addMetric('shown');
    const page = await web.open(METRICS, { as: RITA });
    const create = page.getByRole('button', { name: 'Create metric' });
    await page.locator('button[aria-disabled]').waitFor();
    await create.hover();
    await page.getByText('Your role does not allow this: createMetric').waitFor();
    await create.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.goto(`${web.url}${METRICS}/shown`);
    await page.getByText('Your role does not allow this: updateName').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).isDisabled()).toBe(true);
    expect(await accessFaults(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('hold together at $width pixels, $colorScheme', async (options) => {
    const long = 'k'.repeat(80);
    const prometheus = { url: 'https://p.example.com', query: `x{${long}}`, mode: 'threshold', threshold: 1 };
    await addMetric(long, { name: 'A long name '.repeat(7), tags: ['t'.repeat(64)], prometheus });
    const body = { key: long, name: long, kind: 'standard', metrics: [{ key: long }] };
    await call('POST', 'projects/default/metric-groups', body, BETA);
    for (const path of [METRICS, `${METRICS}/${long}`, `${METRICS}?show=groups`]) {
      const page = await web.open(path, options);
      await page
        .getByRole('table')
        .or(page.getByRole('region', { name: 'Used by' }))
        .first()
        .waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await accessFaults(page)).toEqual([]);
      expect(faultsOf(page)).toEqual([]);
    }
  });
});
