import { describe, expect, it } from 'vitest';
import { anSdkClause, anSdkFlag } from '../../../tests/support/sdk-items.ts';
import { parseContext } from './context.ts';
import { Gates, NO_GATE } from './gates.ts';
import type { SdkClause, SdkFlag } from './sdk-model.ts';

/** A flag with rules whose first clauses these are; each rule has a second one that gates know nothing of. */
const aFlag = (...firstClauses: readonly Partial<SdkClause>[]): SdkFlag =>
  anSdkFlag({
    rules: firstClauses.map((first, index) => ({
      id: String(index),
      clauses: [anSdkClause(first), anSdkClause({ values: ['nobody'] })],
      variation: 0,
      trackEvents: false,
    })),
  });

const KIM = parseContext({
  kind: 'multi',
  user: { key: 'kim', email: 'kim@example.com', age: 7, groups: ['a', null, 'beta', ['c']], address: { city: 'Ulm' } },
  org: { key: 'acme' },
});

const passed = (...flags: readonly SdkFlag[]) => [...new Gates(flags).passedBy(KIM)];

describe('Gates', () => {
  const doors: readonly [string, Partial<SdkClause>, boolean][] = [
    ['a value', {}, true],
    ['another value', { values: ['lee'] }, false],
    ['one of several values', { values: ['lee', 'kim'] }, true],
    ['no value', { values: [] }, false],
    ['a number', { attribute: 'age', values: [7] }, true],
    ['a text like the number', { attribute: 'age', values: ['7'] }, false],
    ['one of a list', { attribute: 'groups', values: ['beta'] }, true],
    ['a list in a list', { attribute: 'groups', values: ['c'] }, false],
    ['nothing', { attribute: 'groups', values: [null] }, false],
    ['a part of an attribute', { attribute: '/address/city', values: ['Ulm'] }, true],
    ['another kind', { contextKind: 'org', values: ['acme'] }, true],
    ['a kind that is not there', { contextKind: 'device' }, false],
    ['an attribute that is not there', { attribute: 'plan' }, false],
    ['a beginning', { attribute: 'email', op: 'startsWith', values: ['lee', 'kim@'] }, true],
    ['another beginning', { attribute: 'email', op: 'startsWith', values: ['im@'] }, false],
    ['an end', { attribute: 'email', op: 'endsWith', values: ['@example.com'] }, true],
    ['another end', { attribute: 'email', op: 'endsWith', values: ['@example.co'] }, false],
    ['the whole as an end', { attribute: 'email', op: 'endsWith', values: ['kim@example.com'] }, true],
    ['more than the whole', { attribute: 'email', op: 'endsWith', values: ['-kim@example.com'] }, false],
    ['the empty end', { attribute: 'email', op: 'endsWith', values: [''] }, true],
    ['the empty beginning', { attribute: 'email', op: 'startsWith', values: [''] }, true],
    ['an end of a number', { attribute: 'age', op: 'endsWith', values: ['7'] }, false],
  ];
  it.each(doors)('that ask for %s', (_name, clause, passes) => {
    expect(passed(aFlag(clause))).toEqual([passes ? 0 : NO_GATE]);
  });

  it('of many flags, each with the first of its rules', () => {
    const shut = { values: ['lee'] };
    expect(passed(aFlag(), aFlag(shut, {}), aFlag(shut), aFlag({}, {}), aFlag(shut, shut, {}))).toEqual([
      NO_GATE,
      1,
      NO_GATE,
      0,
      2,
    ]);
  });

  it.each<[string, Partial<SdkClause>]>([
    ['a negation', { negate: true }],
    ['another operator', { op: 'contains' }],
    ['a segment', { op: 'segmentMatch' }],
    ['the kind', { attribute: 'kind', values: ['user'] }],
    ['a reference that leads nowhere', { attribute: '//' }],
    ['a long list', { values: [...Array(200).keys(), 'kim'] }],
  ])('are not made of %s', (_name, clause) => {
    expect(passed(aFlag(clause))).toEqual([NO_GATE]);
  });
});
