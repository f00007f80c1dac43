import { type Caller, personOf } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { type Member, MEMBER_ACTIONS, patchMember, type PatchedMember } from '../../domain/access/member.ts';
import { specifier } from '../../domain/access/resource.ts';
import { Conflict, Forbidden } from '../../domain/errors.ts';
import { lockAccount } from '../../store/account.ts';
import { deleteMember as removeMember, getMember, listMembers, saveMember } from '../../store/members.ts';
import { giveServiceTokens } from '../../store/access-tokens.ts';
import { changeSettings } from '../change-settings.ts';
import { type Deps, type Write, write } from '../write.ts';
import { refuseAdminByOthers, requireTeams, resolveCustomRoles } from './references.ts';
import { addToTeams } from './teams.ts';

export interface UpdateMember {
  readonly actor: Caller;
  readonly memberId: string;
  /** A JSON patch. */
  readonly patch: unknown;
}

/** Changes the roles of a member. @throws NotFound, InvalidPatch, InvalidRequest, Forbidden */
export async function updateMember(deps: Deps, request: UpdateMember): Promise<Member> {
  return write(deps, request.actor, async (write) => {
    const before = await getMember(write.tx, request.memberId);
    return storeRights(write, before, patchMember(before, request.patch));
  });
}

/**
 * Gives a member other roles, if they are others, in a write by a caller. Nobody changes their own role, and the owner
 * stays owner.
 * @throws InvalidRequest for unknown custom roles, Forbidden
 */
export async function storeRights(write: Write, before: Member, wanted: PatchedMember): Promise<Member> {
  const { role, customRoles, roleAttributes } = wanted;
  const customRoleIds = await resolveCustomRoles(write.tx, 'customRoles', customRoles);
  if (role !== before.role) refuseRoleChange(write, before, role);
  return changeSettings<Member>(write, {
    kind: 'member',
    name: before.email,
    resource: specifier.inAccount('member', { key: before.id }),
    before,
    after: { ...before, role, customRoleIds, roleAttributes },
    actions: MEMBER_ACTIONS,
    titleVerb: 'updated the member',
    save: saveMember,
  });
}

function refuseRoleChange({ actor }: Write, member: Member, role: string): void {
  if (personOf(actor)?.id === member.id) throw new Forbidden('You cannot modify your own role');
  if (member.role === 'owner') throw new Forbidden("The owner's role cannot be changed");
  refuseAdminByOthers(actor, role);
  if (member.role === 'admin') refuseAdminByOthers(actor, member.role);
}

/**
 * Deletes a member with personal tokens and sessions; service tokens go over to the owner.
 * @throws NotFound, Forbidden, Conflict for the owner and for oneself
 */
export async function deleteMember(deps: Deps, request: { actor: Caller; memberId: string }): Promise<void> {
  await write(deps, request.actor, async (write) => {
    await lockAccount(write.tx);
    const member = await getMember(write.tx, request.memberId);
    const accesses = accessesTo(specifier.inAccount('member', { key: member.id }), ['deleteMember']);
    authorize(request.actor, accesses);
    if (member.role === 'owner') throw new Conflict('The owner of the account cannot be deleted');
    if (personOf(request.actor)?.id === member.id) throw new Conflict('You cannot delete yourself');
    const owner = (await listMembers(write.tx)).find(({ role }) => role === 'owner');
    if (owner) await giveServiceTokens(write.tx, member.id, owner.id);
    await removeMember(write.tx, member.id);
    write.record({
      kind: 'member',
      name: member.email,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the member',
      description: [`Deleted the member ${member.email}`],
      before: member,
    });
  });
}

/** Adds a member to teams. @throws NotFound, InvalidRequest naming an unknown team, Forbidden */
export async function addMemberToTeams(
  deps: Deps,
  request: { readonly actor: Caller; readonly memberId: string; readonly teamKeys: readonly string[] },
): Promise<Member> {
  return write(deps, request.actor, async (write) => {
    const member = await getMember(write.tx, request.memberId);
    await requireTeams(write.tx, 'teamKeys', request.teamKeys);
    await addToTeams(write, request.teamKeys, [member.id]);
    return member;
  });
}
