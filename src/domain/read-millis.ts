import type { Fields } from './fields.ts';

/** A member that is a length of time in whole milliseconds. @throws InvalidRequest naming it */
export function readMillis(fields: Fields, name: string, min: number, max: number): number {
  const value = fields.raw(name);
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  return fields.fail(name, `whole milliseconds from ${min} to ${max}`);
}
