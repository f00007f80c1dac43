import type { FlagRep } from '../../../wire/rest/flag.ts';

/** What a flag is, as somebody edits it. */
export interface FlagSettings {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly isTemporary: boolean;
  readonly forBrowsers: boolean;
  readonly forMobiles: boolean;
  readonly maintainerId: string | undefined;
  readonly maintainerTeamKey: string | undefined;
}

export function toSettings(flag: FlagRep): FlagSettings {
  return {
    name: flag.name,
    description: flag.description,
    tags: flag.tags,
    isTemporary: flag.temporary,
    forBrowsers: flag.clientSideAvailability.usingEnvironmentId,
    forMobiles: flag.clientSideAvailability.usingMobileKey,
    maintainerId: flag.maintainerId,
    maintainerTeamKey: flag.maintainerTeamKey,
  };
}

/** The instructions that lead from one to the other. */
export function settingsInstructions(
  before: FlagSettings,
  after: FlagSettings,
): readonly Readonly<Record<string, unknown>>[] {
  const instructions: Readonly<Record<string, unknown>>[] = [];
  const add = (isDifferent: boolean, instruction: Readonly<Record<string, unknown>>) => {
    if (isDifferent) instructions.push(instruction);
  };
  const available = (is: boolean, value: string) => ({
    kind: is ? 'turnOnClientSideAvailability' : 'turnOffClientSideAvailability',
    value,
  });
  const added = after.tags.filter((tag) => !before.tags.includes(tag));
  const removed = before.tags.filter((tag) => !after.tags.includes(tag));
  add(before.name !== after.name, { kind: 'updateName', value: after.name });
  add(before.description !== after.description, { kind: 'updateDescription', value: after.description });
  add(added.length > 0, { kind: 'addTags', values: added });
  add(removed.length > 0, { kind: 'removeTags', values: removed });
  add(before.isTemporary !== after.isTemporary, {
    kind: after.isTemporary ? 'makeFlagTemporary' : 'makeFlagPermanent',
  });
  add(before.forBrowsers !== after.forBrowsers, available(after.forBrowsers, 'usingEnvironmentId'));
  add(before.forMobiles !== after.forMobiles, available(after.forMobiles, 'usingMobileKey'));
  const isOther = (name: 'maintainerId' | 'maintainerTeamKey') => before[name] !== after[name];
  add(isOther('maintainerId') || isOther('maintainerTeamKey'), maintainerInstruction(after));
  return instructions;
}

function maintainerInstruction({ maintainerId, maintainerTeamKey }: FlagSettings): Readonly<Record<string, unknown>> {
  if (maintainerId !== undefined) return { kind: 'updateMaintainerMember', value: maintainerId };
  if (maintainerTeamKey !== undefined) return { kind: 'updateMaintainerTeam', value: maintainerTeamKey };
  return { kind: 'removeMaintainer' };
}
