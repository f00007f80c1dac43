import { describe, expect, it } from 'vitest';
import { parseContext } from '../../../domain/evaluation/context.ts';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import type { Draft } from './draft.ts';
import { simulate } from './simulate.ts';

const flagOf = (key: string) =>
  ({
    key,
    variations: [
      { _id: `${key}-yes`, value: true, name: 'Yes' },
      { _id: `${key}-no`, value: false },
    ],
    clientSideAvailability: { usingEnvironmentId: false, usingMobileKey: false },
  }) as unknown as FlagRep;
const flag = flagOf('f');
const draft = (more: Partial<Draft> = {}): Draft => ({
  isOn: true,
  targets: [],
  ends: [],
  rules: [],
  fallthrough: { kind: 'variation', variationId: 'f-yes' },
  offVariationId: 'f-no',
  prerequisites: [],
  tracksEvents: false,
  tracksDefault: false,
  ...more,
});
const rule = (more: object) => ({
  id: 'r',
  isNew: true,
  description: 'Europe',
  serve: { kind: 'variation', variationId: 'f-no' } as const,
  isDisabled: false,
  tracksEvents: false,
  clauses: [{ id: 'c', contextKind: 'user', attribute: 'country', op: 'in', values: ['de'], negate: false }],
  ...more,
});
const run = (
  given: Draft,
  around: { segments?: string[]; flags?: [string, { isOn: boolean; value: unknown }][] } = {},
) => {
  const { evaluation, words } = simulate(flag, given, {
    salt: 'salt',
    needed: new Map([['p', flagOf('p')]]),
    context: parseContext({ kind: 'user', key: 'kim', country: 'de' }),
    surroundings: { segments: new Set(around.segments), flags: new Map(around.flags) },
  });
  return [evaluation.value, words];
};

describe('what a context would get', () => {
  it('follows switch, targets, rules and the default', () => {
    expect(run(draft({ isOn: false }))).toEqual([false, 'The flag is off.']);
    expect(run(draft({ isOn: false, offVariationId: undefined }))).toEqual([null, 'The flag is off.']);
    expect(run(draft({ targets: [{ contextKind: 'user', variationId: 'f-no', values: ['kim'] }] }))).toEqual([
      false,
      'The context is an individual target.',
    ]);
    expect(run(draft({ rules: [rule({})] }))).toEqual([false, 'Rule 1 matches: Europe.']);
    expect(run(draft({ rules: [rule({ isDisabled: true })] }))[0]).toBe(true);
    expect(run(draft())).toEqual([true, 'No rule is about it, so the default rule decides.']);
  });

  it('falls into shares as SDKs say', () => {
    const shares = (yes: number) =>
      draft({
        fallthrough: { kind: 'rollout', weights: { 'f-yes': yes, 'f-no': 100_000 - yes }, contextKind: 'user' },
      });
    expect(run(shares(0))[0]).toBe(false);
    expect(run(shares(100_000))).toEqual([true, 'No rule is about it; its share by default is one of 100% Yes.']);
  });

  it('asks the service for segments and other flags', () => {
    const clauses = [
      { id: 'c', contextKind: 'user', attribute: '', op: 'segmentMatch', values: ['beta'], negate: false },
    ];
    const inSegment = draft({ rules: [rule({ clauses })] });
    expect(run(inSegment)[0]).toBe(true);
    expect(run(inSegment, { segments: ['beta'] })[0]).toBe(false);
    const needs = draft({ prerequisites: [{ key: 'p', variationId: 'p-yes' }] });
    expect(run(needs)).toEqual([false, 'The prerequisite p does not hold.']);
    expect(run(needs, { flags: [['p', { isOn: true, value: true }]] })[0]).toBe(true);
    expect(run(needs, { flags: [['p', { isOn: false, value: true }]] })[0]).toBe(false);
    expect(run(needs, { flags: [['p', { isOn: true, value: false }]] })[0]).toBe(false);
  });
});
