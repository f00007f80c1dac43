import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { type Finding, judgeAnswer } from './prometheus-answer.ts';
import type { PrometheusSource } from './prometheus-source.ts';

const success = (resultType: string, result: unknown) => ({ status: 'success', data: { resultType, result } });
const scalar = (value: unknown) => success('scalar', [0, value]);
const vector = (...samples: readonly (readonly [object, unknown])[]) =>
  success(
    'vector',
    samples.map(([metric, value]) => ({ metric, value: [0, value] })),
  );

const QUERY = { url: 'https://example.com', query: 'q', failureLimit: 3 };
const above: PrometheusSource = { ...QUERY, mode: 'threshold', threshold: 10, comparator: '>' };
const compared: PrometheusSource = { ...QUERY, mode: 'comparison', tolerance: 0.1 };
const variation = (id: string, value: Json, name?: string) => ({ id, value, ...(name !== undefined && { name }) });

const judge = (
  source: PrometheusSource,
  answer: unknown,
  { isHigherBetter = false, target = variation('id-1', true, 'New'), control = variation('id-2', false) } = {},
): Finding => judgeAnswer(answer, { source, isHigherBetter, target, control });
const kindOf = (...all: Parameters<typeof judge>) => judge(...all).kind;

describe('one value', () => {
  it.each([
    ['below', '9', 'good'],
    ['at', '10', 'good'],
    ['above', '10.1', 'bad'],
    ['infinite', '+Inf', 'bad'],
    ['infinite the other way', '-Inf', 'good'],
    ['in another notation', '1e+01', 'good'],
  ])('%s the threshold', (_, value, kind) => {
    expect(kindOf(above, scalar(value))).toBe(kind);
    expect(kindOf(above, vector([{ any: 'label' }, value]))).toBe(kind);
  });

  it('is bad below the threshold when that is asked for', () => {
    const below: PrometheusSource = { ...above, comparator: '<' };
    expect([kindOf(below, scalar('9')), kindOf(below, scalar('10'))]).toEqual(['bad', 'good']);
  });

  it.each([
    ['no value', vector(), 'expected one value, got 0'],
    ['two values', vector([{}, '1'], [{}, '2']), 'expected one value, got 2'],
    ['NaN', scalar('NaN'), 'a value is not a number'],
    ['an empty text', scalar(''), 'a value is not a number'],
    ['a number that is none', scalar(1), 'a value is not a number'],
    ['a range', success('matrix', []), 'expected a vector or a scalar'],
    ['an error', { status: 'error', errorType: 'bad_data', error: 'parse error' }, 'parse error'],
    ['no data', { status: 'success' }, 'the answer is not one of Prometheus'],
    ['a list', [], 'the answer is not one of Prometheus'],
    ['nothing', undefined, 'the answer is not one of Prometheus'],
    ['a vector that is none', success('vector', {}), 'the answer is not one of Prometheus'],
    ['samples that are none', success('vector', [null, {}]), 'a value is not a number'],
  ])('cannot be told from %s', (_, answer, message) => {
    expect(judge(above, answer)).toEqual({ kind: 'none', message });
  });
});

describe('values of variations', () => {
  const pair = (target: string, control: string) =>
    vector([{ variation: 'id-1' }, target], [{ variation: 'id-2' }, control]);

  it.each([
    ['a little worse', '110', '100', 'good'],
    ['worse', '110.1', '100', 'bad'],
    ['better', '1', '100', 'good'],
    ['worse than nothing', '0.001', '0', 'bad'],
    ['worse below zero', '-89', '-100', 'bad'],
  ])('are %s when less is better', (_, target, control, kind) => {
    expect(kindOf(compared, pair(target, control))).toBe(kind);
  });

  it.each([
    ['a little worse', '90', 'good'],
    ['worse', '89.9', 'bad'],
    ['better', '1000', 'good'],
  ])('are %s when more is better', (_, target, kind) => {
    expect(kindOf(compared, pair(target, '100'), { isHigherBetter: true })).toBe(kind);
  });

  it('are found by id, name or value, and others are passed over', () => {
    const byName = vector(
      [{ variation: 'New' }, '2'],
      [{ variation: 'false' }, '1'],
      [{ variation: 'x' }, '0'],
      [{}, '9'],
    );
    expect(judge(compared, byName)).toMatchObject({ kind: 'bad', value: 2 });
    const target = variation('id-1', 'blue');
    const control = variation('id-2', { a: 1 });
    const byValue = vector([{ variation: 'blue' }, '2'], [{ variation: '{"a":1}' }, '1']);
    expect(judge(compared, byValue, { target, control })).toMatchObject({ kind: 'bad', value: 2 });
  });

  it.each([
    ['the new one is missing', vector([{ variation: 'id-2' }, '1']), /^the new variation: .*, got 0$/],
    ['the original is missing', vector([{ variation: 'id-1' }, '1']), /^the original: .*, got 0$/],
    [
      'one is there twice',
      vector(
        [{ variation: 'id-1', pod: 'a' }, '1'],
        [{ variation: 'id-1', pod: 'b' }, '1'],
        [{ variation: 'id-2' }, '1'],
      ),
      /^the new variation: .*, got 2$/,
    ],
    ['there is one value for all', scalar('1'), /^the new variation: .*, got 0$/],
  ])('tell nothing when %s', (_, answer, message) => {
    expect(judge(compared, answer)).toEqual({ kind: 'none', message: expect.stringMatching(message) });
  });
});
