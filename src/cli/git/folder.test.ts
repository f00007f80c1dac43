import { describe, expect, it } from 'vitest';
import { fileNames } from './folder.ts';

const HASH = '[0-9a-f]{8}';

describe('names of files', () => {
  it('are keys where these can be names everywhere', () => {
    const keys = ['new-checkout', 'newCart', 'v1.2_b'];
    expect([...fileNames(keys).values()]).toEqual(keys);
  });

  it.each([
    [['Cart', 'cart'], `^Cart~${HASH} cart$`],
    [['CART', 'Cart'], `^CART~${HASH} Cart~${HASH}$`],
    [['con', 'LPT1.x'], `^con~${HASH} LPT1.x~${HASH}$`],
    [['.hidden', 'end.'], `^.hidden~${HASH} end.~${HASH}$`],
    [['x'.repeat(200)], `^x{150}~${HASH}$`],
  ])('have a hash behind them for %j', (keys, expected) => {
    expect([...fileNames(keys).values()].join(' ')).toMatch(new RegExp(expected));
  });
});
