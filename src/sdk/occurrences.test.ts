import { describe, expect, it } from 'vitest';
import { readOccurrences } from './occurrences.ts';

const CONTEXT = { context: { kind: 'user', key: 'k' } };
const USER = new Map([['user', 'k']]);
const feature = (members: object = {}) => ({
  kind: 'feature',
  key: 'a',
  variation: 1,
  version: 7,
  reason: { kind: 'FALLTHROUGH', inExperiment: true },
  ...CONTEXT,
  ...members,
});
const custom = (members: object = {}) => ({ kind: 'custom', key: 'bought', ...CONTEXT, ...members });
const exposure = { kind: 'exposure', flagKey: 'a', variation: 1, version: 7, units: USER };
const event = (value?: number, times = 1) => ({ kind: 'event', eventKey: 'bought', value, times, units: USER });

describe('readOccurrences', () => {
  it.each<[string, readonly object[], readonly object[]]>([
    ['both kinds in their order', [custom(), feature(), custom()], [event(), exposure, event()]],
    ['values', [custom({ metricValue: -1.5 }), custom({ metricValue: 0 })], [event(-1.5), event(0)]],
    [
      'values that are none as absent',
      [custom({ metricValue: '1' }), custom({ metricValue: 1e300 }), custom({ metricValue: null })],
      [event(), event(), event()],
    ],
    ['how many events one stands for', [custom({ samplingRatio: 10 })], [event(undefined, 10)]],
    [
      'a sampling that is none as one',
      [custom({ samplingRatio: 0 }), custom({ samplingRatio: 1.5 }), custom({ samplingRatio: '7' })],
      [event(), event(), event()],
    ],
    [
      'no evaluations outside of experiments',
      [feature({ reason: { kind: 'OFF' } }), feature({ reason: undefined })],
      [],
    ],
    [
      'no evaluations without variation or version',
      [feature({ variation: undefined }), feature({ variation: -1 }), feature({ version: '7' })],
      [],
    ],
    ['nothing without a key', [feature({ key: 7 }), custom({ key: null })], []],
    [
      'nothing of other events',
      [{ kind: 'debug', key: 'a' }, { kind: 'summary', features: {} }, { kind: 'index' }],
      [],
    ],
  ])('reads %s', (_, events, occurrences) => {
    expect(readOccurrences(events)).toEqual(occurrences);
  });

  it.each<[string, object, readonly (readonly [string, string])[]]>([
    ['a context', { context: { kind: 'org', key: 'o' } }, [['org', 'o']]],
    [
      'contexts of several kinds',
      { context: { kind: 'multi', user: { key: 'u' }, org: { key: 'o' } } },
      [
        ['user', 'u'],
        ['org', 'o'],
      ],
    ],
    [
      'keys by themselves',
      { contextKeys: { user: 'u', org: 'o' } },
      [
        ['user', 'u'],
        ['org', 'o'],
      ],
    ],
    ['a user of an older SDK', { user: { key: 'u' } }, [['user', 'u']]],
    ['its key', { userKey: 'u' }, [['user', 'u']]],
    ['no keys that are none', { contextKeys: { user: '', org: 7, team: 'a\0', device: 'x'.repeat(513) } }, []],
    ['nothing at all', { context: null, contextKeys: [], user: 'u' }, []],
  ])('finds %s', (_, contexts, units) => {
    const [one] = readOccurrences([{ kind: 'custom', key: 'bought', ...contexts }]);
    expect([...(one?.units ?? [])]).toEqual(units);
  });
});
