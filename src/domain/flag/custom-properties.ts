import { show } from '../json.ts';
import type { CustomProperty } from './flag.ts';

const MAX_COUNT = 64;
const MAX_LENGTH = 64;

/** What is too much or too long in custom properties, or nothing (docs/wire/flags.md, "Custom properties"). */
export function findPropertyFault(properties: Readonly<Record<string, CustomProperty>>): string | undefined {
  const entries = Object.entries(properties);
  if (entries.length > MAX_COUNT) {
    return `customProperties: expected at most ${MAX_COUNT} properties, got ${entries.length}`;
  }
  for (const [key, { name, value }] of entries) {
    if (value.length > MAX_COUNT) {
      return `customProperties.${key}.value: expected at most ${MAX_COUNT} values, got ${value.length}`;
    }
    const tooLong = [key, name, ...value].find((text) => text.length > MAX_LENGTH);
    if (tooLong !== undefined) {
      return `customProperties.${key}: expected at most ${MAX_LENGTH} characters, got ${show(tooLong)}`;
    }
  }
  return undefined;
}
