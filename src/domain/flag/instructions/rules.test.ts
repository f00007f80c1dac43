import { describe, expect, it } from 'vitest';
import { aConfig, aFlag, aRule, FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { testContext, uuidNumber } from '../../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../../errors.ts';
import { applyInstructions } from '../../../../tests/support/builders/apply.ts';
import type { Rule } from '../flag.ts';

/** The rules that come about in an environment with these. */
function rulesAfter(rules: readonly Rule[], ...instructions: readonly unknown[]): readonly Rule[] {
  const flag = aFlag({ environments: { test: aConfig({ rules }) } });
  const after = applyInstructions(flag, { instructions, environmentKey: 'test' }, testContext());
  return after.environments['test']?.rules ?? [];
}

const NEW_ID = uuidNumber(1);
const ids = (rules: readonly Rule[]) => rules.map(({ id }) => id);
const two = () => [aRule({ id: 'a', ref: 'ref-a' }), aRule({ id: 'b', ref: 'ref-b' })];
const addRule = (parameters: object = {}) => ({ kind: 'addRule', clauses: [], variationId: TRUE_ID, ...parameters });
const removeRule = (ruleId: unknown) => ({ kind: 'removeRule', ruleId });

describe('addRule', () => {
  it('makes a rule with everything that was asked for, and fresh ids', () => {
    const clause = { contextKind: 'organization', attribute: 'plan', op: 'in', values: ['pilot'], negate: true };
    const optional = { description: 'Pilots', ref: 'pilots', trackEvents: true };
    expect(rulesAfter([], addRule({ clauses: [clause, clause], variationId: FALSE_ID, ...optional }))).toEqual([
      {
        id: uuidNumber(1),
        clauses: [
          { id: uuidNumber(2), ...clause },
          { id: uuidNumber(3), ...clause },
        ],
        serve: { variationId: FALSE_ID },
        ...optional,
      },
    ]);
  });

  it('makes a rule for everyone, quiet and nameless, when asked for no more', () => {
    expect(rulesAfter([], addRule({ description: '' }))).toEqual([aRule({ id: NEW_ID })]);
  });

  it('lets a rule serve a rollout', () => {
    const instruction = addRule({ variationId: undefined, rolloutWeights: { [TRUE_ID]: 100_000 } });
    expect(rulesAfter([], instruction)[0]?.serve).toMatchObject({ rollout: { contextKind: 'user' } });
  });

  it.each([
    { name: 'at the end', beforeRuleId: undefined, expected: ['a', 'b', NEW_ID] },
    { name: 'at the end when told null', beforeRuleId: null, expected: ['a', 'b', NEW_ID] },
    { name: 'before the first rule', beforeRuleId: 'a', expected: [NEW_ID, 'a', 'b'] },
    { name: 'before a later rule', beforeRuleId: 'b', expected: ['a', NEW_ID, 'b'] },
    { name: 'before a rule called by its ref', beforeRuleId: 'ref-b', expected: ['a', NEW_ID, 'b'] },
  ])('puts the rule $name', ({ beforeRuleId, expected }) => {
    expect(ids(rulesAfter(two(), addRule({ beforeRuleId })))).toEqual(expected);
  });

  it('finds a rule by the ref that an instruction before gave it', () => {
    const after = rulesAfter([], addRule({ ref: 'mine' }), addRule({ beforeRuleId: 'mine', ref: 'yours' }));
    expect(after.map(({ ref }) => ref)).toEqual(['yours', 'mine']);
  });

  it.each([
    {
      name: 'a rule to stand before that is not there',
      bad: { beforeRuleId: 'x' },
      problem: 'beforeRuleId: "x" is not a rule of this environment; expected the id of one',
    },
    { name: 'no clauses', bad: { clauses: undefined }, problem: 'clauses: expected an array of objects, got nothing' },
    {
      name: 'a bad clause by its index',
      bad: {
        clauses: [
          { attribute: 'a', op: 'in', values: [] },
          { attribute: 'a', op: 'in' },
        ],
      },
      problem: 'clauses[1].values: expected an array, got nothing',
    },
    {
      name: 'nothing to serve',
      bad: { variationId: undefined },
      problem: 'variationId: expected exactly one of variationId and rolloutWeights',
    },
    { name: 'a ref of another type', bad: { ref: 7 }, problem: 'ref: expected a string, got 7' },
    {
      name: 'tracking in words',
      bad: { trackEvents: 'yes' },
      problem: 'trackEvents: expected true or false, got "yes"',
    },
  ])('refuses $name', ({ bad, problem }) => {
    expect(() => rulesAfter(two(), addRule(bad))).toThrow(new InvalidRequest(`instructions[0] (addRule): ${problem}`));
  });
});

describe('removeRule', () => {
  it.each([
    { name: 'removes a rule', ruleId: 'a', expected: ['b'] },
    { name: 'removes a rule called by its ref', ruleId: 'ref-b', expected: ['a'] },
    { name: 'removes nothing that is not there', ruleId: 'x', expected: ['a', 'b'] },
  ])('$name, and no more when repeated', ({ ruleId, expected }) => {
    expect(ids(rulesAfter(two(), removeRule(ruleId)))).toEqual(expected);
    expect(ids(rulesAfter(two(), removeRule(ruleId), removeRule(ruleId)))).toEqual(expected);
  });

  it('undoes addRule', () => {
    expect(rulesAfter(two(), addRule({ beforeRuleId: 'b' }), removeRule(NEW_ID))).toEqual(two());
  });

  it('refuses to guess when it is given no rule', () => {
    expect(() => rulesAfter(two(), removeRule(undefined))).toThrow(
      new InvalidRequest('instructions[0] (removeRule): ruleId: expected a string, got nothing'),
    );
  });
});
