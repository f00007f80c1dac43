import { describe, expect, it } from 'vitest';
import { aFlag } from '../../../../tests/support/builders/a-flag.ts';
import { patched } from '../../../../tests/support/builders/patched.ts';

const around = { memberIds: new Set(['m1']), teamKeys: new Set(['t1']) };
const byMember = aFlag({ maintainerId: 'm0' });
const byTeam = aFlag({ maintainerTeamKey: 't0' });

describe('maintainer', () => {
  it.each([
    [
      'updateMaintainerMember takes the place of a team',
      byTeam,
      { kind: 'updateMaintainerMember', value: 'm1' },
      { maintainerId: 'm1' },
      ['updateMaintainer: Changed the maintainer to member m1'],
    ],
    [
      'updateMaintainerTeam takes the place of a member',
      byMember,
      { kind: 'updateMaintainerTeam', value: 't1' },
      { maintainerTeamKey: 't1' },
      ['updateMaintainer: Changed the maintainer to team t1'],
    ],
    [
      'removeMaintainer removes a member',
      byMember,
      { kind: 'removeMaintainer' },
      {},
      ['updateMaintainer: Removed the maintainer'],
    ],
    [
      'removeMaintainer removes a team',
      byTeam,
      { kind: 'removeMaintainer' },
      {},
      ['updateMaintainer: Removed the maintainer'],
    ],
    ['removeMaintainer does nothing where there is none', aFlag(), { kind: 'removeMaintainer' }, {}, []],
  ])('%s', (_, flag, instruction, after, told) => {
    const result = patched(flag, [instruction], around);
    const { maintainerId, maintainerTeamKey } = result.flag;
    expect({ maintainerId, maintainerTeamKey }).toEqual(after);
    expect(result.told).toEqual(told);
  });

  it.each([
    ['updateMaintainerMember', 'm2', 'value: "m2" is not a member; expected the id of one'],
    ['updateMaintainerTeam', 't2', 'value: "t2" is not a team; expected the key of one'],
  ])('%s refuses %s, whom nobody knows', (kind, value, message) => {
    expect(() => patched(aFlag(), [{ kind, value }], around)).toThrow(`instructions[0] (${kind}): ${message}`);
  });
});
