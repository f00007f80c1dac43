import { createPatch } from 'rfc6902';
import type { ActorRecord, MemberSummary } from '../../domain/access/actor.ts';
import type { ChangeSummary, StoredChange } from '../../store/changes.ts';
import type { AuditEntryRep, AuditEntrySummary } from '../../wire/rest/audit-log.ts';
import type { Link } from '../../wire/rest/common.ts';
import { apiLink } from '../links.ts';
import { targetLinks } from './audit-links.ts';

/** An entry of the audit log as lists show it. */
export function toAuditEntrySummary(change: ChangeSummary, accountId: string): AuditEntrySummary {
  const { id, kind, name, comment, titleVerb, description, actor } = change;
  const resources = [...new Set(change.accesses.map(({ resource }) => resource))];
  const links = targetLinks(kind, resources[0] ?? '');
  const who = describeActor(actor);
  return {
    _links: { self: apiLink('auditlog', id), parent: apiLink('auditlog'), ...links },
    _id: id,
    _accountId: accountId,
    date: change.occurredAt,
    accesses: change.accesses.map(({ action, resource }) => ({ action, resource })),
    kind,
    name,
    description: description.map((words) => `- ${words}`).join('\n'),
    shortDescription: description[0] ?? '',
    ...(comment !== undefined && { comment }),
    subject: { _links: who.link ? { self: who.link } : {}, name: who.name, avatarUrl: '' },
    ...(who.member && { member: toMember(who.member) }),
    ...(actor.kind === 'token' && { token: toToken(actor) }),
    titleVerb,
    title: `${who.title} ${titleVerb} [${name}](${links.site.href})`,
    target: { _links: links, name, resources },
    ...toParent(resources[0] ?? ''),
  };
}

/**
 * An entry with its states.
 * @param toVersion a state as the API represents it
 */
export function toAuditEntryRep(
  change: StoredChange,
  accountId: string,
  toVersion: (state: unknown) => unknown,
): AuditEntryRep {
  const [previous, current] = [change.before, change.after].map((state) =>
    state === undefined ? undefined : toVersion(state),
  );
  return {
    ...toAuditEntrySummary(change, accountId),
    ...(previous !== undefined && { previousVersion: previous }),
    ...(current !== undefined && { currentVersion: current }),
    ...(previous !== undefined && current !== undefined && { delta: createPatch(previous, current) }),
    subentries: [],
  };
}

interface Subject {
  readonly name: string;
  /** In Markdown. */
  readonly title: string;
  readonly link?: Link;
  readonly member?: MemberSummary;
}

function describeActor(actor: ActorRecord): Subject {
  switch (actor.kind) {
    case 'token':
      return actor.isServiceToken
        ? { name: actor.tokenName, title: actor.tokenName || 'A service token', link: apiLink('tokens', actor.tokenId) }
        : describeMember(actor.member);
    case 'member':
      return describeMember(actor.member);
    case 'release': {
      const name = `Release pipeline ${actor.pipelineName}`;
      return { name, title: name };
    }
    case 'trigger': {
      const name = `A trigger (${actor.integrationKey})`;
      return { name, title: name };
    }
    case 'system':
      return { name: 'Slipway', title: 'Slipway' };
  }
}

function describeMember(member: MemberSummary): Subject {
  const { id, email, firstName, lastName } = member;
  const name = [firstName, lastName].filter((part) => part !== undefined).join(' ') || email;
  return { name, title: `[${name}](mailto:${email})`, link: apiLink('members', id), member };
}

function toMember({ id, email, firstName, lastName }: MemberSummary) {
  return {
    _links: { self: apiLink('members', id) },
    _id: id,
    email,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
  };
}

function toToken({ tokenId, tokenName, tokenEnding, isServiceToken }: Extract<ActorRecord, { kind: 'token' }>) {
  return {
    _links: { self: apiLink('tokens', tokenId) },
    _id: tokenId,
    name: tokenName,
    ending: tokenEnding,
    serviceToken: isServiceToken,
  };
}

/** What the resource belongs to: the environment or project around it. */
function toParent(resource: string): Pick<AuditEntrySummary, 'parent'> {
  const outer = resource.slice(0, Math.max(0, resource.lastIndexOf(':')));
  if (!outer.startsWith('proj/')) return {};
  const kind = outer.includes(':env/') ? 'environment' : 'project';
  const name = outer.slice(outer.lastIndexOf('/') + 1);
  return { parent: { _links: targetLinks(kind, outer), name, resource: outer } };
}
