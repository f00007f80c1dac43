import { describe, expect, it } from 'vitest';
import { aFlag } from '../../../../tests/support/builders/a-flag.ts';
import { patched } from '../../../../tests/support/builders/patched.ts';

const flag = aFlag({ customProperties: { jira: { name: 'Jira', value: ['A-1', 'A-2'] } } });
const words = (sentence: string) => [`updateFlagCustomProperties: ${sentence}`];

describe('custom properties', () => {
  it.each([
    [
      'addCustomProperties adds a property',
      { kind: 'addCustomProperties', key: 'p', name: 'P', values: ['x'] },
      { jira: { name: 'Jira', value: ['A-1', 'A-2'] }, p: { name: 'P', value: ['x'] } },
      words('Added the custom property p (P): ["x"]'),
    ],
    [
      'addCustomProperties unites values and renames',
      { kind: 'addCustomProperties', key: 'jira', name: 'Issues', values: ['A-2', 'A-3'] },
      { jira: { name: 'Issues', value: ['A-1', 'A-2', 'A-3'] } },
      words('Changed the custom property jira (Issues): ["A-1","A-2","A-3"]'),
    ],
    [
      'replaceCustomProperties replaces the values',
      { kind: 'replaceCustomProperties', key: 'jira', name: 'Jira', values: ['B-1'] },
      { jira: { name: 'Jira', value: ['B-1'] } },
      words('Changed the custom property jira (Jira): ["B-1"]'),
    ],
    [
      'replaceCustomProperties makes one that is not there',
      { kind: 'replaceCustomProperties', key: 'p', name: 'P', values: ['x'] },
      { jira: { name: 'Jira', value: ['A-1', 'A-2'] }, p: { name: 'P', value: ['x'] } },
      words('Added the custom property p (P): ["x"]'),
    ],
    [
      'removeCustomProperties removes values',
      { kind: 'removeCustomProperties', key: 'jira', name: 'Jira', values: ['A-1'] },
      { jira: { name: 'Jira', value: ['A-2'] } },
      words('Changed the custom property jira (Jira): ["A-2"]'),
    ],
    [
      'removeCustomProperties removes the property with its last value',
      { kind: 'removeCustomProperties', key: 'jira', values: ['A-1', 'A-2'] },
      {},
      words('Removed the custom property jira'),
    ],
    [
      'removeCustomProperties without values removes the property',
      { kind: 'removeCustomProperties', key: 'jira' },
      {},
      words('Removed the custom property jira'),
    ],
    [
      'removeCustomProperties passes over one that is not there',
      { kind: 'removeCustomProperties', key: 'x', values: ['y'] },
      flag.customProperties,
      [],
    ],
  ])('%s', (_, instruction, after, told) => {
    const result = patched(flag, [instruction]);
    expect(result.flag.customProperties).toEqual(after);
    expect(result.told).toEqual(told);
  });

  it('take any text for a key, also one that every object has by birth', () => {
    const add = { kind: 'addCustomProperties', key: '__proto__', name: 'P', values: ['x'] };
    const { flag: after } = patched(aFlag(), [add]);
    expect(Object.entries(after.customProperties)).toEqual([['__proto__', { name: 'P', value: ['x'] }]]);
  });

  it.each([
    [{ kind: 'addCustomProperties', key: '', name: 'P', values: [] }, 'key: expected the key of a property, got ""'],
    [{ kind: 'addCustomProperties', key: 'p', values: [] }, 'name: expected a string, got nothing'],
    [
      { kind: 'addCustomProperties', key: 'p', name: 'P', values: 'x' },
      'values: expected an array of strings, got "x"',
    ],
    [
      { kind: 'addCustomProperties', key: 'p', name: 'P', values: ['x'.repeat(65)] },
      'customProperties.p: expected at most 64 characters',
    ],
    [
      {
        kind: 'addCustomProperties',
        key: 'p',
        name: 'P',
        values: Array.from({ length: 65 }, (_, index) => `v${index}`),
      },
      'customProperties.p.value: expected at most 64 values, got 65',
    ],
  ])('are refused, case %#', (instruction, message) => {
    expect(() => patched(flag, [instruction])).toThrow(`instructions[0] (addCustomProperties): ${message}`);
  });
});
