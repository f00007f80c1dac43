import type { Caller } from '../../domain/access/actor.ts';
import { decideFor } from '../../domain/access/can.ts';
import type { Reason } from '../../domain/access/policy.ts';
import type { Resource } from '../../domain/access/resource.ts';
import type { AccessRep, StatementRep } from '../../wire/rest/access.ts';
import type { Statement } from '../../domain/access/policy.ts';

/** What the caller may and may not do with a resource, of the actions that it has. */
export function toAccessRep(caller: Caller, resource: Resource, actions: readonly string[]): AccessRep {
  const judged = [...new Set(actions)].map((action) => ({ action, ...decideFor(caller, { action, ...resource }) }));
  const where = (wanted: boolean) =>
    judged
      .filter(({ isAllowed }) => isAllowed === wanted)
      .map(({ action, reason }) => ({ action, reason: toReasonRep(reason) }));
  return { denied: where(false), allowed: where(true) };
}

function toReasonRep({ role_name: name, ...statement }: Reason) {
  return { ...toStatementRep(statement), ...(name !== undefined && { role_name: name }) };
}

export function toStatementRep({ effect, resources, notResources, actions, notActions }: Statement): StatementRep {
  return {
    effect,
    ...(resources && { resources: [...resources] }),
    ...(notResources && { notResources: [...notResources] }),
    ...(actions && { actions: [...actions] }),
    ...(notActions && { notActions: [...notActions] }),
  };
}

/** Whether a query asks for `_access`: `expand=access`. */
export function wantsAccess(expand: string | undefined): boolean {
  return expand?.split(',').includes('access') ?? false;
}
