import { describe, expect, it } from 'vitest';
import type { Finding } from '../measurement/prometheus-answer.ts';
import { afterFinding, type GuardReading, reportOf } from './guard-reading.ts';

const UNREAD: GuardReading = { runId: 'r', metricKey: 'm', dueAt: 0 };
const GOOD: Finding = { kind: 'good', value: 1, message: '1' };
const BAD: Finding = { kind: 'bad', value: 9, message: '9' };
const NONE: Finding = { kind: 'none', message: 'gone' };

const readAll = (findings: readonly Finding[], failureLimit = 3) =>
  findings.reduce((reading, finding, index) => afterFinding(reading, finding, { failureLimit, now: index }), UNREAD);

describe('readings', () => {
  it.each([
    ['one good', [GOOD], 'fine', 0],
    ['two bad', [BAD, BAD], 'fine', 2],
    ['three bad', [BAD, BAD, BAD], 'harmful', 3],
    ['bad ones with a good one between', [BAD, BAD, GOOD, BAD], 'fine', 1],
    ['bad ones with silence between', [BAD, NONE, BAD, BAD], 'harmful', 3],
    ['silence', [BAD, NONE], 'down', 1],
    ['a good one after harm', [BAD, BAD, BAD, GOOD], 'fine', 0],
  ])('of %s', (_, findings, state, failures) => {
    expect(readAll(findings).last).toMatchObject({ state, failures });
  });

  it('are made every 15 seconds, and keep the value', () => {
    const reading = afterFinding(UNREAD, BAD, { failureLimit: 1, now: 100 });
    expect(reading).toEqual({
      ...UNREAD,
      dueAt: 15_100,
      last: { state: 'harmful', message: '9', value: 9, failures: 1, readAt: 100 },
    });
    expect(afterFinding(reading, NONE, { failureLimit: 1, now: 200 }).last?.value).toBeUndefined();
  });
});

describe('a report', () => {
  const SILENCE = 120_000;
  const down = { kind: 'reported', state: 'down', message: 'no answer for two minutes' };

  it('is what was read, when that was of late', () => {
    const reading = readAll([BAD], 1);
    const evidence = { kind: 'reported', state: 'harmful', message: '9' };
    expect(reportOf(reading, 0, SILENCE)).toEqual({ evidence, isUnclear: false });
    expect(reportOf(reading, 0, SILENCE + 1)).toEqual({ evidence: down, isUnclear: false });
  });

  it('is unclear before anything was read, and then the source is down', () => {
    expect(reportOf(undefined, 0, SILENCE)).toEqual({ isUnclear: true });
    expect(reportOf(UNREAD, 0, SILENCE)).toEqual({ isUnclear: true });
    expect(reportOf(UNREAD, 0, SILENCE + 1)).toEqual({ evidence: down, isUnclear: false });
  });

  it('is unclear after a bad reading that is not called harm yet', () => {
    expect(reportOf(readAll([BAD]), 0, 1)).toMatchObject({ evidence: { state: 'fine' }, isUnclear: true });
    expect(reportOf(readAll([GOOD]), 0, 1)).toMatchObject({ evidence: { state: 'fine' }, isUnclear: false });
  });
});
