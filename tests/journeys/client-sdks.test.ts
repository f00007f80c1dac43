import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEventCounts } from '../../src/store/events.ts';
import { insertWatch } from '../../src/store/watches.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { hasChromium, startChromium, type TestBrowser } from '../support/chromium.ts';
import { type ClientSide, clientSide } from '../support/client-side.ts';
import { ENGINES } from '../support/engines.ts';
import type { PageSession } from './page-session.ts';

/* The official SDKs for browsers, in a real one, on pages of another host. */

declare const session: PageSession;

describe.skipIf(!hasChromium).each(ENGINES)('pages on $name', (engine) => {
  let app: TestApp;
  let on: ClientSide;
  let browser: TestBrowser;

  beforeAll(async () => {
    app = await startApp(engine);
    on = await clientSide(app);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    app.slipway.server.server.closeAllConnections();
    await app.close();
  });

  it.each(['browser-4', 'browser-4-transfers', 'browser-3', 'react'])(
    'with %s see flags, changes, and those of somebody else',
    async (script) => {
      await on.addFlag(script);
      const { body } = await app.call({ path: `flags/default/${script}` });
      const [, off] = body.variations;
      await on.instruct(script, { kind: 'addTargets', contextKind: 'user', values: ['lee'], variationId: off._id });
      const page = await browser.open(script, { url: on.url, id: on.id, flag: script });
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      const shows = (text: string) => page.waitForFunction(`document.body.textContent === '${text}'`);

      await shows('true');
      await on.instruct(script, { kind: 'turnFlagOff' });
      await shows('false');
      await on.instruct(script, { kind: 'turnFlagOn' });
      await shows('true');
      await page.evaluate(() => session.identify('lee'));
      await shows('false');

      const before = await findEventCounts(app.slipway.database.db, on.id);
      await page.evaluate(() => session.flush());
      const counts = async () => Object.fromEntries(await findEventCounts(app.slipway.database.db, on.id));
      await expect.poll(async () => (await counts())['summary'] ?? 0).toBeGreaterThan(before.get('summary') ?? 0);
      expect((await counts())['identify']).toBeGreaterThan(0);
      expect(errors).toEqual([]);
      await page.close();
    },
  );

  it.each(['browser-4', 'browser-3'])('with %s tell of clicks and page views that are measured', async (script) => {
    const { database } = app.slipway;
    await on.addFlag(`${script}-watched`);
    for (const [key, more] of [
      [`${script}-opened`, { kind: 'pageview' }],
      [`${script}-pressed`, { kind: 'click', selector: 'body' }],
    ] as const) {
      const body = { key, name: key, isNumeric: false, successCriteria: 'HigherThanBaseline', ...more };
      const urls = [{ kind: 'regex', pattern: '.*' }];
      await app.call({ method: 'POST', path: 'metrics/default', body: { ...body, urls } });
    }
    const watch = {
      id: script,
      environmentId: on.id,
      flagKey: `${script}-watched`,
      unitKind: 'user',
      fromVersion: 1,
      eventKeys: [`pageview:${script}-opened`, `click:${script}-pressed`],
    };
    await database.transaction((tx) => insertWatch(tx, watch));
    // What was asked for in the second before is not asked for again.
    await app.clock.advance(1_000);
    const counts = async () => Object.fromEntries(await findEventCounts(database.db, on.id));
    const { click = 0, pageview = 0 } = await counts();
    const page = await browser.open(script, { url: on.url, id: on.id, flag: `${script}-watched` });
    await page.waitForFunction(`document.body.textContent === 'true'`);
    await expect
      .poll(async () => {
        await page.locator('body').click();
        await page.evaluate(() => session.flush());
        const after = await counts();
        return [(after['click'] ?? 0) > click, (after['pageview'] ?? 0) > pageview];
      })
      .toEqual([true, true]);
    await page.close();
  });
});
