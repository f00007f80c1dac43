import { Forbidden } from '../errors.ts';
import type { Actor, BaseRole } from './actor.ts';

/** One thing that somebody wants to do: an action on a resource specifier such as `proj/shop:env/test:flag/new-cart`. */
export interface Access {
  readonly action: string;
  readonly resource: string;
}

/** Resource specifiers, as policies and audit entries write them. */
export const specifier = {
  project: (projectKey: string) => `proj/${projectKey}`,
  environment: (projectKey: string, environmentKey: string) => `proj/${projectKey}:env/${environmentKey}`,
  flag: (projectKey: string, environmentKey: string, flagKey: string) =>
    `proj/${projectKey}:env/${environmentKey}:flag/${flagKey}`,
  releasePipeline: (projectKey: string, pipelineKey: string) => `proj/${projectKey}:release-pipeline/${pipelineKey}`,
} as const;

/** What writers may not do although they may change everything inside projects. */
const ADMIN_ACTIONS: ReadonlySet<string> = new Set(['deleteProject']);

/** What no base role brings with it: passing by approvals is a right of its own. */
const SPECIAL_ACTIONS: ReadonlySet<string> = new Set(['bypassRequiredApproval']);

const MAY: Record<BaseRole, (action: string) => boolean> = {
  no_access: () => false,
  reader: () => false,
  writer: (action) => !ADMIN_ACTIONS.has(action) && !SPECIAL_ACTIONS.has(action),
  admin: (action) => !SPECIAL_ACTIONS.has(action),
  owner: (action) => !SPECIAL_ACTIONS.has(action),
};

/**
 * Whether the actor may change something. The release engine and the system act on authority that was checked when
 * the release was started or the timer was set.
 */
export function can(actor: Actor, access: Access): boolean {
  return actor.kind === 'token' ? MAY[actor.role](access.action) : true;
}

/** @throws Forbidden naming the first access that is denied; deny is the default. */
export function authorize(actor: Actor, accesses: readonly Access[]): void {
  const denied = accesses.find((access) => !can(actor, access));
  if (denied) {
    throw new Forbidden('Access to the requested resource was denied', { reason: { effect: 'deny' }, access: denied });
  }
}

/** Reading needs a role that sees things. @throws Forbidden for `no_access`. */
export function authorizeReading(actor: Actor): void {
  if (actor.kind === 'token' && actor.role === 'no_access') {
    throw new Forbidden('Forbidden. Access to the requested resource was denied.');
  }
}
