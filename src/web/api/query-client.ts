import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './request.ts';
import { SESSION_KEY } from './session.ts';

const STALE_AFTER_MS = 15_000;
const MAX_RETRIES = 2;

/** Answers of the service, kept by path. Whoever is told that they are not signed in is asked to sign in. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => forgetSession(client, error) }),
    mutationCache: new MutationCache({ onError: (error) => forgetSession(client, error) }),
    defaultOptions: {
      queries: { staleTime: STALE_AFTER_MS, retry: (count, error) => count < MAX_RETRIES && isPassing(error) },
    },
  });
  return client;
}

/** Whether asking again may help. */
function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 502);
}

function forgetSession(client: QueryClient, error: Error): void {
  if (error instanceof ApiError && error.status === 401) client.setQueryData(SESSION_KEY, null);
}
