import { describe, expect, it } from 'vitest';
import { FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { flagWith, patched } from '../../../../tests/support/builders/patched.ts';
import { NOW, objectIdNumber } from '../../../../tests/support/builders/test-context.ts';
import type { ExpiringTarget } from '../flag.ts';

const LATER = NOW + 60_000;
const target = { contextKind: 'device', variationId: TRUE_ID, values: ['kiosk'] };
const user = { contextKind: 'user', variationId: TRUE_ID, values: ['kim'] };
const date = (overrides: Partial<ExpiringTarget> = {}): ExpiringTarget => ({
  id: 'date-id',
  version: 1,
  contextKind: 'device',
  contextKey: 'kiosk',
  variationId: TRUE_ID,
  expirationDate: LATER,
  ...overrides,
});
const context = { contextKind: 'device', contextKey: 'kiosk', variationId: TRUE_ID };
const targeted = flagWith({ targets: [target, user] });
const dated = flagWith({ targets: [target, user], expiringTargets: [date()] });
const about = (words: string) => [`updateExpiringTargets: The target of device kiosk to true ${words}`];
const at = (time: number) => new Date(time).toISOString();

describe('expiring targets', () => {
  it.each([
    [
      'addExpiringTarget',
      targeted,
      { ...context, value: LATER },
      [date({ id: objectIdNumber(1) })],
      about(`ends at ${at(LATER)}`),
    ],
    [
      'updateExpiringTarget',
      dated,
      { ...context, value: LATER + 1000 },
      [date({ version: 2, expirationDate: LATER + 1000 })],
      about(`ends at ${at(LATER + 1000)}`),
    ],
    [
      'updateExpiringTarget',
      dated,
      { ...context, value: LATER + 1000, version: 1 },
      [date({ version: 2, expirationDate: LATER + 1000 })],
      about(`ends at ${at(LATER + 1000)}`),
    ],
    ['updateExpiringTarget', dated, { ...context, value: LATER }, [date()], []],
    ['removeExpiringTarget', dated, context, [], about(`no longer ends at ${at(LATER)}`)],
  ])('%s', (kind, flag, parameters, after, told) => {
    const result = patched(flag, [{ kind, ...parameters }]);
    expect(result.config.expiringTargets).toEqual(after);
    expect(result.told).toEqual(told);
  });

  it('have a flavour for users', () => {
    const add = { kind: 'addExpireUserTargetDate', userKey: 'kim', variationId: TRUE_ID, value: LATER };
    const added = patched(targeted, [add]);
    expect(added.config.expiringTargets).toEqual([
      date({ id: objectIdNumber(1), contextKind: 'user', contextKey: 'kim' }),
    ]);
    const moved = patched(added.flag, [{ ...add, kind: 'updateExpireUserTargetDate', value: LATER + 1 }]);
    expect(moved.config.expiringTargets[0]).toMatchObject({ version: 2, expirationDate: LATER + 1 });
    const removed = patched(moved.flag, [{ kind: 'removeExpireUserTargetDate', userKey: 'kim', variationId: TRUE_ID }]);
    expect(removed.config.expiringTargets).toEqual([]);
  });

  it('end with their target, without words of their own', () => {
    const { config, told } = patched(dated, [{ kind: 'removeTargets', ...target }]);
    expect(config.expiringTargets).toEqual([]);
    expect(told).toEqual(['updateTargets: Removed device targets of true: kiosk']);
  });

  it.each([
    [
      'addExpiringTarget',
      targeted,
      { ...context, contextKey: 'x', value: LATER },
      'contextKey: device "x" is not targeted to that variation',
    ],
    [
      'addExpiringTarget',
      targeted,
      { ...context, variationId: FALSE_ID, value: LATER },
      'contextKey: device "kiosk" is not targeted to that variation',
    ],
    [
      'addExpiringTarget',
      dated,
      { ...context, value: LATER },
      'contextKey: device "kiosk" has an expiration date already',
    ],
    [
      'addExpiringTarget',
      targeted,
      { ...context, value: NOW },
      `value: expected Unix milliseconds in the future, after ${NOW}, got ${NOW}`,
    ],
    ['addExpiringTarget', targeted, context, 'value: expected a whole number, got nothing'],
    [
      'updateExpiringTarget',
      targeted,
      { ...context, value: LATER },
      'contextKey: device "kiosk" has no expiration date',
    ],
    [
      'updateExpiringTarget',
      dated,
      { ...context, value: LATER, version: 2 },
      'version: expected the present version, 1, got 2',
    ],
    ['removeExpiringTarget', targeted, context, 'contextKey: device "kiosk" has no expiration date'],
    [
      'addExpireUserTargetDate',
      targeted,
      { userKey: 'x', variationId: TRUE_ID, value: LATER },
      'userKey: user "x" is not targeted',
    ],
  ])('%s refuses what is not possible, case %#', (kind, flag, parameters, message) => {
    expect(() => patched(flag, [{ kind, ...parameters }])).toThrow(`instructions[0] (${kind}): ${message}`);
  });
});
