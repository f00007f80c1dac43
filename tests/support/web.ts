import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { startApp, type TestApp } from './app.ts';
import { launchChromium } from './chromium.ts';
import { ENGINES } from './engines.ts';

/** The service with its pages, and people in front of browsers. */
export interface Web {
  readonly app: TestApp;
  readonly url: string;
  /** Opens a page as the owner, or signed in as nobody. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  close(): Promise<void>;
}

interface OpenOptions {
  /** Of the window, in pixels; 1280 when absent. */
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly isSignedIn?: boolean;
  /** The owner when absent. */
  readonly as?: typeof OWNER;
}

export const OWNER = { email: 'owner@localhost', password: 'a long password' };

/** What no page may do; see `faultsOf`. */
const faults = new WeakMap<Page, string[]>();

/** Starts the service, listening, on its embedded store: pages know nothing of stores. With variables of the caller's. */
export async function startWeb(environment: Readonly<Record<string, string>> = {}): Promise<Web> {
  const [engine] = ENGINES;
  if (!engine) throw new Error('There is no engine');
  const app = await startApp(engine, environment);
  const url = await app.slipway.listen();
  const browser = await launchChromium();
  return {
    app,
    url,
    open: (path, options = {}) => openPage(browser, url, path, options),
    close: async () => {
      await browser.close();
      app.slipway.server.server.closeAllConnections();
      await app.close();
    },
  };
}

/** Errors of scripts, of the Content-Security-Policy, and requests to elsewhere, since a page was opened. */
export function faultsOf(page: Page): readonly string[] {
  return faults.get(page) ?? [];
}

/** What is fading in is not yet what people read. */
const STILL = `Promise.all(document.getAnimations()
  .filter((animation) => animation.effect.getTiming().iterations !== Infinity)
  .map((animation) => animation.finished.catch(() => undefined))).then(() => undefined)`;

/** Problems of impact serious or critical that axe finds on what is shown, once it stands still. */
export async function accessFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(STILL);
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`);
}

/** How far what is shown is wider than the window, in pixels. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

async function openPage(browser: Browser, url: string, path: string, options: OpenOptions): Promise<Page> {
  const { width = 1280, colorScheme = 'light', isSignedIn = true, as = OWNER } = options;
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  context.setDefaultTimeout(10_000);
  if (isSignedIn) await context.request.post(`${url}/internal/session`, { data: as, headers: { origin: url } });
  const page = await context.newPage();
  const found: string[] = [];
  faults.set(page, found);
  page.on('pageerror', ({ message }) => found.push(message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) found.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) found.push(`request to ${request.url()}`);
  });
  await page.goto(url + path);
  return page;
}
