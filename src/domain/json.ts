/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** Whether something parsed is an object with members. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep equality of two JSON values; members that are `undefined` count as absent, order of members does not matter. */
export function jsonEquals(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const leftMembers = definedMembers(left);
  const rightMembers = definedMembers(right);
  if (leftMembers.size !== rightMembers.size) return false;
  for (const [name, value] of leftMembers) {
    if (!rightMembers.has(name) || !jsonEquals(value, rightMembers.get(name))) return false;
  }
  return true;
}

/** A text that is the same for equal values, and for no others; members of objects count in any order. */
export function jsonKey(value: unknown): string {
  // All that is no string has another beginning, and strings are most of what is compared.
  if (typeof value === 'string') return `"${value}`;
  if (typeof value !== 'object' || value === null) return String(value);
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}

function definedMembers(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, member]) => member !== undefined));
}

/** A value as it appears in a message: JSON, cut after 80 characters. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
