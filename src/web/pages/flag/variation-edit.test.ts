import { describe, expect, it } from 'vitest';
import type { FlagRep } from '../../../wire/rest/flag.ts';
import { toEdited, variationInstructions, variationProblem } from './variation-edit.ts';

const flag = {
  variations: [
    { _id: 'a', value: 'one', name: 'One' },
    { _id: 'b', value: 'two' },
  ],
  defaults: { onVariation: 0, offVariation: 1 },
} as unknown as FlagRep;
const edited = toEdited(flag);

describe('edited variations', () => {
  it('are what is stored, to begin with', () => {
    expect(edited.variations[0]).toEqual({ id: 'a', isNew: false, value: '"one"', name: 'One', description: '' });
    expect(variationInstructions(flag, edited)).toEqual([]);
    expect(variationProblem(edited)).toBeUndefined();
  });

  it('come, change and go, after presets have moved away from what goes', () => {
    const variations = [
      { id: 'b', isNew: false, value: '"second"', name: 'Two', description: '' },
      { id: 'new-1', isNew: true, value: '"three"', name: '', description: 'Third' },
    ];
    expect(variationInstructions(flag, { variations, onId: 'b', offId: 'b' })).toEqual([
      { kind: 'addVariation', value: 'three', name: '', description: 'Third' },
      { kind: 'updateVariation', variationId: 'b', value: 'second', name: 'Two', description: '' },
      { kind: 'updateDefaultVariation', onVariationValue: 'second', offVariationValue: 'second' },
      { kind: 'removeVariation', variationId: 'a' },
    ]);
  });

  it('keep their value when only the name is another', () => {
    const [first, second] = edited.variations;
    if (!first || !second) throw new Error('There are two');
    const variations = [{ ...first, name: 'First' }, second];
    expect(variationInstructions(flag, { ...edited, variations })).toEqual([
      { kind: 'updateVariation', variationId: 'a', name: 'First', description: '' },
    ]);
  });

  it('have to be JSON, and presets have to be among them', () => {
    const variations = edited.variations.map((variation) => ({ ...variation, value: 'one' }));
    expect(variationProblem({ ...edited, variations })).toContain('Variation 1: expected JSON');
    expect(variationProblem({ ...edited, offId: 'gone' })).toBe('Choose what new environments serve');
  });
});
