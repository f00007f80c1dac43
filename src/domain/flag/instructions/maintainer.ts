import { InvalidRequest } from '../../errors.ts';
import { show } from '../../json.ts';
import type { Flag } from '../flag.ts';
import { comparing, flagInstruction, type InstructionFamily } from '../instruction.ts';

/** Who looks after a flag: a member or a team. */
export const maintainer: InstructionFamily = {
  instructions: [
    flagInstruction('updateMaintainerMember', (parameters) => {
      const maintainerId = parameters.string('value');
      return (flag, { surroundings }) => {
        if (!surroundings.memberIds.has(maintainerId)) {
          throw new InvalidRequest(
            `${parameters.path('value')}: ${show(maintainerId)} is not a member; expected the id of one`,
          );
        }
        return { ...flag, maintainerId, maintainerTeamKey: undefined };
      };
    }),
    flagInstruction('updateMaintainerTeam', (parameters) => {
      const maintainerTeamKey = parameters.string('value');
      return (flag, { surroundings }) => {
        if (!surroundings.teamKeys.has(maintainerTeamKey)) {
          throw new InvalidRequest(
            `${parameters.path('value')}: ${show(maintainerTeamKey)} is not a team; expected the key of one`,
          );
        }
        return { ...flag, maintainerId: undefined, maintainerTeamKey };
      };
    }),
    flagInstruction('removeMaintainer', () => (flag) => ({
      ...flag,
      maintainerId: undefined,
      maintainerTeamKey: undefined,
    })),
  ],
  flagComparisons: [
    comparing(maintainerWords, (_, words) => ({
      action: 'updateMaintainer',
      words: words ? `Changed the maintainer to ${words}` : 'Removed the maintainer',
      titleVerb: 'changed the maintainer of the flag',
    })),
  ],
};

function maintainerWords({ maintainerId, maintainerTeamKey }: Flag): string | undefined {
  if (maintainerId !== undefined) return `member ${maintainerId}`;
  return maintainerTeamKey === undefined ? undefined : `team ${maintainerTeamKey}`;
}
