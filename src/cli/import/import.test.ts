import { describe, expect, it } from 'vitest';
import { inOrderOfNeed, mapAtOnce } from './account-reader.ts';
import { sdkHostOf } from './import-launchdarkly.ts';
import { ImportReport } from './import-report.ts';

describe('the order of need', () => {
  it('puts things after those they need, and else keeps their order', () => {
    const needs: Record<string, string[]> = { a: ['c'], b: [], c: ['d', 'gone'], d: [] };
    const items = ['a', 'b', 'c', 'd'].map((key) => ({ key }));
    expect(inOrderOfNeed(items, ({ key }) => needs[key] ?? []).map(({ key }) => key)).toEqual(['d', 'c', 'a', 'b']);
  });

  it('comes to an end in a circle', () => {
    const items = [{ key: 'a' }, { key: 'b' }];
    expect(inOrderOfNeed(items, () => ['a', 'b'])).toHaveLength(2);
  });
});

describe('a few at a time', () => {
  it('keeps the order of results, and never does more', async () => {
    let [running, most] = [0, 0];
    const results = await mapAtOnce([3, 1, 2, 5, 4], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      running -= 1;
      return item * 10;
    });
    expect({ results, most }).toEqual({ results: [30, 10, 20, 50, 40], most: 2 });
  });
});

describe('the host of SDKs', () => {
  it.each([
    ['https://app.launchdarkly.com', 'https://sdk.launchdarkly.com'],
    ['https://app.eu.launchdarkly.com', 'https://sdk.eu.launchdarkly.com'],
    ['https://app.launchdarkly.us/', 'https://sdk.launchdarkly.us/'],
    ['http://127.0.0.1:4300', 'http://127.0.0.1:4300'],
    ['https://app.launchdarkly.com.example.org', 'https://app.launchdarkly.com.example.org'],
  ])('of %s is %s', (host, expected) => {
    expect(sdkHostOf(host)).toBe(expected);
  });
});

describe('the report', () => {
  it('counts what was done, and says what was not', () => {
    const report = new ImportReport(() => {});
    report.done('flags', 'unchanged');
    expect(report.toText()).toBe('flags: 1 unchanged\nNothing had to be changed.');
    report.done('flags', 'created');
    report.failed('flags', 'flag shop/cart', new Error('no'));
    report.note('flag shop/new', 'half');
    expect(report.toText()).toBe(
      [
        'flags: 1 unchanged, 1 created, 1 failed',
        '',
        'Not copied:',
        '- flag shop/cart: no',
        '',
        'Not copied as they were:',
        '- flag shop/new: half',
      ].join('\n'),
    );
    expect(report.isUnchanged).toBe(false);
  });
});
