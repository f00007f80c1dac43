import { InvalidRequest } from '../errors.ts';
import { show } from '../json.ts';
import type { CustomProperty } from './flag.ts';

const MAX_COUNT = 64;
const MAX_LENGTH = 64;

/** Checks counts and lengths. @throws InvalidRequest naming the property. */
export function requireCustomProperties(
  properties: Readonly<Record<string, CustomProperty>>,
): Readonly<Record<string, CustomProperty>> {
  const entries = Object.entries(properties);
  if (entries.length > MAX_COUNT) {
    throw new InvalidRequest(`customProperties: expected at most ${MAX_COUNT} properties, got ${entries.length}`);
  }
  for (const [key, { name, value }] of entries) {
    if (value.length > MAX_COUNT) {
      throw new InvalidRequest(
        `customProperties.${key}.value: expected at most ${MAX_COUNT} values, got ${value.length}`,
      );
    }
    const tooLong = [key, name, ...value].find((text) => text.length > MAX_LENGTH);
    if (tooLong !== undefined) {
      throw new InvalidRequest(
        `customProperties.${key}: expected at most ${MAX_LENGTH} characters, got ${show(tooLong)}`,
      );
    }
  }
  return properties;
}
