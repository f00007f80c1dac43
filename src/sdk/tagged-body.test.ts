import { describe, expect, it } from 'vitest';
import { jsonMember, jsonObject, tagged } from './tagged-body.ts';

const read = (...members: [key: string, value: unknown][]) =>
  jsonObject(members.map(([key, value]) => jsonMember(key, value)));

describe('jsonObject', () => {
  it.each([
    { members: [] },
    { members: [['a', 1]] },
    {
      members: [
        ['ü "quoted"', { b: ['✓', null] }],
        ['c', 'x'.repeat(10_000)],
      ],
    },
  ] satisfies { members: [string, unknown][] }[])('has its members', ({ members }) => {
    expect(read(...members).text).toBe(JSON.stringify(Object.fromEntries(members)));
  });

  it('has the tag of what it says', () => {
    const { tag } = read(['a', 1], ['b', 2]);
    expect(read(['a', 1], ['b', 2]).tag).toBe(tag);
    expect(read(['b', 2], ['a', 1]).tag).toBe(tag);
    const others = [
      read(),
      read(['a', 1]),
      read(['a', 2], ['b', 1]),
      read(['a', 1], ['b', 3]),
      read(['a', '1'], ['b', 2]),
    ];
    expect(new Set([tag, ...others.map((other) => other.tag)]).size).toBe(6);
  });
});

describe('tagged', () => {
  it('tells texts apart', () => {
    expect(tagged('{}')).toEqual(tagged('{}'));
    expect(tagged('{}').tag).not.toBe(tagged('[]').tag);
    expect(tagged('"ü"').text).toBe('"ü"');
  });
});
