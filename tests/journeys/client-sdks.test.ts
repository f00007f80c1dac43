import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEventCounts } from '../../src/store/events.ts';
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
});
