import { parseReference } from './attribute-reference.ts';
import { type Context, findAttribute } from './context.ts';
import { sha1After } from './sha1.ts';

/** The weight of all contexts: weights are thousandths of a percent. */
export const FULL_WEIGHT = 100_000;

/** The first 60 bits of a hash count. */
const MAX_HASH = 2 ** 60 - 1;

/** What decides where a context falls. */
export interface BucketBy {
  readonly contextKind: string;
  /** The attribute that decides; the key when absent or empty. */
  readonly bucketBy?: string | undefined;
  /** What sets one rollout apart from others: `<key>.<salt>` of the flag or segment, or a seed. */
  readonly prefix: string;
}

/**
 * Where a context falls, from 0 to 1; `missing` when there is no context of the kind, `malformed` for a reference that can
 * lead nowhere.
 */
export type BucketOf = (context: Context) => number | 'missing' | 'malformed';

/**
 * Tells where contexts fall in a rollout (docs/wire/sdk.md, "Rollouts"). Where the attribute is missing, or neither a text
 * nor a whole number, that is 0.
 */
export function compileBucket({ contextKind, bucketBy, prefix }: BucketBy): BucketOf {
  const path = bucketBy ? parseReference(bucketBy) : KEY;
  if (!path) return () => 'malformed';
  const hash = sha1After(`${prefix}.`);
  return (context) => {
    const single = context.get(contextKind);
    if (!single) return 'missing';
    const value = findAttribute(single, path);
    if (typeof value !== 'string' && !Number.isInteger(value)) return 0;
    const [first, second] = hash(typeof value === 'string' ? value : decimal(value as number));
    return (first * 2 ** 28 + (second >>> 4)) / MAX_HASH;
  };
}

const KEY = ['key'];

/** A whole number in decimal digits, however large. */
const decimal = (integer: number) => BigInt(integer).toString();
