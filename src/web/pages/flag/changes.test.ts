import { describe, expect, it } from 'vitest';
import { changesOf } from './changes.ts';
import type { Draft, Rule } from './draft.ts';

const names = {
  variation: (id: string) => id.toUpperCase(),
  prerequisiteVariation: (_: string, id: string) => id,
  isMigration: false,
};
const clause = (id: string, value: string) => ({
  id,
  contextKind: 'user',
  attribute: 'country',
  op: 'in',
  values: [value],
  negate: false,
});
const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  isNew: false,
  description: '',
  clauses: [clause(`${id}-1`, id)],
  serve: { kind: 'variation', variationId: 'yes' },
  isDisabled: false,
  tracksEvents: false,
  ...more,
});
const draft = (more: Partial<Draft> = {}): Draft => ({
  isOn: false,
  targets: [],
  ends: [],
  rules: [],
  fallthrough: { kind: 'variation', variationId: 'yes' },
  offVariationId: 'no',
  prerequisites: [],
  tracksEvents: false,
  tracksDefault: false,
  ...more,
});
const instructions = (before: Draft, after: Draft) =>
  changesOf(before, after, names).map(({ instruction }) => instruction);
const words = (before: Draft, after: Draft) => changesOf(before, after, names).map((change) => change.words);

describe('the steps from one draft to another', () => {
  it('are none when nothing differs', () => {
    const same = draft({ rules: [rule('a')], prerequisites: [{ key: 'p', variationId: 'v' }] });
    expect(instructions(same, structuredClone(same))).toEqual([]);
  });

  it('turn the switch and change what is served by default', () => {
    const weights = { yes: 25_000, no: 75_000 };
    const after = draft({
      isOn: true,
      fallthrough: { kind: 'rollout', weights, contextKind: 'user' },
      offVariationId: undefined,
    });
    expect(instructions(draft(), after)).toEqual([
      { kind: 'turnFlagOn' },
      { kind: 'updateFallthroughVariationOrRollout', rolloutWeights: weights, rolloutContextKind: 'user' },
      { kind: 'updateOffVariation', variationId: null },
    ]);
    expect(words(draft(), after)).toEqual([
      'Turn the flag on',
      'By default, serve 25% YES, 75% NO instead of YES',
      'When off, serve the default of the code',
    ]);
    expect(instructions(after, draft())[0]).toEqual({ kind: 'turnFlagOff' });
  });

  it('take keys from a variation before they go to another', () => {
    const before = draft({ targets: [{ contextKind: 'user', variationId: 'yes', values: ['a', 'b'] }] });
    const after = draft({
      targets: [
        { contextKind: 'user', variationId: 'yes', values: ['b'] },
        { contextKind: 'user', variationId: 'no', values: ['a'] },
      ],
    });
    expect(instructions(before, after)).toEqual([
      { kind: 'removeTargets', contextKind: 'user', variationId: 'yes', values: ['a'] },
      { kind: 'addTargets', contextKind: 'user', variationId: 'no', values: ['a'] },
    ]);
    expect(words(before, after)).toEqual(['No longer serve YES to user a', 'Serve NO to user a']);
  });

  it('add, change and remove prerequisites', () => {
    const before = draft({
      prerequisites: [
        { key: 'p', variationId: '1' },
        { key: 'q', variationId: '1' },
      ],
    });
    const after = draft({
      prerequisites: [
        { key: 'p', variationId: '2' },
        { key: 'r', variationId: '1' },
      ],
    });
    expect(instructions(before, after)).toEqual([
      { kind: 'removePrerequisite', key: 'q' },
      { kind: 'updatePrerequisite', key: 'p', variationId: '2' },
      { kind: 'addPrerequisite', key: 'r', variationId: '1' },
    ]);
  });

  it('remove, sort, change and add rules', () => {
    const before = draft({ rules: [rule('a'), rule('b'), rule('c')] });
    const fresh = rule('new', { isNew: true, description: 'Fresh' });
    const after = draft({
      rules: [fresh, rule('c', { description: 'Third' }), rule('a'), rule('last', { isNew: true })],
    });
    const body = { contextKind: 'user', attribute: 'country', op: 'in', negate: false };
    expect(instructions(before, after)).toEqual([
      { kind: 'removeRule', ruleId: 'b' },
      { kind: 'reorderRules', ruleIds: ['c', 'a'] },
      { kind: 'updateRuleDescription', ruleId: 'c', description: 'Third' },
      {
        kind: 'addRule',
        clauses: [{ ...body, values: ['new'] }],
        variationId: 'yes',
        description: 'Fresh',
        beforeRuleId: 'c',
      },
      { kind: 'addRule', clauses: [{ ...body, values: ['last'] }], variationId: 'yes' },
    ]);
    expect(words(before, after)[0]).toBe('Remove the rule "user country is one of b"');
  });

  it('do not sort rules when one has only gone', () => {
    const before = draft({ rules: [rule('a'), rule('b'), rule('c')] });
    expect(instructions(before, draft({ rules: [rule('a'), rule('c')] }))).toEqual([
      { kind: 'removeRule', ruleId: 'b' },
    ]);
  });

  it('add conditions before they remove others', () => {
    const before = draft({ rules: [rule('a', { clauses: [clause('1', 'de'), clause('2', 'fr')] })] });
    const clauses = [{ ...clause('1', 'de'), negate: true }, clause('new', 'it')];
    const after = draft({ rules: [rule('a', { clauses, serve: { kind: 'variation', variationId: 'no' } })] });
    expect(instructions(before, after).map(({ kind }) => kind)).toEqual([
      'addClauses',
      'updateClause',
      'removeClauses',
      'updateRuleVariationOrRollout',
    ]);
  });
});
