import { useEffect } from 'react';
import type { Static } from 'typebox';
import { useLocation } from 'wouter';
import type { ProjectCollection, ProjectRep } from '../../wire/rest/project.ts';
import { ApiError } from '../api/request.ts';
import { useApi } from '../api/use-api.ts';
import { remember, remembered } from './remembered.ts';

/** The project in the address, else the one seen last if it is still there, else the first there is. */
export function useCurrentProject() {
  const [path] = useLocation();
  const [, segment] = /^\/projects\/([^/]+)/.exec(path) ?? [];
  const inAddress = segment === undefined ? undefined : decodeURIComponent(segment);
  useEffect(() => {
    if (inAddress !== undefined) remember('project', inAddress);
  }, [inAddress]);
  const last = inAddress === undefined ? remembered('project') : undefined;
  const seen = useApi<ProjectRep>(['projects', last ?? ''], { isEnabled: last !== undefined });
  const isGone = seen.error instanceof ApiError && seen.error.status === 404;
  const first = useApi<Static<typeof ProjectCollection>>(['projects'], {
    query: { limit: 1 },
    isEnabled: inAddress === undefined && (last === undefined || isGone),
  });
  const failed = isGone ? first : [seen, first].find(({ error }) => error !== null);
  return {
    projectKey: inAddress ?? seen.data?.key ?? first.data?.items[0]?.key,
    error: failed?.error ?? null,
    refetch: () => failed?.refetch(),
  };
}
