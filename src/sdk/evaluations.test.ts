import { describe, expect, it } from 'vitest';
import { readEvaluations } from './evaluations.ts';

const evaluation = (flagKey: string, defaultValue: unknown, ...kinds: readonly string[]) => ({
  flagKey,
  defaultValue,
  contextKinds: new Set(kinds),
});
const summary = (features: unknown) => ({ kind: 'summary', features });
/** Lists in lists, so many. */
const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
const counted = { counters: [{ variation: 0, version: 1, count: 2 }] };

describe('readEvaluations', () => {
  it.each<[string, readonly object[], readonly object[]]>([
    [
      'summaries',
      [summary({ a: { ...counted, default: false, contextKinds: ['user', 'org'] } })],
      [evaluation('a', false, 'user', 'org')],
    ],
    [
      'events of single evaluations',
      [{ kind: 'feature', key: 'a', default: 1, context: { kind: 'device', key: 'k' } }],
      [evaluation('a', 1, 'device')],
    ],
    [
      'contexts of several kinds',
      [{ kind: 'feature', key: 'a', context: { kind: 'multi', user: { key: 'k' }, org: { key: 'o' } } }],
      [evaluation('a', undefined, 'user', 'org')],
    ],
    [
      'contexts by their keys',
      [{ kind: 'feature', key: 'a', contextKeys: { org: 'o' } }],
      [evaluation('a', undefined, 'org')],
    ],
    [
      'users of older SDKs',
      [
        { kind: 'feature', key: 'a', userKey: 'k' },
        { kind: 'feature', key: 'b', user: { key: 'k' } },
      ],
      [evaluation('a', undefined, 'user'), evaluation('b', undefined, 'user')],
    ],
    [
      'one flag of many events',
      [
        summary({ a: { ...counted, default: 1, contextKinds: ['user'] } }),
        summary({ a: { ...counted, default: 2, contextKinds: ['org'] } }),
        summary({ a: counted }),
      ],
      [evaluation('a', 2, 'user', 'org')],
    ],
    ['a default of null as none', [summary({ a: { ...counted, default: null } })], [evaluation('a', undefined)]],
    [
      'the last default there is',
      [summary({ a: { ...counted, default: 'x' } }), { kind: 'feature', key: 'a', default: null }],
      [evaluation('a', 'x')],
    ],
    [
      'no default that could not be given back as it came',
      [
        summary({ a: { ...counted, default: [nested(99)] }, b: { ...counted, default: [nested(100)] } }),
        summary({ c: { ...counted, default: { deep: [Infinity] } } }),
      ],
      [evaluation('a', [nested(99)]), evaluation('b', undefined), evaluation('c', undefined)],
    ],
    [
      'no keys that are none of flags',
      [summary({ '': counted, '\0': counted, 'a b': counted, ['x'.repeat(257)]: counted, '\ud800': counted })],
      [],
    ],
    [
      'nothing of flags that the SDK did not find',
      [summary({ a: { counters: [{ unknown: true, count: 1 }], default: 1 } })],
      [],
    ],
    [
      'a flag that was not there at first',
      [
        summary({
          a: {
            counters: [
              { unknown: true, count: 1 },
              { version: 1, count: 1 },
            ],
          },
        }),
      ],
      [evaluation('a', undefined)],
    ],
    ['nothing of other events', [{ kind: 'debug', key: 'a' }, { kind: 'index' }, { kind: 'custom', key: 'a' }], []],
    [
      'nothing of what is malformed',
      [
        summary(null),
        summary({ a: null, b: { counters: 7 }, c: [], e: { counters: [7, null] } }),
        { kind: 'feature', key: 7 },
        { kind: 'feature', key: 'd', context: 7, default: {} },
      ],
      [evaluation('d', {})],
    ],
    [
      'no names that are none of kinds',
      [summary({ a: { ...counted, contextKinds: ['user', '', 'a b', 7, 'x'.repeat(65), 'kind', 'multi'] } })],
      [evaluation('a', undefined, 'user')],
    ],
  ])('reads %s', (_, events, evaluations) => {
    expect(readEvaluations(events)).toEqual(evaluations);
  });

  it('believes a batch twenty kinds of a flag', () => {
    const contextKinds = Array.from({ length: 30 }, (_, index) => `kind${index}`);
    expect(readEvaluations([summary({ a: { ...counted, contextKinds } })])[0]?.contextKinds.size).toBe(20);
  });

  it('counts a kind once, however many events tell of it', () => {
    const events = Array.from({ length: 30 }, (_, index) => ({
      kind: 'feature',
      key: 'a',
      contextKeys: { [index < 29 ? 'user' : 'org']: 'k' },
    }));
    expect(readEvaluations(events)).toEqual([evaluation('a', undefined, 'user', 'org')]);
  });
});
