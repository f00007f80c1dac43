import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { apiPath } from './request.ts';

/** Changes come in bursts; what they affect is read once for all of them. */
const QUIET_MS = 250;

/** Reads anew what is shown when somebody changes something in the project, here or elsewhere. */
export function useChangeNotices(projectKey: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (projectKey === undefined) return undefined;
    const source = new EventSource(apiPath('projects', projectKey, 'change-notices'));
    let timer: ReturnType<typeof setTimeout> | undefined;
    source.addEventListener('change', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        void client.invalidateQueries({ predicate: ({ queryKey }) => !String(queryKey[0]).startsWith('/internal/') });
      }, QUIET_MS);
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client, projectKey]);
}
