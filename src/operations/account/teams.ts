import type { Caller } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { readRoleAttributes } from '../../domain/access/member.ts';
import { specifier } from '../../domain/access/resource.ts';
import { readGrant, type TeamWithMembers, TEAM_ACTIONS } from '../../domain/access/team.ts';
import { applyTeamInstructions } from '../../domain/access/team-instructions.ts';
import { Conflict } from '../../domain/errors.ts';
import { Fields } from '../../domain/fields.ts';
import { requireKey, requireName } from '../../domain/naming.ts';
import { deleteTeam as removeTeam, getTeam, insertTeam, saveTeam } from '../../store/teams.ts';
import { changeSettings } from '../change-settings.ts';
import { type Deps, type Write, write } from '../write.ts';
import { requireMembers, resolveCustomRoles } from './references.ts';

/** @param request `team` as the request has it. @throws InvalidRequest, Forbidden, Conflict when the key is taken */
export async function createTeam(deps: Deps, request: { actor: Caller; team: unknown }): Promise<TeamWithMembers> {
  return write(deps, request.actor, async (write) => {
    const fields = new Fields(request.team, '');
    const team = await settle(write, {
      id: write.ids.objectId(),
      key: requireKey('key', fields.string('key')),
      name: requireName('name', fields.string('name')),
      description: fields.optional('description', fields.string) ?? '',
      memberIds: [...new Set(fields.optional('memberIDs', fields.strings) ?? [])],
      customRoleIds: fields.optional('customRoleKeys', fields.strings) ?? [],
      permissionGrants: (fields.optional('permissionGrants', fields.objects) ?? []).map(readGrant),
      roleAttributes: readRoleAttributes(fields, 'roleAttributes') ?? {},
      createdAt: write.now,
      lastModified: write.now,
      version: 1,
    });
    const accesses = accessesTo(specifier.inAccount('team', team), ['createTeam']);
    authorize(request.actor, accesses);
    await insertTeam(write.tx, team);
    write.record({
      kind: 'team',
      name: team.name,
      projectId: undefined,
      accesses,
      titleVerb: 'created the team',
      description: [`Created the team ${team.key}`],
      after: team,
    });
    return team;
  });
}

export interface UpdateTeam {
  readonly actor: Caller;
  readonly teamKey: string;
  readonly instructions: readonly unknown[];
  readonly comment?: string | undefined;
}

/** @throws NotFound, InvalidRequest naming the instruction, Forbidden */
export async function updateTeam(deps: Deps, request: UpdateTeam): Promise<TeamWithMembers> {
  return write(deps, request.actor, async (write) => {
    const before = await getTeam(write.tx, request.teamKey);
    return storeTeam(write, before, applyTeamInstructions(before, request.instructions), request.comment);
  });
}

/** Adds members to teams, in a write by a caller who may do that with each of them. @throws NotFound, Forbidden */
export async function addToTeams(
  write: Write,
  teamKeys: readonly string[],
  memberIds: readonly string[],
): Promise<void> {
  for (const key of [...new Set(teamKeys)].toSorted()) {
    const team = await getTeam(write.tx, key);
    await storeTeam(write, team, { ...team, memberIds: [...new Set([...team.memberIds, ...memberIds])] });
  }
}

async function storeTeam(
  write: Write,
  before: TeamWithMembers,
  wanted: TeamWithMembers,
  comment?: string,
): Promise<TeamWithMembers> {
  return changeSettings<TeamWithMembers>(write, {
    kind: 'team',
    name: wanted.name,
    resource: specifier.inAccount('team', before),
    before,
    after: { ...(await settle(write, wanted)), lastModified: write.now },
    actions: TEAM_ACTIONS,
    titleVerb: 'updated the team',
    comment,
    save: saveTeam,
  });
}

/** Turns names of roles into ids, and makes sure that everybody is there. @throws InvalidRequest */
async function settle({ tx }: Write, team: TeamWithMembers): Promise<TeamWithMembers> {
  await requireMembers(tx, 'memberIDs', team.memberIds);
  await requireMembers(
    tx,
    'permissionGrants.memberIDs',
    team.permissionGrants.flatMap(({ memberIds }) => memberIds),
  );
  return {
    ...team,
    memberIds: team.memberIds.toSorted(),
    customRoleIds: await resolveCustomRoles(tx, 'customRoles', team.customRoleIds),
  };
}

/** @throws NotFound, Forbidden, Conflict while it has members */
export async function deleteTeam(deps: Deps, request: { actor: Caller; teamKey: string }): Promise<void> {
  await write(deps, request.actor, async (write) => {
    const team = await getTeam(write.tx, request.teamKey);
    const accesses = accessesTo(specifier.inAccount('team', team), ['deleteTeam']);
    authorize(request.actor, accesses);
    if (team.memberIds.length > 0) {
      throw new Conflict(`Team '${team.key}' has ${team.memberIds.length} members; remove them first`);
    }
    await removeTeam(write.tx, team.id);
    write.record({
      kind: 'team',
      name: team.name,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the team',
      description: [`Deleted the team ${team.key}`],
      before: team,
    });
  });
}
