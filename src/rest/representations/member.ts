import type { MemberSummary as Member } from '../../domain/access/actor.ts';
import type { MemberSummary } from '../../wire/rest/common.ts';
import { apiLink } from '../links.ts';

/** A member as other resources show it. */
export function toMemberSummary(member: Member): MemberSummary {
  const { id, ...rest } = member;
  return { _links: { self: apiLink('members', id) }, _id: id, ...rest };
}
