import { InvalidRequest } from './errors.ts';
import { show } from './json.ts';

/** The last time that a calendar has, in Unix milliseconds. */
const LAST_TIME = 8.64e15;

/** @throws InvalidRequest for a time, in Unix milliseconds, that is not to come, or that no calendar has */
export function requireFuture(field: string, time: number | undefined, now: number): void {
  if (time === undefined || (time > now && time <= LAST_TIME)) return;
  throw new InvalidRequest(`${field}: expected a time to come in Unix milliseconds, got ${show(time)}`);
}
