import { goalEventKey } from '../domain/measurement/goal.ts';
import type { Occurrence } from '../domain/measurement/measure.ts';
import { isStorableKey } from './contexts.ts';
import { type Members, membersOf } from './members.ts';

/** Largest measured value, up or down, and most events that a sampled one stands for: their sums are numbers, too. */
const MAX_VALUE = 1e100;
const MAX_TIMES = 1_000_000;

/**
 * Reads what a batch of events says of contexts that are measured, in its order: variations that they were served in an
 * experiment, and events of metrics (docs/wire/sdk.md, "Measurements"). What is malformed is passed over: no SDK could
 * mend it.
 */
export function readOccurrences(events: readonly object[]): readonly Occurrence[] {
  return events.flatMap((event) => {
    const members = membersOf(event);
    switch (members['kind']) {
      case 'feature':
        return exposing(members);
      case 'custom':
        return happening(members, (key) => key);
      case 'click':
      case 'pageview':
        return happening(members, goalEventKey.bind(undefined, members['kind']));
      default:
        return [];
    }
  });
}

function exposing(event: Members): readonly Occurrence[] {
  const { key, variation, version, reason } = event;
  if (membersOf(reason)['inExperiment'] !== true || typeof key !== 'string') return [];
  if (!isWholeNumber(variation) || !isWholeNumber(version)) return [];
  return [{ kind: 'exposure', flagKey: key, variation, version, units: unitsOf(event) }];
}

/** @param eventKeyOf under what the event is measured, by the key it has */
function happening(event: Members, eventKeyOf: (key: string) => string): readonly Occurrence[] {
  const { key, metricValue, samplingRatio } = event;
  if (typeof key !== 'string') return [];
  const value = typeof metricValue === 'number' && Math.abs(metricValue) <= MAX_VALUE ? metricValue : undefined;
  const times = isWholeNumber(samplingRatio) && samplingRatio > 0 ? Math.min(samplingRatio, MAX_TIMES) : 1;
  return [{ kind: 'event', eventKey: eventKeyOf(key), value, times, units: unitsOf(event) }];
}

/** The keys of the contexts of an event: of whole contexts, or by themselves; older SDKs know users only. */
function unitsOf({ context, contextKeys, user, userKey }: Members): ReadonlyMap<string, string> {
  const { kind, key, ...others } = membersOf(context);
  const keys: readonly (readonly [string, unknown])[] =
    kind === 'multi'
      ? Object.entries(others).map(([name, single]) => [name, membersOf(single)['key']])
      : [
          ['user', userKey ?? membersOf(user)['key']],
          ...(typeof kind === 'string' ? [[kind, key] as const] : []),
          ...Object.entries(membersOf(contextKeys)),
        ];
  return new Map(keys.filter((entry): entry is [string, string] => isStorableKey(entry[1])));
}

function isWholeNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
