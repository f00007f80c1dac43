import { parseReference } from '../evaluation/attribute-reference.ts';
import type { Fields } from '../fields.ts';

const EXPECTED = 'the name of an attribute, or a path such as "/address/city"';

/** Reads the attribute that a clause is about. @throws InvalidRequest when it can lead nowhere */
export function readAttribute(fields: Fields, name: string): string {
  const attribute = fields.optional(name, fields.string) ?? '';
  if (attribute === '') fields.fail(name, 'the name of an attribute');
  requireAddressable(fields, name, attribute);
  return attribute;
}

/** Reads the attribute that decides about shares, the key when absent or empty. @throws InvalidRequest when it can lead nowhere */
export function readBucketBy(fields: Fields, name: string): string | undefined {
  const bucketBy = fields.optional(name, fields.string) || undefined;
  if (bucketBy !== undefined) requireAddressable(fields, name, bucketBy);
  return bucketBy;
}

/** What stands in `_meta` is no attribute; some SDKs find nothing there, others call the flag malformed. */
function requireAddressable(fields: Fields, name: string, reference: string): void {
  const path = parseReference(reference);
  if (!path) fields.fail(name, EXPECTED);
  if (path[0] === '_meta') fields.fail(name, `${EXPECTED}, outside of _meta`);
}

/**
 * A reference as all SDKs read it. A plain name may hold `//` or end in `~`, which some take for a broken path; as a path
 * it is the same name to all (docs/wire/sdk.md, "Where SDKs disagree").
 */
export function portableReference(reference: string): string {
  const isAmbiguous = !reference.startsWith('/') && (reference.includes('//') || reference.endsWith('~'));
  return isAmbiguous ? `/${reference.replaceAll('~', '~0').replaceAll('/', '~1')}` : reference;
}
