import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../../support/chromium.ts';
import { accessFaults, faultsOf, overflow, startWeb, type Web } from '../../support/web.ts';

const WELCOME = '/projects/default/welcome';
/** Processes tell of their streams so often. */
const REPORT_MS = 10_000;

describe.skipIf(!hasChromium)('the first steps', () => {
  let web: Web;

  beforeAll(async () => {
    web = await startWeb();
  });
  afterAll(() => web.close());

  it('lead from nothing to a program with the official SDK that is connected', async () => {
    const page = await web.open('/');
    await page.getByRole('button', { name: 'Get started' }).press('Enter');
    await page.waitForURL(`**${WELCOME}`);
    await page.getByText('The program is written for your flag').waitFor();
    expect(await accessFaults(page)).toEqual([]);

    await page.getByRole('button', { name: 'Create flag' }).press('Enter');
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).waitFor();
    await page.keyboard.type('New checkout');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.waitForURL(`**${WELCOME}?flag=new-checkout`);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByRole('button', { name: 'Node.js', exact: true }).click();
    await page.getByText('Waiting for the first connection').waitFor();
    expect(await accessFaults(page)).toEqual([]);

    const program = await page.getByRole('region', { name: 'Program for Node.js' }).textContent();
    const running = spawn(process.execPath, ['--input-type=module', '--eval', program ?? ''], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let printed = '';
      running.stdout.setEncoding('utf8');
      while (!printed.includes('new-checkout: false')) printed += String(await once(running.stdout, 'data'));
      await web.app.clock.advance(REPORT_MS);
      await page
        .getByRole('status')
        .filter({ hasText: /Connected.*NodeJSClient \d+\.\d+/ })
        .waitFor();
      expect(await accessFaults(page)).toEqual([]);
    } finally {
      running.kill();
      await once(running, 'exit');
    }
    expect(faultsOf(page)).toEqual([]);
  });

  it('show a flag to browsers before a page can ask for it', async () => {
    await web.app.call({ method: 'POST', path: 'flags/default', body: { key: 'banner', name: 'Banner' } });
    const page = await web.open(`${WELCOME}?flag=banner&sdk=react`);
    await page.getByRole('button', { name: 'Show it to browsers' }).click();
    await page.getByRole('button', { name: 'Show it to browsers' }).waitFor({ state: 'detached' });
    const { body } = await web.app.call({ path: 'flags/default/banner' });
    expect(body.clientSideAvailability.usingEnvironmentId).toBe(true);
    const program = await page.getByRole('region', { name: 'Program for React' }).textContent();
    expect(program).toContain("useBoolVariation('banner'");
    expect(program).toContain(web.url);
  });

  it.each(['python', 'php', 'openfeature', 'android'])('say how %s is noticed', async (sdk) => {
    const page = await web.open(`${WELCOME}?sdk=${sdk}`);
    await page.getByText(/Waiting for the first|keep no connection/).waitFor();
    expect(faultsOf(page)).toEqual([]);
  });

  it.each([
    { width: 1280, colorScheme: 'dark' },
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('hold together at $width pixels, $colorScheme', async (options) => {
    const page = await web.open(`${WELCOME}?sdk=go`, options);
    await page.getByRole('region', { name: 'Program for Go' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await accessFaults(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
  });
});
