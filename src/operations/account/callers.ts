import type { MemberActor, TokenActor } from '../../domain/access/actor.ts';
import { toRole } from '../../domain/access/custom-role.ts';
import type { Member } from '../../domain/access/member.ts';
import { BASE_ROLES, fillAttributes, ownTokensRole, type Role } from '../../domain/access/policy.ts';
import type { AccessToken } from '../../domain/access/token.ts';
import { findTokenBySecret, saveLastUsed } from '../../store/access-tokens.ts';
import type { Db } from '../../store/database.ts';
import { getMember, saveLastSeen } from '../../store/members.ts';
import { findCustomRoles, loadMemberRoles } from '../../store/roles.ts';
import { hashSecret } from '../secrets.ts';
import type { Deps } from '../write.ts';

/** How exactly the last use of a token and the last visit of a member are known. */
const LAST_USE_PRECISION_MS = 60_000;

/** Who calls with the secret of an access token, if anybody we know; the use of it is remembered. */
export async function findTokenCaller(deps: Deps, secret: string): Promise<TokenActor | undefined> {
  const { db } = deps.database;
  const now = deps.clock.now();
  const token = await findTokenBySecret(db, hashSecret(secret), now);
  if (!token) return undefined;
  const member = await getMember(db, token.memberId);
  const isStale = now - (token.lastUsedAt ?? 0) >= LAST_USE_PRECISION_MS;
  if (isStale) {
    await deps.database.transaction(async (tx) => {
      await saveLastUsed(tx, token.id, now);
      if (!token.isServiceToken) await saveLastSeen(tx, member.id, now);
    });
  }
  const limit = await rolesOf(db, token, member);
  return {
    kind: 'token',
    tokenId: token.id,
    tokenName: token.name,
    tokenEnding: token.ending,
    isServiceToken: token.isServiceToken,
    authorities: token.isServiceToken ? [limit] : [limit, await loadMemberRoles(db, member)],
    member: summaryOf(member),
    defaultApiVersion: token.defaultApiVersion,
  };
}

/** A member acting in person, with the rights of this moment. */
export async function actAsMember(db: Db, member: Member, through: MemberActor['through']): Promise<MemberActor> {
  const roles = [...(await loadMemberRoles(db, member)), ownTokensRole(member.id)];
  return { kind: 'member', member: summaryOf(member), through, authorities: [roles] };
}

async function rolesOf(db: Db, { limit }: AccessToken, member: Member): Promise<readonly Role[]> {
  if ('role' in limit) return [BASE_ROLES[limit.role]];
  if ('inlineRole' in limit) return [{ basePermissions: 'reader', policy: limit.inlineRole }];
  const roles = await findCustomRoles(db, limit.customRoleIds);
  return [...roles.values()].map((role) => fillAttributes(toRole(role), member.roleAttributes));
}

/** A member as entries of the audit log keep it. */
function summaryOf({ id, email, role, firstName, lastName }: Member) {
  return {
    id,
    email,
    role,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
  };
}
