import { describe, expect, it } from 'vitest';
import { aRule, FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { flagWith, patched } from '../../../../tests/support/builders/patched.ts';
import { uuidNumber } from '../../../../tests/support/builders/test-context.ts';
import type { Clause, Rule } from '../flag.ts';

const clause = (overrides: Partial<Clause> = {}): Clause => ({
  id: 'clause-id',
  contextKind: 'user',
  attribute: 'email',
  op: 'endsWith',
  values: ['@example.org'],
  negate: false,
  ...overrides,
});
const written = ({ id: _id, ...rest }: Clause) => rest;
const staff = aRule({ id: 'staff', description: 'staff', clauses: [clause()] });
const pilots = aRule({ id: 'pilots', ref: 'pilot', clauses: [clause({ id: 'c2' })], serve: { variationId: FALSE_ID } });
const flag = flagWith({ rules: [staff, pilots] });
const changed = (rule: Rule, change: Partial<Rule>) => [{ ...rule, ...change }, pilots];

describe('instructions that change a rule', () => {
  it.each<[string, { kind: string }, readonly Rule[], readonly string[]]>([
    [
      'serves a variation',
      { kind: 'updateRuleVariationOrRollout', ruleId: 'staff', variationId: FALSE_ID } as never,
      changed(staff, { serve: { variationId: FALSE_ID } }),
      ['updateRules: Changed the rule "staff" to serve Hidden'],
    ],
    [
      'serves a rollout',
      {
        kind: 'updateRuleVariationOrRollout',
        ruleId: 'staff',
        rolloutWeights: { [TRUE_ID]: 40_000, [FALSE_ID]: 60_000 },
      } as never,
      changed(staff, {
        serve: {
          rollout: {
            contextKind: 'user',
            variations: [
              { variationId: TRUE_ID, weightThousandths: 40_000 },
              { variationId: FALSE_ID, weightThousandths: 60_000 },
            ],
          },
        },
      }),
      ['updateRules: Changed the rule "staff" to serve true to 40 %, Hidden to 60 %'],
    ],
    [
      'describes it',
      { kind: 'updateRuleDescription', ruleId: 'staff', description: 'Staff' } as never,
      changed(staff, { description: 'Staff' }),
      ['updateFlagRuleDescription: Changed the description of a rule from "staff" to "Staff"'],
    ],
    [
      'takes its description away',
      { kind: 'updateRuleDescription', ruleId: 'staff', description: '' } as never,
      changed(staff, { description: undefined }),
      ['updateFlagRuleDescription: Changed the description of a rule from "staff" to ""'],
    ],
    [
      'tracks its events',
      { kind: 'updateRuleTrackEvents', ruleId: 'staff', trackEvents: true } as never,
      changed(staff, { trackEvents: true }),
      ['updateTrackEvents: Turned event tracking of the rule "staff" on'],
    ],
    [
      'tracks its events by the other name',
      { kind: 'updateTrackEventsForRule', ruleId: 'staff', trackEvents: true } as never,
      changed(staff, { trackEvents: true }),
      ['updateTrackEvents: Turned event tracking of the rule "staff" on'],
    ],
    [
      'adds clauses',
      { kind: 'addClauses', ruleId: 'staff', clauses: [{ attribute: 'age', op: 'lessThan', values: [5] }] } as never,
      changed(staff, {
        clauses: [clause(), clause({ id: uuidNumber(1), attribute: 'age', op: 'lessThan', values: [5] })],
      }),
      ['updateRules: Changed the conditions of the rule "staff"'],
    ],
    [
      'removes clauses, those unknown passed over',
      { kind: 'removeClauses', ruleId: 'staff', clauseIds: ['unknown'] } as never,
      [staff, pilots],
      [],
    ],
    [
      'changes a clause under its id',
      {
        kind: 'updateClause',
        ruleId: 'staff',
        clauseId: 'clause-id',
        clause: { contextKind: 'org', attribute: 'key', op: 'in', values: ['acme'], negate: true },
      } as never,
      changed(staff, {
        clauses: [clause({ contextKind: 'org', attribute: 'key', op: 'in', values: ['acme'], negate: true })],
      }),
      ['updateRules: Changed the conditions of the rule "staff"'],
    ],
    [
      'adds values, those present passed over',
      {
        kind: 'addValuesToClause',
        ruleId: 'staff',
        clauseId: 'clause-id',
        values: ['@example.org', '@x', '@x'],
      } as never,
      changed(staff, { clauses: [clause({ values: ['@example.org', '@x'] })] }),
      ['updateRules: Changed the conditions of the rule "staff"'],
    ],
    [
      'removes values, those absent passed over',
      { kind: 'removeValuesFromClause', ruleId: 'staff', clauseId: 'clause-id', values: ['@x'] } as never,
      [staff, pilots],
      [],
    ],
  ])('%s', (_, instruction, rules, told) => {
    const result = patched(flag, [instruction]);
    expect(result.config.rules).toEqual(rules);
    expect(result.told).toEqual(told);
  });

  it('find a rule by its ref', () => {
    const { config } = patched(flag, [{ kind: 'updateRuleTrackEvents', ruleId: 'pilot', trackEvents: true }]);
    expect(config.rules[1]?.trackEvents).toBe(true);
  });

  it('find a rule that the same patch added under a ref', () => {
    const { config } = patched(flagWith({}), [
      { kind: 'addRule', ref: 'new', clauses: [], variationId: TRUE_ID },
      { kind: 'addClauses', ruleId: 'new', clauses: [written(clause())] },
    ]);
    expect(config.rules[0]?.clauses).toHaveLength(1);
  });

  it.each([
    [
      'updateRuleVariationOrRollout',
      { ruleId: 'x', variationId: TRUE_ID },
      'ruleId: "x" is not a rule of this environment',
    ],
    ['updateRuleDescription', { ruleId: 'x', description: '' }, 'ruleId: "x" is not a rule of this environment'],
    [
      'addClauses',
      { ruleId: 'staff', clauses: [{ attribute: 'a', op: 'equals', values: [] }] },
      'clauses[0].op: expected one of',
    ],
    [
      'removeClauses',
      { ruleId: 'staff', clauseIds: ['clause-id'] },
      'clauseIds: expected to leave at least one clause',
    ],
    [
      'updateClause',
      { ruleId: 'staff', clauseId: 'x', clause: { attribute: 'a', op: 'in', values: [] } },
      'clauseId: "x" is not a clause of the rule',
    ],
    [
      'addValuesToClause',
      { ruleId: 'staff', clauseId: 'clause-id', values: [1] },
      'values: expected only values that are a string, got [1]',
    ],
    [
      'removeValuesFromClause',
      { ruleId: 'staff', clauseId: 'clause-id', values: ['@example.org'] },
      'values: expected to leave at least one value',
    ],
  ])('%s refuses %j', (kind, parameters, message) => {
    expect(() => patched(flag, [{ kind, ...parameters }])).toThrow(`instructions[0] (${kind}): ${message}`);
  });
});

describe('replaceRules', () => {
  const replace = (...rules: readonly object[]) => patched(flag, [{ kind: 'replaceRules', rules }]);
  const asWritten = (rule: Rule) => ({
    clauses: rule.clauses.map(written),
    variationId: (rule.serve as { variationId: string }).variationId,
    trackEvents: rule.trackEvents,
    description: rule.description,
    ref: rule.ref,
  });

  it('keeps the ids of rules that are equal apart from ids, and tells nothing when all are', () => {
    const { config, told } = replace(asWritten(staff), asWritten(pilots));
    expect(config.rules).toEqual([staff, pilots]);
    expect(told).toEqual([]);
  });

  it('keeps rules that name their id, with those of their clauses that stayed', () => {
    const { config, told } = replace({ ...asWritten(staff), _id: 'staff', variationId: FALSE_ID }, asWritten(pilots));
    expect(config.rules).toEqual([{ ...staff, serve: { variationId: FALSE_ID } }, pilots]);
    expect(told).toEqual(['updateRules: Changed the rule "staff" to serve Hidden']);
  });

  it('takes the order as given', () => {
    const { config, told } = replace(asWritten(pilots), asWritten(staff));
    expect(config.rules.map(({ id }) => id)).toEqual(['pilots', 'staff']);
    expect(told).toEqual(['updateRules: Changed the order of the rules']);
  });

  it('gives new ids to new rules, also under an id that is none of the flag', () => {
    const { config, told } = replace({ ...asWritten(staff), _id: 'foreign', description: 'new' }, asWritten(pilots));
    expect(config.rules.map(({ id }) => id)).toEqual([uuidNumber(1), 'pilots']);
    expect(told).toEqual([
      'updateRules: Added the rule "new" serving true',
      'updateRules: Removed the rule "staff" serving true',
    ]);
  });

  it('is two rules for two that are equal', () => {
    const { config } = replace(asWritten(staff), asWritten(staff));
    expect(config.rules.map(({ id }) => id)).toEqual(['staff', uuidNumber(1)]);
  });
});

describe('reorderRules', () => {
  it('takes ids and refs', () => {
    const { config, told } = patched(flag, [{ kind: 'reorderRules', ruleIds: ['pilot', 'staff'] }]);
    expect(config.rules).toEqual([pilots, staff]);
    expect(told).toEqual(['updateRules: Changed the order of the rules']);
  });

  it.each([[['staff']], [['staff', 'staff']], [['staff', 'pilots', 'x']], [['staff', 'pilots', 'staff']], [[]]])(
    'refuses %j, which are not all rules once',
    (ruleIds) => {
      expect(() => patched(flag, [{ kind: 'reorderRules', ruleIds }])).toThrow(
        'instructions[0] (reorderRules): ruleIds: expected the ids of all 2 rules, each once',
      );
    },
  );
});
