import type { Role } from './policy.ts';

/** Base roles of members and tokens, weakest first. */
export type BaseRole = 'no_access' | 'reader' | 'writer' | 'admin' | 'owner';

/** A member as other resources show them. */
export interface MemberSummary {
  readonly id: string;
  readonly email: string;
  readonly role: BaseRole;
  readonly firstName?: string;
  readonly lastName?: string;
}

/** A team as other resources show it. */
export interface TeamSummary {
  readonly key: string;
  readonly name: string;
}

/** What the rights of a caller come from. */
interface Authorized {
  /** Sets of roles: each set must allow, by any one of its roles. */
  readonly authorities: readonly (readonly Role[])[];
}

/** A caller of the REST API, known by an access token. */
export interface TokenActor extends Authorized {
  readonly kind: 'token';
  readonly tokenId: string;
  readonly tokenName: string;
  /** The last four characters of the secret, as shown in lists and audit entries. */
  readonly tokenEnding: string;
  readonly isServiceToken: boolean;
  /** The owner of a personal token, the creator of a service token. */
  readonly member: MemberSummary;
  /** API version used when the request names none, as yyyymmdd. */
  readonly defaultApiVersion: number | undefined;
}

/** A person: signed in, or on whose behalf something happens that they have scheduled or asked for. */
export interface MemberActor extends Authorized {
  readonly kind: 'member';
  readonly member: MemberSummary;
  readonly through:
    | { readonly kind: 'session'; readonly id: string }
    | { readonly kind: 'link'; readonly id: 'invitation' | 'password-reset' }
    | { readonly kind: 'schedule'; readonly id: string }
    | { readonly kind: 'approval'; readonly id: string };
}

/** The release engine, changing a flag on behalf of the release of that flag. */
export interface ReleaseActor {
  readonly kind: 'release';
  readonly releaseId: string;
  readonly pipelineName: string;
}

/** A flag trigger that somebody called by its secret address. */
export interface TriggerActor {
  readonly kind: 'trigger';
  readonly triggerId: string;
  readonly integrationKey: string;
}

/** Slipway itself: first start, timers. */
export interface SystemActor {
  readonly kind: 'system';
}

/** Who calls the API. */
export type Caller = TokenActor | MemberActor;

/** Who does something. */
export type Actor = Caller | ReleaseActor | TriggerActor | SystemActor;

/** An actor as the audit log keeps it: who it was, without what it was allowed to do then. */
export type ActorRecord = Omit<TokenActor, 'authorities'> | Omit<MemberActor, 'authorities'> | Exclude<Actor, Caller>;

/** @see ActorRecord */
export function recordOf(actor: Actor): ActorRecord {
  if (!isCaller(actor)) return actor;
  const { authorities: _authorities, ...record } = actor;
  return record;
}

export const SYSTEM: SystemActor = { kind: 'system' };

/** Whether the actor is a person or their token, whose rights are asked for at every change. */
export function isCaller(actor: Actor): actor is Caller {
  return 'authorities' in actor;
}

/** The person behind an actor; a service token has none. */
export function personOf(actor: Actor): MemberSummary | undefined {
  return !isCaller(actor) || (actor.kind === 'token' && actor.isServiceToken) ? undefined : actor.member;
}
