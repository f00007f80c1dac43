import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { rolldown } from 'rolldown';

/** The browser of the machine; `CHROMIUM` names another one. */
const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is one. Journeys through pages are left out where there is none, and fail where all has to run. */
export const hasChromium = existsSync(EXECUTABLE);
if (!hasChromium) {
  const missing = `There is no Chromium at ${EXECUTABLE} (CHROMIUM names another place)`;
  if (process.env['CI']) throw new Error(`${missing}; the journeys through pages need it.`);
  console.warn(`${missing}; journeys through pages are SKIPPED.`);
}

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser, and pages with scripts of the tests on a host of their own. */
export interface TestBrowser {
  /** Opens a page with a script of `tests/journeys/pages`. */
  open(script: string, parameters: Readonly<Record<string, string>>): Promise<Page>;
  close(): Promise<void>;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}

export async function startChromium(): Promise<TestBrowser> {
  const browser = await launchChromium();
  const bundles = new Map<string, Promise<string>>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    if (name === 'favicon.ico') {
      response.writeHead(404).end();
      return;
    }
    const code = bundles.get(name) ?? bundle(name);
    bundles.set(name, code);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>${name}</title><body><script type="module">${await code}</script></body>`);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    open: async (script, parameters) => {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/${script}?${new URLSearchParams(parameters).toString()}`);
      return page;
    },
    close: async () => {
      await browser.close();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A script with everything that it imports, for the inside of a page. */
async function bundle(name: string): Promise<string> {
  const input = join(import.meta.dirname, '../journeys/pages', `${name}.ts`);
  const define = { 'process.env.NODE_ENV': '"production"' };
  const build = await rolldown({ input, platform: 'browser', transform: { define } });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  return output[0].code.replaceAll('</script', '<\\/script');
}
