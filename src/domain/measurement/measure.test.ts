import { describe, expect, it } from 'vitest';
import { measure, type Occurrence, unitsOfEvents, type Watch } from './measure.ts';

const watch: Watch = {
  id: 'w',
  environmentId: 'e',
  flagKey: 'checkout',
  unitKind: 'user',
  fromVersion: 5,
  eventKeys: ['bought', 'failed'],
};
const user = (key: string) => new Map([['user', key]]);
const served = (key: string, variation = 0, more: object = {}): Occurrence => ({
  kind: 'exposure',
  flagKey: 'checkout',
  variation,
  version: 5,
  units: user(key),
  ...more,
});
const event = (key: string, value?: number, more: object = {}): Occurrence => ({
  kind: 'event',
  eventKey: 'bought',
  value,
  times: 1,
  units: user(key),
  ...more,
});
const measured = (unitKey: string, count: number, valued = 0, sum = 0, eventKey = 'bought') => ({
  eventKey,
  unitKey,
  count,
  valued,
  sum,
});

describe('measure', () => {
  it.each<[string, readonly Occurrence[], readonly object[], readonly object[]]>([
    [
      'the sum of the events of each unit, and how many have a value',
      [served('a'), served('b', 1), event('a', 2), event('a', 0.5), event('a'), event('b', -1)],
      [
        { unitKey: 'a', variation: 0 },
        { unitKey: 'b', variation: 1 },
      ],
      [measured('a', 3, 2, 2.5), measured('b', 1, 1, -1)],
    ],
    [
      'each event key for itself',
      [served('a'), event('a', 1), event('a', 2, { eventKey: 'failed' })],
      [{ unitKey: 'a', variation: 0 }],
      [measured('a', 1, 1, 1), measured('a', 1, 1, 2, 'failed')],
    ],
    ['events that stand for several', [event('old', 2, { times: 10 })], [], [measured('old', 10, 10, 20)]],
    [
      'a unit once for each variation',
      [served('a'), served('a'), served('a', 1)],
      [
        { unitKey: 'a', variation: 0 },
        { unitKey: 'a', variation: 1 },
      ],
      [],
    ],
    ['no events from before the unit was served', [event('a', 1), served('a')], [{ unitKey: 'a', variation: 0 }], []],
    ['events of units that were served before', [event('old')], [], [measured('old', 1)]],
    ['nothing of units that were never served', [event('stranger', 1)], [], []],
    [
      'nothing of other flags and events',
      [served('a', 0, { flagKey: 'x' }), event('old', 1, { eventKey: 'x' })],
      [],
      [],
    ],
    ['nothing of earlier versions of the flag', [served('a', 0, { version: 4 })], [], []],
    [
      'nothing of other kinds of contexts',
      [served('a', 0, { units: new Map([['org', 'a']]) }), event('old', 1, { units: new Map([['org', 'old']]) })],
      [],
      [],
    ],
  ])('takes %s', (_, occurrences, exposures, measurements) => {
    expect(measure(watch, occurrences, new Set(['old']))).toEqual({ exposures, measurements });
  });
});

describe('unitsOfEvents', () => {
  it('names the units of events that are measured, each once', () => {
    const others = [served('served'), event('x', 1, { eventKey: 'other' }), event('y', 1, { units: new Map() })];
    expect(unitsOfEvents(watch, [event('a'), event('a'), event('b'), ...others])).toEqual(['a', 'b']);
  });
});
