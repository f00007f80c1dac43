import type { Actor } from '../../domain/access/actor.ts';
import { accessesTo, authorize } from '../../domain/access/can.ts';
import { createRole, type CustomRole, patchRole, ROLE_ACTIONS } from '../../domain/access/custom-role.ts';
import { specifier } from '../../domain/access/resource.ts';
import type { DocumentPatch } from '../../domain/document-patch.ts';
import { Conflict } from '../../domain/errors.ts';
import { listAccessTokens } from '../../store/access-tokens.ts';
import { lockAccount } from '../../store/account.ts';
import { listMembers } from '../../store/members.ts';
import { customRoles, getCustomRole } from '../../store/roles.ts';
import { listTeams } from '../../store/teams.ts';
import { changeSettings } from '../change-settings.ts';
import { type Deps, write } from '../write.ts';

/** @throws InvalidRequest, Forbidden, Conflict when the key is taken */
export async function createCustomRole(deps: Deps, request: { actor: Actor; role: unknown }): Promise<CustomRole> {
  return write(deps, request.actor, async (write) => {
    const role = createRole(request.role, write);
    const accesses = accessesTo(specifier.inAccount('role', role), ['createRole']);
    authorize(request.actor, accesses);
    await customRoles.insert(write.tx, {}, role);
    write.record({
      kind: 'role',
      name: role.name,
      projectId: undefined,
      accesses,
      titleVerb: 'created the role',
      description: [`Created the role ${role.key}`],
      after: role,
    });
    return role;
  });
}

export interface UpdateCustomRole {
  readonly actor: Actor;
  readonly keyOrId: string;
  readonly patch: DocumentPatch;
  readonly comment?: string | undefined;
}

/** Everybody who bears the role has the new rights at once. @throws NotFound, InvalidPatch, InvalidRequest, Forbidden */
export async function updateCustomRole(deps: Deps, request: UpdateCustomRole): Promise<CustomRole> {
  return write(deps, request.actor, async (write) => {
    const before = await getCustomRole(write.tx, request.keyOrId);
    const after = patchRole(before, request.patch);
    return changeSettings<CustomRole>(write, {
      kind: 'role',
      name: after.name,
      resource: specifier.inAccount('role', before),
      before,
      after,
      actions: ROLE_ACTIONS,
      titleVerb: 'updated the role',
      comment: request.comment,
      save: customRoles.save,
    });
  });
}

/** @throws NotFound, Forbidden, Conflict while a member, team or token bears the role */
export async function deleteCustomRole(deps: Deps, request: { actor: Actor; keyOrId: string }): Promise<void> {
  await write(deps, request.actor, async (write) => {
    await lockAccount(write.tx);
    const role = await getCustomRole(write.tx, request.keyOrId);
    const accesses = accessesTo(specifier.inAccount('role', role), ['deleteRole']);
    authorize(request.actor, accesses);
    await requireUnused(write.tx, role);
    await customRoles.delete(write.tx, role.id);
    write.record({
      kind: 'role',
      name: role.name,
      projectId: undefined,
      accesses,
      titleVerb: 'deleted the role',
      description: [`Deleted the role ${role.key}`],
      before: role,
    });
  });
}

async function requireUnused(db: Parameters<typeof listMembers>[0], { id, key }: CustomRole): Promise<void> {
  const bears = ({ customRoleIds }: { readonly customRoleIds: readonly string[] }) => customRoleIds.includes(id);
  const members = (await listMembers(db)).filter(bears);
  const teams = (await listTeams(db)).filter(bears);
  const tokens = (await listAccessTokens(db)).filter(({ limit }) => 'customRoleIds' in limit && bears(limit));
  const bearers = [
    ...members.map(({ email }) => `member ${email}`),
    ...teams.map((team) => `team '${team.key}'`),
    ...tokens.map(({ name, ending }) => `token '${name}' (…${ending})`),
  ];
  if (bearers.length > 0) {
    throw new Conflict(`Role '${key}' is in use by ${bearers.slice(0, 5).join(', ')}; take it from them first`);
  }
}
