import { describe, expect, it } from 'vitest';
import { settingsInstructions } from './settings-edit.ts';

const settings = {
  name: 'Banner',
  description: '',
  tags: ['a', 'b'],
  isTemporary: true,
  forBrowsers: false,
  forMobiles: true,
  maintainerId: 'kim',
  maintainerTeamKey: undefined,
};

describe('settings of a flag', () => {
  it('take no instructions while nothing differs', () => {
    expect(settingsInstructions(settings, { ...settings })).toEqual([]);
  });

  it('take one for each thing that differs', () => {
    const after = {
      name: 'Poster',
      description: 'On walls',
      tags: ['b', 'c'],
      isTemporary: false,
      forBrowsers: true,
      forMobiles: false,
      maintainerId: undefined,
      maintainerTeamKey: 'core',
    };
    expect(settingsInstructions(settings, after)).toEqual([
      { kind: 'updateName', value: 'Poster' },
      { kind: 'updateDescription', value: 'On walls' },
      { kind: 'addTags', values: ['c'] },
      { kind: 'removeTags', values: ['a'] },
      { kind: 'makeFlagPermanent' },
      { kind: 'turnOnClientSideAvailability', value: 'usingEnvironmentId' },
      { kind: 'turnOffClientSideAvailability', value: 'usingMobileKey' },
      { kind: 'updateMaintainerTeam', value: 'core' },
    ]);
    expect(settingsInstructions(after, settings).at(-1)).toEqual({ kind: 'updateMaintainerMember', value: 'kim' });
    const nobody = { ...settings, maintainerId: undefined };
    expect(settingsInstructions(settings, nobody)).toEqual([{ kind: 'removeMaintainer' }]);
  });
});
