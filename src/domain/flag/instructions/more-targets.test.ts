import { describe, expect, it } from 'vitest';
import { FALSE_ID, TRUE_ID } from '../../../../tests/support/builders/a-flag.ts';
import { flagWith, patched } from '../../../../tests/support/builders/patched.ts';

const user = (variationId: string, ...values: readonly string[]) => ({ contextKind: 'user', variationId, values });
const device = (variationId: string, ...values: readonly string[]) => ({ contextKind: 'device', variationId, values });
const forUser = (variationId: string, ...values: readonly string[]) => ({ variationId, values });
const before = [user(TRUE_ID, 'kim'), device(FALSE_ID, 'kiosk'), user(FALSE_ID, 'lee')];

describe('instructions about whole lists of targets', () => {
  it.each([
    [
      'replaceTargets',
      { targets: [device(TRUE_ID, 'k'), { variationId: TRUE_ID, values: ['a'] }, device(TRUE_ID, 'k', 'l')] },
      [device(TRUE_ID, 'k', 'l'), user(TRUE_ID, 'a')],
    ],
    ['replaceTargets', { targets: [] }, []],
    ['clearTargets', { variationId: FALSE_ID }, [user(TRUE_ID, 'kim')]],
    ['clearUserTargets', { variationId: FALSE_ID }, [user(TRUE_ID, 'kim'), device(FALSE_ID, 'kiosk')]],
    [
      'addUserTargets',
      { variationId: TRUE_ID, values: ['max'], contextKind: 'device' },
      [user(TRUE_ID, 'kim', 'max'), device(FALSE_ID, 'kiosk'), user(FALSE_ID, 'lee')],
    ],
    [
      'removeUserTargets',
      { variationId: TRUE_ID, values: ['kim', 'max'] },
      [device(FALSE_ID, 'kiosk'), user(FALSE_ID, 'lee')],
    ],
    [
      'replaceUserTargets',
      { targets: [forUser(FALSE_ID, 'max'), forUser(TRUE_ID)] },
      [device(FALSE_ID, 'kiosk'), user(FALSE_ID, 'max')],
    ],
    [
      'addContextTargets',
      device(FALSE_ID, 'wall'),
      [user(TRUE_ID, 'kim'), device(FALSE_ID, 'kiosk', 'wall'), user(FALSE_ID, 'lee')],
    ],
    ['removeContextTargets', device(FALSE_ID, 'kiosk'), [user(TRUE_ID, 'kim'), user(FALSE_ID, 'lee')]],
  ])('%s, case %#', (kind, parameters, after) => {
    expect(patched(flagWith({ targets: before }), [{ kind, ...parameters }]).config.targets).toEqual(after);
  });

  it.each([
    [
      'replaceTargets',
      { targets: [user(TRUE_ID, 'a'), user(FALSE_ID, 'a')] },
      'targets: user "a" would be targeted to both variation true and variation Hidden',
    ],
    ['replaceTargets', { targets: [user('x', 'a')] }, 'targets[0].variationId: "x" is not a variation'],
    [
      'replaceUserTargets',
      { targets: [forUser(TRUE_ID, 'a')] },
      `targets: expected an entry for every variation, also for ${FALSE_ID}`,
    ],
    [
      'replaceUserTargets',
      { targets: [forUser(TRUE_ID, 'a'), forUser(FALSE_ID, 'a')] },
      'targets: user "a" would be targeted to both',
    ],
    ['clearTargets', { variationId: 'x' }, 'variationId: "x" is not a variation'],
    ['clearUserTargets', { variationId: 'x' }, 'variationId: "x" is not a variation'],
    ['addUserTargets', { variationId: FALSE_ID, values: ['kim'] }, 'values: user "kim" would be targeted to both'],
  ])('%s refuses what is not possible, case %#', (kind, parameters, message) => {
    const attempt = () => patched(flagWith({ targets: before }), [{ kind, ...parameters }]);
    expect(attempt).toThrow(`instructions[0] (${kind}): ${message}`);
  });
});
