import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { ensureBuilt, PAGES as BUILT_PAGES } from '../scripts/ensure-built.mjs';
import { launchChromium } from '../tests/support/chromium.ts';
import { PAGES, type TourPage } from './pages.ts';
import { smaller } from './png.ts';
import { createWorld, OWNER } from './world.ts';

type Look = Pick<TourPage, 'isDark' | 'isPhone'>;

const STILL = `Promise.all(document.getAnimations()
  .filter((animation) => animation.effect.getTiming().iterations !== Infinity)
  .map((animation) => animation.finished.catch(() => undefined))).then(() => undefined)`;

const { values: options } = parseArgs({
  options: {
    /** Where the pictures go. */
    to: { type: 'string', default: 'docs/tour' },
    /** Only pages whose name begins so. */
    only: { type: 'string', default: '' },
    /** Every page in light, dark and on a phone, to look for what is ugly. */
    all: { type: 'boolean', default: false },
  },
});

ensureBuilt(process.execPath, BUILT_PAGES);
const folder = await mkdtemp(join(tmpdir(), 'slipway-tour-'));
const world = await createWorld(`sqlite:${join(folder, 'slipway.db')}`);
const browser = await launchChromium();
await mkdir(options.to, { recursive: true });
try {
  for (const page of PAGES.filter(({ name }) => name.startsWith(options.only))) {
    for (const look of options.all ? [{}, { isDark: true }, { isPhone: true }] : [page]) await take(page, look);
  }
} finally {
  await browser.close();
  await world.close();
  await rm(folder, { recursive: true });
}

async function take(page: TourPage, { isDark = false, isPhone = false }: Look) {
  const name = [page.name, ...(options.all && isDark ? ['dark'] : []), ...(options.all && isPhone ? ['phone'] : [])];
  const opened = await open(browser, page, { isDark, isPhone });
  if (page.shows !== undefined && !(await opened.getByText(page.shows).first().isVisible())) {
    console.error(`${page.name}: there is no such page yet`);
  } else {
    await page.prepare?.(opened);
    await opened.evaluate(STILL);
    if (page.isWhole ?? options.all) await unfold(opened);
    const picture = smaller(await opened.screenshot());
    await writeFile(join(options.to, `${name.join('-')}.png`), picture);
    console.error(`${name.join('-')}: ${Math.round(picture.length / 1000)} kB`);
  }
  await opened.context().close();
}

/** Makes the window as high as the page. */
async function unfold(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const needed = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ width, height: Math.max(height, needed) });
}

async function open(from: Browser, { path, isSignedOut }: TourPage, look: Look): Promise<Page> {
  const { isDark = false, isPhone = false } = look;
  const viewport = isPhone ? { width: 390, height: 844 } : { width: 1280, height: 800 };
  const context = await from.newContext({ viewport, colorScheme: isDark ? 'dark' : 'light', reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  const headers = { origin: world.url };
  if (!isSignedOut) await context.request.post(`${world.url}/internal/session`, { data: OWNER, headers });
  const page = await context.newPage();
  await page.goto(world.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  // Streams of notices never end, so that the network is never idle.
  await page.waitForTimeout(700);
  return page;
}
