import { once } from './once.ts';

/** Lists up to this length are looked through faster than sets are asked. */
const SHORT = 8;

const asSet = once((keys: readonly string[]): ReadonlySet<string> => new Set(keys));

/** Whether a key is in a list, which may be long and never changes. */
export function includesKey(keys: readonly string[], key: string): boolean {
  return keys.length <= SHORT ? keys.includes(key) : asSet(keys).has(key);
}
