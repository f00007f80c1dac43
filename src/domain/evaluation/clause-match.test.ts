import { describe, expect, it } from 'vitest';
import { anSdkClause } from '../../../tests/support/sdk-items.ts';
import type { Json } from '../json.ts';
import { compileClause } from './clause-match.ts';
import { parseContext } from './context.ts';
import type { Outcome } from './outcome.ts';
import type { SdkClause } from './sdk-model.ts';

const KIM = parseContext({
  kind: 'multi',
  user: { key: 'kim', email: 'kim@x', groups: ['a', 'b', ['c']], none: [], address: { city: 'Ulm' } },
  org: { key: 'acme', plan: 'pro' },
});

const match = (clause: Partial<SdkClause>) => compileClause(anSdkClause(clause))(KIM, () => 'no-match');

describe('a clause', () => {
  const rows: readonly [string, Partial<SdkClause>, Outcome][] = [
    ['a value', {}, 'match'],
    ['a value, negated', { negate: true }, 'no-match'],
    ['another value', { values: ['lee'] }, 'no-match'],
    ['another value, negated', { values: ['lee'], negate: true }, 'match'],
    ['any of the values', { values: ['lee', 'kim'] }, 'match'],
    ['no values', { values: [] }, 'no-match'],
    ['no values, negated', { values: [], negate: true }, 'match'],
    ['another kind', { contextKind: 'org', values: ['acme'] }, 'match'],
    ['a kind that is not there', { contextKind: 'device' }, 'no-match'],
    ['a kind that is not there, negated', { contextKind: 'device', negate: true }, 'no-match'],
    ['an attribute that is not there', { attribute: 'age' }, 'no-match'],
    ['an attribute that is not there, negated', { attribute: 'age', negate: true }, 'no-match'],
    ['an attribute within another', { attribute: '/address/city', values: ['Ulm'] }, 'match'],
    ['any element of a list', { attribute: 'groups', values: ['b'] }, 'match'],
    ['any element of a list, negated', { attribute: 'groups', values: ['b'], negate: true }, 'no-match'],
    ['a list within a list', { attribute: 'groups', values: ['c'] }, 'no-match'],
    ['an empty list', { attribute: 'none', values: ['b'] }, 'no-match'],
    ['an empty list, negated', { attribute: 'none', values: ['b'], negate: true }, 'match'],
    ['an object', { attribute: 'address', values: [{ city: 'Ulm' }] }, 'no-match'],
    ['the absence of anonymity', { attribute: 'anonymous', values: [false] }, 'match'],
    ['any kind', { attribute: 'kind', values: ['org'], contextKind: 'device' }, 'match'],
    ['any kind, by reference', { attribute: '/kind', values: ['org'] }, 'match'],
    ['the kind of several kinds', { attribute: 'kind', values: ['multi'] }, 'no-match'],
    ['no kind, negated', { attribute: 'kind', values: ['device'], negate: true }, 'match'],
    ['an unknown operator', { op: 'near' }, 'no-match'],
    ['an unknown operator, negated', { op: 'near', negate: true }, 'match'],
    ['an operator that every object has', { op: 'constructor' }, 'no-match'],
    ['what is hidden', { attribute: '/_meta/x', values: [1] }, 'no-match'],
    ['a broken reference', { attribute: '//' }, 'malformed'],
    ['no reference', { attribute: '' }, 'malformed'],
  ];
  it.each(rows)('decides on %s', (_name, clause, expected) => {
    expect(match(clause)).toBe(expected);
  });

  describe('of segments', () => {
    const memberships: Readonly<Record<string, Outcome>> = { mine: 'match', broken: 'malformed' };
    const segments = (values: readonly Json[], negate = false) =>
      compileClause(anSdkClause({ op: 'segmentMatch', attribute: '', values, negate }))(
        KIM,
        (key) => memberships[key] ?? 'no-match',
      );
    it.each<[readonly Json[], boolean, Outcome]>([
      [['mine'], false, 'match'],
      [['mine'], true, 'no-match'],
      [['other', 'mine'], false, 'match'],
      [['other'], false, 'no-match'],
      [['other'], true, 'match'],
      [[5], false, 'no-match'],
      [[], false, 'no-match'],
      [['broken', 'mine'], false, 'malformed'],
      [['mine', 'broken'], false, 'match'],
    ])('%j, negated %s: %s', (values, negate, expected) => {
      expect(segments(values, negate)).toBe(expected);
    });
  });
});
