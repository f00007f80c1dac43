/**
 * Where an attribute is, as names from the outside in: `/address/city` is city within address, `name` and anything else
 * that does not begin with a slash is one name (docs/wire/sdk.md, "Attribute references").
 * @returns undefined for a reference that can lead nowhere: empty, an empty part, or a `~` that escapes nothing
 */
export function parseReference(reference: string): readonly string[] | undefined {
  if (!reference.startsWith('/')) return reference === '' ? undefined : [reference];
  const parts = reference.slice(1).split('/');
  if (parts.some((part) => part === '' || /~(?![01])/.test(part))) return undefined;
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
