import { describe, expect, it } from 'vitest';
import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { readGuardianConfiguration } from './guardian-configuration.ts';

const HOUR = 3_600_000;
const plain = (overrides: object = {}) => ({
  monitoringWindowMilliseconds: HOUR,
  rolloutWeight: 50,
  rollbackOnRegression: true,
  ...overrides,
});
const STAGES = [
  { allocation: 1000, durationMillis: 1000 },
  { allocation: 50_000, durationMillis: HOUR },
];
const staged = (...allocations: readonly number[]) => ({
  rollbackOnRegression: true,
  stages: allocations.map((allocation) => ({ allocation, durationMillis: HOUR })),
});
const read = (body: object, strategy: 'monitored-release' | 'progressive-release' = 'monitored-release') =>
  readGuardianConfiguration(new Fields(body, ''), strategy);

describe('readGuardianConfiguration', () => {
  it.each([1, 50, 101, 50_000])('keeps the weight %d of a guarded release as it was sent', (rolloutWeight) => {
    expect(read(plain({ rolloutWeight }))).toEqual({ ...plain({ rolloutWeight }), randomizationUnit: 'user' });
  });

  it.each([100, 100_000])('lets a progressive release go to all by the weight %d', (rolloutWeight) => {
    const body = { monitoringWindowMilliseconds: 1000, rolloutWeight, randomizationUnit: 'org' };
    expect(read(body, 'progressive-release')).toEqual({ ...body, rollbackOnRegression: false });
  });

  it('takes window and weight from the last stage', () => {
    const more = { minSampleSize: 100, whenUndecided: 'hold', metricKeys: ['a', 'a'], observedMetricKeys: ['b'] };
    expect(read({ rollbackOnRegression: false, stages: STAGES, ...more })).toEqual({
      monitoringWindowMilliseconds: HOUR,
      rolloutWeight: 50_000,
      rollbackOnRegression: false,
      randomizationUnit: 'user',
      stages: STAGES,
      ...more,
      metricKeys: ['a'],
    });
    expect(read({ ...plain({ rolloutWeight: 50 }), stages: STAGES }).rolloutWeight).toBe(50);
  });

  it('lets the stages of a progressive release go to all', () => {
    const { stages } = staged(10_000, 100_000);
    expect(read({ stages }, 'progressive-release')).toMatchObject({ rolloutWeight: 100_000, stages });
  });

  const DURATION = 'expected whole milliseconds from 1000 to 31536000000';
  it.each([
    [plain({ monitoringWindowMilliseconds: 999 }), `monitoringWindowMilliseconds: ${DURATION}, got 999`],
    [{ rolloutWeight: 5, rollbackOnRegression: true }, `monitoringWindowMilliseconds: ${DURATION}, got nothing`],
    ...[0, 51, 100, 50_001].map((rolloutWeight): [object, string] => [
      plain({ rolloutWeight }),
      `rolloutWeight: expected 1 to 50 percent, or 101 to 50000 thousandths of a percent, got ${rolloutWeight}`,
    ]),
    [plain({ rolloutWeight: 0.5 }), 'rolloutWeight: expected a whole number, got 0.5'],
    [plain({ rollbackOnRegression: undefined }), 'rollbackOnRegression: expected true or false, got nothing'],
    [plain({ stages: [] }), 'stages: expected 1 to 50 stages, got []'],
    [staged(5, 5), 'stages[1].allocation: expected thousandths of a percent above 5, at most 50000, got 5'],
    [staged(50_001), 'stages[0].allocation: expected thousandths of a percent above 0, at most 50000, got 50001'],
    [
      { ...staged(5), stages: [{ allocation: 5, durationMillis: 10 }] },
      `stages[0].durationMillis: ${DURATION}, got 10`,
    ],
    [{ ...staged(5), rolloutWeight: 5 }, 'rolloutWeight: expected 5, as the last stage has it, got 5'],
    [
      { ...staged(5), monitoringWindowMilliseconds: 5000 },
      `monitoringWindowMilliseconds: expected ${HOUR}, as the last stage has it, got 5000`,
    ],
    [plain({ minSampleSize: 0 }), 'minSampleSize: expected a whole number above 0, got 0'],
    [plain({ whenUndecided: 'wait' }), 'whenUndecided: expected one of revert, hold, proceed, got "wait"'],
    [
      plain({ metricKeys: ['a'], observedMetricKeys: ['a'] }),
      'observedMetricKeys: expected other metrics than metricKeys, got ["a"]',
    ],
    [
      plain({ metricKeys: ['a b'] }),
      `metricKeys[0]: "a b" is not a valid key; expected 1 to 256 letters, digits, '.', '_' or '-', starting with a letter or digit`,
    ],
  ])('refuses %j', (body, message) => {
    expect(() => read(body)).toThrow(new InvalidRequest(message));
  });

  it.each([
    [{ minSampleSize: 5 }, 'minSampleSize: expected nothing, since a progressive release watches no metrics, got 5'],
    [
      { rollbackOnRegression: true },
      'rollbackOnRegression: expected false, since a progressive release watches no metrics, got true',
    ],
    [
      { rolloutWeight: 100_001 },
      'rolloutWeight: expected 1 to 100 percent, or 101 to 100000 thousandths of a percent, got 100001',
    ],
  ])('refuses %j for a progressive release', (more, message) => {
    const body = { monitoringWindowMilliseconds: HOUR, rolloutWeight: 5, ...more };
    expect(() => read(body, 'progressive-release')).toThrow(new InvalidRequest(message));
  });
});
