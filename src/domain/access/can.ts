import { Forbidden } from '../errors.ts';
import { type Actor, isCaller } from './actor.ts';
import { type Decision, decide, type Role, showsAllProjects, showsNothing } from './policy.ts';
import { type Access, type Resource, specifier, type Specified } from './resource.ts';

const ON_AUTHORITY: Decision = { isAllowed: true, reason: { effect: 'allow' } };

/**
 * Decides whether the actor may do something, and why. A personal token may do what both its own roles and those of its
 * member allow. The release engine, triggers and the system act on authority that was checked when the release was
 * started, the trigger made or the timer set.
 */
export function decideFor(actor: Actor, access: Access): Decision {
  if (!isCaller(actor)) return ON_AUTHORITY;
  const decisions = actor.authorities.map((roles) => decide(roles, access));
  return (
    decisions.find(({ isAllowed }) => !isAllowed) ?? decisions[0] ?? { isAllowed: false, reason: { effect: 'deny' } }
  );
}

/** Whether the actor may do something; deny is the default. */
export function can(actor: Actor, access: Access): boolean {
  return decideFor(actor, access).isAllowed;
}

/** @throws Forbidden naming the first access that is denied, and the statement that denies it. */
export function authorize(actor: Actor, accesses: readonly Access[]): void {
  for (const access of accesses) {
    const { isAllowed, reason } = decideFor(actor, access);
    const { action, resource } = access;
    if (!isAllowed) {
      throw new Forbidden('Access to the requested resource was denied', { reason, access: { action, resource } });
    }
  }
}

/** Whether the actor may know of a project, and so of anything in it. */
export function canView(actor: Actor, project: Specified): boolean {
  return can(actor, viewing(project));
}

/** Whether whoever has these roles may know of a project. */
export function showsProject(roles: readonly Role[], project: Specified): boolean {
  return decide(roles, viewing(project)).isAllowed;
}

const viewing = (project: Specified): Access => ({ action: 'viewProject', ...specifier.project(project) });

/** Whether the actor may know of every project there is. */
export function seesAllProjects(actor: Actor): boolean {
  return !isCaller(actor) || actor.authorities.every((roles) => roles.some(showsAllProjects));
}

/** Whether a role of the actor brings its rights with it, as admins and owners have them. */
export function isAdmin(actor: Actor): boolean {
  return !isCaller(actor) || can(actor, { action: 'updateRole', ...specifier.inAccount('member', { key: '*' }) });
}

/** Several actions on one resource. */
export function accessesTo(resource: Resource, actions: readonly string[]): readonly Access[] {
  return [...new Set(actions)].map((action) => ({ action, ...resource }));
}

/** Reading needs a role that sees things. @throws Forbidden for `no_access`. */
export function authorizeReading(actor: Actor): void {
  if (!isCaller(actor)) return;
  const seesNothing = actor.authorities.some((roles) => roles.every((role) => showsNothing(role, actor.member.id)));
  if (seesNothing) throw new Forbidden('Forbidden. Access to the requested resource was denied.');
}
