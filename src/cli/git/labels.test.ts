import { describe, expect, it } from 'vitest';
import { indexOfLabel, labelsOf } from './labels.ts';

describe('labels of variations', () => {
  it('are names, else values, else places', () => {
    expect(labelsOf([{ name: 'On', value: true }, { value: false }, { value: { b: 1, a: 2 } }])).toEqual([
      'On',
      'false',
      '{"a":2,"b":1}',
    ]);
    expect(labelsOf([{ value: 'true' }, { value: true }, { value: 'x' }])).toEqual(['#1', '#2', 'x']);
    expect(labelsOf([{ name: '#2', value: 1 }, { value: '' }, { value: 'x'.repeat(61) }])).toEqual(['#1', '#2', '#3']);
  });

  it('lead back to their variations, also as YAML reads them', () => {
    const variations = [{ value: true }, { value: 7 }, { value: 'red' }];
    expect([true, 'true', 7, 'red'].map((label) => indexOfLabel(variations, label, 'off'))).toEqual([0, 0, 1, 2]);
    expect(() => indexOfLabel(variations, 'blue', 'off')).toThrow(
      'off: "blue" is not a variation; expected one of true, 7, red',
    );
  });
});
