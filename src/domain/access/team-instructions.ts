import { InvalidRequest } from '../errors.ts';
import { Fields } from '../fields.ts';
import { show } from '../json.ts';
import { requireKey, requireName } from '../naming.ts';
import { readRoleAttributes } from './member.ts';
import { addGrant, readGrant, removeGrant, type TeamWithMembers } from './team.ts';

type Apply = (team: TeamWithMembers, fields: Fields) => Partial<TeamWithMembers>;

const change = (team: TeamWithMembers, changed: Partial<TeamWithMembers>) => ({ ...team, ...changed });
const union = (list: readonly string[], added: readonly string[]) => [...new Set([...list, ...added])];
const without = (list: readonly string[], removed: readonly string[]) => list.filter((one) => !removed.includes(one));

/** What each instruction about a team does (docs/wire/account.md, "Instructions for teams"). */
const INSTRUCTIONS: Readonly<Record<string, Apply>> = {
  updateName: (_, fields) => ({ name: requireName(fields.path('value'), fields.string('value')) }),
  updateDescription: (_, fields) => ({ description: fields.string('value') }),
  addMembers: ({ memberIds }, fields) => ({ memberIds: union(memberIds, fields.strings('values')) }),
  removeMembers: ({ memberIds }, fields) => ({ memberIds: without(memberIds, fields.strings('values')) }),
  replaceMembers: (_, fields) => ({ memberIds: union([], fields.strings('values')) }),
  addCustomRoles: ({ customRoleIds }, fields) => ({ customRoleIds: union(customRoleIds, fields.strings('values')) }),
  removeCustomRoles: ({ customRoleIds }, fields) => ({
    customRoleIds: without(customRoleIds, fields.strings('values')),
  }),
  addPermissionGrants: ({ permissionGrants }, fields) => ({
    permissionGrants: addGrant(permissionGrants, readGrant(fields)),
  }),
  removePermissionGrants: ({ permissionGrants }, fields) => ({
    permissionGrants: removeGrant(permissionGrants, readGrant(fields)),
  }),
  addRoleAttribute: setAttribute,
  updateRoleAttribute: setAttribute,
  removeRoleAttribute: ({ roleAttributes }, fields) => {
    const { [fields.string('key')]: _removed, ...others } = roleAttributes;
    return { roleAttributes: others };
  },
  replaceRoleAttributes: (_, fields) => ({ roleAttributes: readRoleAttributes(fields, 'value') ?? {} }),
};

function setAttribute({ roleAttributes }: TeamWithMembers, fields: Fields): Partial<TeamWithMembers> {
  const name = requireKey(fields.path('key'), fields.string('key'));
  return { roleAttributes: { ...roleAttributes, [name]: fields.strings('values') } };
}

/**
 * Applies instructions to a team, in order. Members and custom roles are as the instructions name them; whoever stores
 * the team finds out whether they exist.
 * @throws InvalidRequest naming the instruction and its parameter
 */
export function applyTeamInstructions(team: TeamWithMembers, instructions: readonly unknown[]): TeamWithMembers {
  if (instructions.length === 0) throw new InvalidRequest('instructions: expected at least one instruction, got none');
  let result = team;
  for (const [index, instruction] of instructions.entries()) {
    const kind = new Fields(instruction, `instructions[${index}].`).string('kind');
    const apply = Object.hasOwn(INSTRUCTIONS, kind) ? INSTRUCTIONS[kind] : undefined;
    if (!apply) {
      throw new InvalidRequest(
        `instructions[${index}].kind: expected one of ${Object.keys(INSTRUCTIONS).join(', ')}, got ${show(kind)}`,
      );
    }
    result = change(result, apply(result, new Fields(instruction, `instructions[${index}] (${kind}): `)));
  }
  return result;
}
