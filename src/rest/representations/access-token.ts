import type { MemberSummary } from '../../domain/access/actor.ts';
import type { AccessToken } from '../../domain/access/token.ts';
import type { AccessTokenRep } from '../../wire/rest/account.ts';
import { apiLink } from '../links.ts';
import { toStatementRep } from './access.ts';
import { toMemberSummary } from './member.ts';

/** What a representation of a token shows beside the token itself. */
export interface TokenView {
  readonly accountId: string;
  readonly members: ReadonlyMap<string, MemberSummary>;
  /** The whole secret, where it is to be seen this once. */
  readonly secret?: string;
}

export function toAccessTokenRep(token: AccessToken, { accountId, members, secret }: TokenView): AccessTokenRep {
  const { limit, defaultApiVersion, description } = token;
  const member = members.get(token.memberId);
  return {
    _links: { self: apiLink('tokens', token.id), parent: apiLink('tokens') },
    _id: token.id,
    ownerId: accountId,
    memberId: token.memberId,
    ...(member && { _member: toMemberSummary(member) }),
    name: token.name,
    ...(description !== '' && { description }),
    creationDate: token.createdAt,
    lastModified: token.lastModified,
    lastUsed: token.lastUsedAt ?? 0,
    ...('role' in limit && { role: limit.role }),
    ...('customRoleIds' in limit && { customRoleIds: [...limit.customRoleIds] }),
    ...('inlineRole' in limit && { inlineRole: limit.inlineRole.map(toStatementRep) }),
    token: secret ?? token.ending,
    serviceToken: token.isServiceToken,
    ...(defaultApiVersion !== undefined && { defaultApiVersion }),
  };
}
