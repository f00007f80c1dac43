import type { Caller } from '../../domain/access/actor.ts';
import { GIVEN_ROLES, type Member, type PatchedMember, readRoleAttributes } from '../../domain/access/member.ts';
import { type AddressRow, matchesMember, readAddresses, readBulkFilter } from '../../domain/access/member-filter.ts';
import { InvalidRequest, NotFound, SlipwayError } from '../../domain/errors.ts';
import { Fields, oneOf } from '../../domain/fields.ts';
import { show } from '../../domain/json.ts';
import { lockAccount } from '../../store/account.ts';
import type { Db } from '../../store/database.ts';
import { findMemberByEmail, getMember, listMembers } from '../../store/members.ts';
import { loadMemberSurroundings } from '../../store/roles.ts';
import { getTeam } from '../../store/teams.ts';
import { type Deps, type Write, write } from '../write.ts';
import { storeRights } from './members.ts';
import { requireMembers, resolveCustomRoles } from './references.ts';
import { addToTeams } from './teams.ts';

/** What a bulk change did, and what went wrong: messages by id or key. */
export interface BulkResult {
  readonly done: readonly string[];
  readonly errors: readonly Readonly<Record<string, string>>[];
}

type Rights = Partial<PatchedMember>;

/** What each instruction gives to its members. */
const MEMBER_INSTRUCTIONS: Readonly<Record<string, (fields: Fields) => Rights>> = {
  replaceMembersRoles: (fields) => ({ role: oneOf(GIVEN_ROLES).call(fields, 'value'), customRoles: [] }),
  replaceAllMembersRoles: (fields) => ({ role: oneOf(GIVEN_ROLES).call(fields, 'value'), customRoles: [] }),
  replaceMembersCustomRoles: (fields) => ({ customRoles: fields.strings('values') }),
  replaceAllMembersCustomRoles: (fields) => ({ customRoles: fields.strings('values') }),
  replaceMembersRoleAttributes: (fields) => ({ roleAttributes: readRoleAttributes(fields, 'value') ?? {} }),
};

export interface BulkChange {
  readonly actor: Caller;
  readonly instructions: readonly unknown[];
}

/**
 * Changes the rights of many members. What cannot be done for one of them is told and does not keep the others from it.
 * @throws InvalidRequest for instructions that cannot be understood
 */
export async function updateMembers(deps: Deps, request: BulkChange): Promise<BulkResult> {
  const instructions = readInstructions(request.instructions, MEMBER_INSTRUCTIONS);
  return write(deps, request.actor, async (write) => {
    await lockAccount(write.tx);
    const results: BulkResult[] = [];
    for (const { fields, kind, read } of instructions) {
      const rights = read(fields);
      await resolveCustomRoles(write.tx, fields.path('values'), rights.customRoles ?? []);
      const ids = kind.includes('All') ? await allBut(write.tx, fields) : fields.strings('memberIDs');
      results.push(await forEach(ids, (id) => giveRights(write, id, rights)));
    }
    return { done: results.flatMap(({ done }) => done), errors: results.flatMap(({ errors }) => errors) };
  });
}

async function giveRights(write: Write, id: string, rights: Rights): Promise<void> {
  const member = await getMember(write.tx, id);
  await storeRights(write, member, { ...member, customRoles: member.customRoleIds, ...rights });
}

const TEAM_INSTRUCTIONS = { addMembersToTeams: true, addAllMembersToTeams: true };

/** The members and teams of a bulk change. */
export interface TeamBulkResult extends BulkResult {
  readonly memberIds: readonly string[];
}

/** Adds many members to many teams, as far as the caller may. @throws InvalidRequest */
export async function updateTeams(deps: Deps, request: BulkChange): Promise<TeamBulkResult> {
  const instructions = readInstructions(request.instructions, TEAM_INSTRUCTIONS);
  return write(deps, request.actor, async (write) => {
    await lockAccount(write.tx);
    const results: TeamBulkResult[] = [];
    for (const { fields, kind } of instructions) {
      const memberIds = kind === 'addAllMembersToTeams' ? await allBut(write.tx, fields) : fields.strings('memberIDs');
      await requireMembers(write.tx, fields.path('memberIDs'), memberIds);
      const result = await forEach(fields.strings('teamKeys'), (key) => addToTeams(write, [key], memberIds));
      results.push({ ...result, memberIds });
    }
    return {
      memberIds: [...new Set(results.flatMap(({ memberIds }) => memberIds))],
      done: results.flatMap(({ done }) => done),
      errors: results.flatMap(({ errors }) => errors),
    };
  });
}

/**
 * Adds the members whose addresses a CSV file has in its first column to a team: all of them, or none when any row has a
 * fault.
 * @throws NotFound, InvalidRequest when the file has no rows, Forbidden
 */
export async function importTeamMembers(
  deps: Deps,
  request: { readonly actor: Caller; readonly teamKey: string; readonly csv: string },
): Promise<readonly AddressRow[]> {
  const rows = readAddresses(request.csv);
  if (rows.length === 0)
    throw new InvalidRequest('file: expected a CSV file with e-mail addresses in its first column');
  return write(deps, request.actor, async (write) => {
    const team = await getTeam(write.tx, request.teamKey);
    const memberIds: string[] = [];
    const checked: AddressRow[] = [];
    for (const row of rows) {
      const found = row.fault === undefined ? await findMemberByEmail(write.tx, row.value) : undefined;
      checked.push({ ...row, fault: row.fault ?? faultOf(found?.member, team.memberIds) });
      if (found) memberIds.push(found.member.id);
    }
    if (checked.every(({ fault }) => fault === undefined)) await addToTeams(write, [team.key], memberIds);
    return checked;
  });
}

function faultOf(member: Member | undefined, teamMembers: readonly string[]): string | undefined {
  if (!member) return 'email does not belong to a member';
  return teamMembers.includes(member.id) ? 'email already exists in the specified team' : undefined;
}

/** The ids of all members but those who match the filters of an instruction, or are named to be left alone. */
async function allBut(db: Db, fields: Fields): Promise<readonly string[]> {
  const filter = readBulkFilter(fields);
  const ignored = fields.optional('ignoredMemberIDs', fields.strings) ?? [];
  const around = await loadMemberSurroundings(db);
  return (await listMembers(db))
    .filter((member) => !ignored.includes(member.id) && !(filter && matchesMember(filter, member, around)))
    .map(({ id }) => id);
}

/** Does something for each, and collects what went wrong. */
async function forEach(names: readonly string[], act: (name: string) => Promise<void>): Promise<BulkResult> {
  const done: string[] = [];
  const errors: Record<string, string>[] = [];
  for (const name of new Set(names)) {
    try {
      await act(name);
      done.push(name);
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code === 'optimistic_locking_error') throw error;
      errors.push({ [name]: error instanceof NotFound ? `${show(name)} does not exist` : error.message });
    }
  }
  return { done, errors };
}

function readInstructions<T>(instructions: readonly unknown[], kinds: Readonly<Record<string, T>>) {
  if (instructions.length === 0) throw new InvalidRequest('instructions: expected at least one instruction, got none');
  return instructions.map((instruction, index) => {
    const kind = new Fields(instruction, `instructions[${index}].`).string('kind');
    const read = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (read === undefined) {
      throw new InvalidRequest(
        `instructions[${index}].kind: expected one of ${Object.keys(kinds).join(', ')}, got ${show(kind)}`,
      );
    }
    return { kind, read, fields: new Fields(instruction, `instructions[${index}] (${kind}): `) };
  });
}
