import { useEffect } from 'react';
import type { Static } from 'typebox';
import { useLocation } from 'wouter';
import type { ProjectCollection } from '../../wire/rest/project.ts';
import { useApi } from '../api/use-api.ts';
import { remember, remembered } from './remembered.ts';

/** The project in the address, else the one seen last, else the first there is. */
export function useCurrentProject() {
  const [path] = useLocation();
  const [, inAddress] = /^\/projects\/([^/]+)/.exec(path) ?? [];
  const known = inAddress === undefined ? remembered('project') : decodeURIComponent(inAddress);
  useEffect(() => {
    if (inAddress !== undefined) remember('project', decodeURIComponent(inAddress));
  }, [inAddress]);
  const first = useApi<Static<typeof ProjectCollection>>(['projects'], {
    query: { limit: 1 },
    isEnabled: known === undefined,
  });
  return { projectKey: known ?? first.data?.items[0]?.key, error: first.error, refetch: first.refetch };
}
