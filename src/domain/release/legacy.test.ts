import { describe, expect, it } from 'vitest';
import { aRelease } from '../../../tests/support/builders/a-release.ts';
import { NOW } from '../../../tests/support/builders/test-context.ts';
import { InvalidRequest } from '../errors.ts';
import { requireAutomated, tickPhases } from './legacy.ts';
import { isUnderWay, type Release, releaseState, type Starter } from './release.ts';

const KIM: Starter = { kind: 'member', id: 'kim' };
const LEE: Starter = { kind: 'token', id: 'lee' };
const legacy = (overrides: Partial<Release> = {}) => aRelease({ isLegacy: true, ...overrides });
const mark = (index: number, value: unknown, op = 'replace', word = 'phases') => ({
  op,
  path: `/${word}/${index}/complete`,
  value,
});

describe('tickPhases', () => {
  it('ticks off in any order, under both spellings, and says who did it and when', () => {
    const after = tickPhases(legacy(), [mark(1, true), mark(0, true, 'add', 'phase')], KIM, NOW + 5);
    expect(after.phases).toMatchObject([
      { status: 'completed', completedAt: NOW + 5, completedBy: KIM },
      { status: 'completed', completedAt: NOW + 5, completedBy: KIM },
    ]);
    expect(after.version).toBe(1);
    expect(releaseState(after)).toBe('completed');
  });

  it('takes it back, and the release is active again', () => {
    const whole = tickPhases(legacy(), [mark(0, true), mark(1, true)], KIM, NOW + 5);
    expect(isUnderWay(whole)).toBe(true);
    const after = tickPhases(whole, [mark(0, false)], LEE, NOW + 9);
    expect(after.phases[0]).toEqual(legacy().phases[0]);
    expect(after.phases[1]).toBe(whole.phases[1]);
    expect(releaseState(after)).toBe('active');
    expect(after.version).toBe(2);
  });

  it('changes nothing that is so already', () => {
    const ticked = tickPhases(legacy(), [mark(0, true)], KIM, NOW + 5);
    expect(tickPhases(ticked, [mark(0, true), mark(1, false)], LEE, NOW + 9)).toBe(ticked);
    expect(tickPhases(ticked, [], LEE, NOW + 9)).toBe(ticked);
  });

  it('applies operations in order, and lets tests hold', () => {
    const operations = [mark(0, false, 'test'), mark(0, true), mark(0, true, 'test'), mark(1, true)];
    expect(releaseState(tickPhases(legacy(), operations, KIM, NOW))).toBe('completed');
  });

  const PATH = 'patch[0].path: expected /phases/0/complete to /phases/1/complete';
  it.each<[string, Release, unknown, string]>([
    [
      'an automated release',
      aRelease(),
      [mark(0, true)],
      'Release pipeline "standard" is automated: start its phases instead of marking them complete',
    ],
    [
      'a canceled release',
      legacy({ canceledAt: NOW }),
      [mark(0, true)],
      'This release was canceled; create a new release of the flag to mark its phases',
    ],
    ['no patch', legacy(), { op: 'add' }, 'body: expected a JSON patch, an array of operations, got {"op":"add"}'],
    ['no operation', legacy(), [5], 'patch[0]: expected an object, got 5'],
    [
      'another operation',
      legacy(),
      [mark(0, true, 'remove')],
      'patch[0].op: expected one of add, replace, test, got "remove"',
    ],
    ['a phase that is not there', legacy(), [mark(2, true)], `${PATH}, got "/phases/2/complete"`],
    ['another path', legacy(), [{ op: 'replace', path: '/name', value: true }], `${PATH}, got "/name"`],
    ['a text', legacy(), [mark(0, 'true')], 'patch[0].value: expected true or false, got "true"'],
    [
      'a test that does not hold',
      legacy(),
      [mark(0, true, 'test')],
      'patch[0].value: expected false, which the phase is, got true',
    ],
  ])('refuses %s', (_name, release, patch, message) => {
    expect(() => tickPhases(release, patch, KIM, NOW)).toThrow(new InvalidRequest(message));
  });
});

describe('requireAutomated', () => {
  it('refuses legacy releases', () => {
    expect(() => requireAutomated(aRelease())).not.toThrow();
    expect(() => requireAutomated(legacy())).toThrow(
      new InvalidRequest(
        'Release pipeline "standard" is a legacy one: mark its phases complete by PATCH of the release',
      ),
    );
  });
});
