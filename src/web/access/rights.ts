import { useQuery } from '@tanstack/react-query';
import { decide, type Role } from '../../domain/access/policy.ts';
import type { Access, Specified } from '../../domain/access/resource.ts';
import type { ProjectRep } from '../../wire/rest/project.ts';
import { request } from '../api/request.ts';
import { useApi } from '../api/use-api.ts';

const RIGHTS = '/internal/session/rights';

/** Why something is not allowed, to be read when pointing at it; undefined where it is, or where that is not known yet. */
export type Denial = string | undefined;

/**
 * Judges in the browser what whoever is signed in may do, by the code that the service judges with. The service has the
 * last word: as long as the rights are not known, everything is offered.
 */
export function useRights(): (accesses: readonly Access[] | undefined) => Denial {
  const { data } = useQuery({
    queryKey: [RIGHTS],
    queryFn: ({ signal }) => request<{ roles: readonly Role[] }>(RIGHTS, { signal }),
    staleTime: 60_000,
  });
  return (accesses = []) => (data ? denialOf(data.roles, accesses) : undefined);
}

/** Of several things that all are needed, why the first that is denied is. */
export function denialOf(roles: readonly Role[], accesses: readonly Access[]): Denial {
  for (const access of accesses) {
    const { isAllowed, reason } = decide(roles, access);
    if (isAllowed) continue;
    const who =
      reason.role_name === undefined ? 'Your role does not allow this' : `The role ${reason.role_name} denies this`;
    return `${who}: ${access.action}`;
  }
  return undefined;
}

/** Of several things of which one is enough; undefined as soon as one is allowed. */
export function denialOfAll(denials: readonly Denial[]): Denial {
  return denials.includes(undefined) ? undefined : denials[0];
}

/** A project as policies speak of it; undefined until its tags are known. */
export function useSpecifiedProject(projectKey: string | undefined): Specified | undefined {
  const { data } = useApi<ProjectRep>(['projects', projectKey ?? ''], { isEnabled: projectKey !== undefined });
  return data && { key: data.key, tags: data.tags };
}
