import { describe, expect, it } from 'vitest';
import { blankFlag, flagProblem, toFlagPost } from './new-flag.ts';

const booleanDefaults = {
  trueDisplayName: 'Available',
  falseDisplayName: '',
  trueDescription: '',
  falseDescription: '',
  onVariation: 0,
  offVariation: 1,
};
const defaults = {
  _links: {},
  key: 'default',
  tags: ['web'],
  temporary: false,
  defaultClientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
  booleanDefaults,
};

describe('flagProblem', () => {
  const text = { ...blankFlag(defaults), name: 'Banner', kind: 'string' as const };
  const valued = (...values: string[]) => values.map((value, id) => ({ id, value, name: '' }));

  it('finds nothing wrong with a flag that can be made', () => {
    expect(flagProblem({ ...text, variations: valued('a', 'b') }, 'banner')).toBeUndefined();
  });

  it.each([
    [{ ...text, name: ' ' }, 'banner', 'A flag needs a name'],
    [text, '', 'A flag needs a key of letters and digits'],
    [{ ...text, variations: valued('a', 'a') }, 'banner', 'Variations: expected different values'],
    [{ ...text, kind: 'number' as const, variations: valued('1', 'two') }, 'banner', 'Variations: expected a number'],
    [
      { ...text, kind: 'number' as const, variations: valued('1', '1.0') },
      'banner',
      'Variations: expected different values',
    ],
    [{ ...text, kind: 'json' as const, variations: valued('{}', '{') }, 'banner', 'Variations: expected json'],
  ])('says what is in the way (%#)', (flag, key, problem) => {
    expect(flagProblem(flag, key)).toBe(problem);
  });
});

describe('toFlagPost', () => {
  const blank = { ...blankFlag(defaults), name: ' Banner ' };

  it('names the variations of a boolean flag as the project does', () => {
    expect(toFlagPost(blank, 'banner', booleanDefaults)).toEqual({
      key: 'banner',
      name: 'Banner',
      description: '',
      tags: ['web'],
      temporary: false,
      clientSideAvailability: { usingEnvironmentId: true, usingMobileKey: false },
      variations: [{ value: true, name: 'Available' }, { value: false }],
      defaults: { onVariation: 0, offVariation: 1 },
    });
  });

  it('reads values by their kind', () => {
    const variations = [
      { id: 0, value: '{"a":1}', name: 'One' },
      { id: 1, value: 'null', name: '' },
    ];
    const body = toFlagPost(
      { ...blank, kind: 'json', variations, onVariation: 1, offVariation: 0 },
      'k',
      booleanDefaults,
    );
    expect(body.variations).toEqual([{ value: { a: 1 }, name: 'One' }, { value: null }]);
    expect(body.defaults).toEqual({ onVariation: 1, offVariation: 0 });
    const numbers = [
      { id: 0, value: '1', name: '' },
      { id: 1, value: '2.5', name: '' },
    ];
    expect(toFlagPost({ ...blank, kind: 'number', variations: numbers }, 'k', booleanDefaults).variations).toEqual([
      { value: 1 },
      { value: 2.5 },
    ]);
  });

  it('gives migrations of six stages the kind of what moves, and others none', () => {
    const body = (stageCount: 2 | 6) =>
      toFlagPost({ ...blank, kind: 'migration', stageCount, contextKind: 'org' }, 'k', booleanDefaults);
    expect(body(6)).toMatchObject({ purpose: 'migration', migrationSettings: { stageCount: 6, contextKind: 'org' } });
    expect(body(2).migrationSettings).toEqual({ stageCount: 2 });
    expect(body(2)).not.toHaveProperty('variations');
  });
});
