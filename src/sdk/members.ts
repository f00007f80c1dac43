import type { Json } from '../domain/json.ts';

/** What an object says, before anybody has looked at it. */
export type Members = Readonly<Record<string, unknown>>;

/** Deepest value that is kept: writing JSON needs a stack frame for each level. */
const MAX_DEPTH = 100;

/** The members of an object; none of anything else. */
export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

/** Whether a value can be given back as it came. */
export function canBeKept(value: unknown, depth = 0): value is Json {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return value !== undefined;
  return depth < MAX_DEPTH && Object.values(value).every((member) => canBeKept(member, depth + 1));
}
