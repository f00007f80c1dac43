import { describe, expect, it } from 'vitest';
import { aConfig, aRule, FALSE_ID, TRUE_ID } from '../../../tests/support/builders/a-flag.ts';
import { changedParts, partOf } from './flag-parts.ts';

const [FIRST, SECOND] = [aRule({ id: 'first' }), aRule({ id: 'second' })];

describe('a part of a configuration', () => {
  const config = aConfig({ on: true, fallthrough: { variationId: FALSE_ID }, rules: [FIRST, SECOND] });

  it.each([
    ['on', true],
    ['fallthrough', { variationId: FALSE_ID }],
    ['rule second', SECOND],
    ['rule third', null],
  ] as const)('%s', (part, value) => {
    expect(partOf(config, part)).toEqual(value);
  });
});

describe('what differs between two configurations', () => {
  it('is nothing where only what releases never change has changed', () => {
    const before = aConfig({ rules: [FIRST] });
    const after = aConfig({ rules: [{ ...FIRST }], version: 2, offVariationId: TRUE_ID, trackEvents: true });
    expect(changedParts(before, after)).toEqual([]);
  });

  it('is named part by part, with what it was and what it is', () => {
    const before = aConfig({ on: false, fallthrough: { variationId: FALSE_ID } });
    const after = aConfig({ on: true, fallthrough: { variationId: TRUE_ID } });
    expect(changedParts(before, after)).toEqual([
      { part: 'on', before: false, after: true },
      { part: 'fallthrough', before: { variationId: FALSE_ID }, after: { variationId: TRUE_ID } },
    ]);
  });

  it('is also rules that are new, other or gone, each once, but not where they stand', () => {
    const [third, changed] = [aRule({ id: 'third' }), { ...SECOND, serve: { variationId: FALSE_ID } }];
    const before = aConfig({ rules: [FIRST, SECOND, aRule({ id: 'gone' })] });
    const after = aConfig({ rules: [changed, FIRST, third] });
    expect(changedParts(before, after)).toEqual([
      { part: 'rule second', before: SECOND, after: changed },
      { part: 'rule gone', before: aRule({ id: 'gone' }), after: null },
      { part: 'rule third', before: null, after: third },
    ]);
  });
});
