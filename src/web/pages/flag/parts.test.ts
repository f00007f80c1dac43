import { describe, expect, it } from 'vitest';
import type { Draft, Rule } from './draft.ts';
import { copyChanges, differingParts, PARTS } from './parts.ts';
import { rebase } from './rebase.ts';

const names = {
  variation: (id: string) => id.toUpperCase(),
  prerequisiteVariation: (_: string, id: string) => id,
  isMigration: false,
};
const rule = (id: string, value: string, more: Partial<Rule> = {}): Rule => ({
  id,
  isNew: false,
  description: '',
  clauses: [{ id: `${id}-1`, contextKind: 'user', attribute: 'country', op: 'in', values: [value], negate: false }],
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
const partsOf = (...actions: readonly string[]) => PARTS.filter(({ action }) => actions.includes(action));
const wordsOf = (source: Draft, target: Draft, ...actions: readonly string[]) =>
  copyChanges(source, target, partsOf(...actions), names).map(({ words }) => words);

describe('a draft of another environment', () => {
  it('keeps the ids of rules that are there already, under whatever id', () => {
    const { rules } = rebase(draft({ rules: [rule('a', 'de'), rule('b', 'fr')] }), draft({ rules: [rule('x', 'fr')] }));
    expect(rules.map(({ id, isNew }) => ({ id, isNew }))).toEqual([
      { id: 'a', isNew: true },
      { id: 'x', isNew: false },
    ]);
  });

  it('changes a rule that has the same id and is otherwise set up', () => {
    const { rules } = rebase(draft({ rules: [rule('a', 'de')] }), draft({ rules: [rule('a', 'fr')] }));
    expect(rules).toEqual([rule('a', 'de')]);
  });

  it('makes a rule anew when it is disabled on one side only', () => {
    const { rules } = rebase(
      draft({ rules: [rule('a', 'de', { isDisabled: true })] }),
      draft({ rules: [rule('a', 'de')] }),
    );
    expect(rules).toMatchObject([{ isNew: true, isDisabled: true }]);
  });

  it('gives equal rules an id each', () => {
    const onto = draft({ rules: [rule('x', 'de')] });
    const { rules } = rebase(draft({ rules: [rule('a', 'de'), rule('b', 'de')] }), onto);
    expect(rules.map(({ id, isNew }) => ({ id, isNew }))).toEqual([
      { id: 'x', isNew: false },
      { id: 'b', isNew: true },
    ]);
  });
});

describe('parts that differ', () => {
  const source = draft({
    isOn: true,
    rules: [rule('a', 'de', { tracksEvents: true })],
    targets: [{ contextKind: 'user', variationId: 'yes', values: ['kim'] }],
    tracksDefault: true,
    tracksEvents: true,
  });

  it('are those that a copy would change', () => {
    expect(differingParts(source, draft(), names).map(({ label }) => label)).toEqual([
      'On or off',
      'Individual targets',
      'Rules',
      'Default rule',
    ]);
    expect(differingParts(source, structuredClone(source), names)).toEqual([]);
  });

  it('are copied one by one; events of the whole configuration never are', () => {
    expect(wordsOf(source, draft(), 'updateOn')).toEqual(['Turn the flag on']);
    expect(wordsOf(source, draft(), 'updateFallthrough')).toEqual(['Send events for the default rule']);
    const [change] = copyChanges(source, draft(), partsOf('updateRules'), names);
    expect(change?.instruction).toMatchObject({ kind: 'addRule', trackEvents: true, variationId: 'yes' });
    expect(wordsOf(source, draft(), ...PARTS.map(({ action }) => action))).toHaveLength(4);
  });

  it('say how they are set up', () => {
    const say = (action: string, of: Draft) => partsOf(action)[0]?.words(of, names);
    const many = Array.from({ length: 14 }, (_, index) => `u${index}`);
    expect(say('updateRules', source)).toEqual(['if user country is one of de, YES (with events)']);
    expect(say('updateTargets', draft({ targets: [{ contextKind: 'org', variationId: 'no', values: many }] }))).toEqual(
      [`NO to org ${many.slice(0, 12).join(', ')}, and 2 more`],
    );
    expect(say('updatePrerequisites', draft())).toEqual([]);
    expect(say('updateOffVariation', draft({ offVariationId: undefined }))).toEqual([
      'The default that the code passes',
    ]);
  });
});
