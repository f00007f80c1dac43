import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium, type TestBrowser } from '../support/chromium.ts';
import { WORLDS } from '../support/random-worlds.ts';
import { evaluateWorld } from '../support/worlds.ts';

/* Evaluation as a page runs it, for which nothing of Node is there. */

declare const evaluateAll: (worlds: string) => string;

describe.skipIf(!hasChromium)('evaluation in a page', () => {
  let browser: TestBrowser;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it('comes to the same values, variations and reasons as in Node', async () => {
    const worlds = fc.sample(WORLDS, 2_000);
    const page = await browser.open('evaluation', {});
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const there: unknown = JSON.parse(await page.evaluate((json) => evaluateAll(json), JSON.stringify(worlds)));
    expect(there).toEqual(worlds.map((world) => evaluateWorld(world)));
    expect(errors).toEqual([]);
    const kinds = new Set(worlds.flatMap((world) => evaluateWorld(world).map(({ reason }) => reason.kind)));
    expect([...kinds].toSorted()).toEqual(['FALLTHROUGH', 'OFF', 'PREREQUISITE_FAILED', 'RULE_MATCH', 'TARGET_MATCH']);
  });
});
