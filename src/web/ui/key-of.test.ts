import { describe, expect, it } from 'vitest';
import { keyOf } from './key-of.ts';

describe('keyOf', () => {
  it.each([
    ['kebabCase', 'new-checkout-v2'],
    ['snakeCase', 'new_checkout_v2'],
    ['constantCase', 'NEW_CHECKOUT_V2'],
    ['camelCase', 'newCheckoutV2'],
    ['upperCamelCase', 'NewCheckoutV2'],
  ] as const)('spells %s', (spelling, key) => {
    expect(keyOf('  New checkout, V2! ', { case: spelling })).toBe(key);
  });

  it('takes marks off letters and puts the prefix in front', () => {
    expect(keyOf('Größe für Café', { prefix: 'shop.' })).toBe('shop.gro-e-fur-cafe');
  });

  it('is empty for a name without letters or digits, and never too long', () => {
    expect(keyOf('…', { prefix: 'shop.' })).toBe('');
    expect(keyOf('a'.repeat(300))).toHaveLength(256);
  });
});
