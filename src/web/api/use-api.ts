import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { apiPath, type Query, request, type RequestOptions } from './request.ts';

interface ReadOptions {
  readonly query?: Query | undefined;
  readonly isBeta?: boolean | undefined;
  /** Whether the former answer stays while another page of the same list is on its way, so that nothing jumps. */
  readonly keepsFormer?: boolean | undefined;
  /** false while it is not known yet what to ask for. */
  readonly isEnabled?: boolean | undefined;
  /** After how many milliseconds to ask again while the page is looked at; never when absent. */
  readonly everyMs?: number | undefined;
}

/**
 * Reads a resource below `/api/v2`.
 * @param segments of the path; answers are kept under them, so that a change can invalidate all below its own
 */
export function useApi<Answer>(segments: readonly string[], options: ReadOptions = {}) {
  const { query, isBeta, keepsFormer, isEnabled = true, everyMs } = options;
  return useQuery({
    queryKey: [...segments, query ?? {}],
    queryFn: ({ signal }) => request<Answer>(apiPath(...segments), { query, isBeta, signal }),
    ...(keepsFormer && { placeholderData: keepPreviousData }),
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
    enabled: isEnabled,
  });
}

export interface Change extends RequestOptions {
  readonly segments: readonly string[];
}

/**
 * Changes a resource below `/api/v2`; then everything is read anew that begins with one of `affected`.
 * @param affected beginnings of paths
 */
export function useChange<Answer = unknown>(affected: readonly (readonly string[])[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ segments, ...options }: Change) => request<Answer>(apiPath(...segments), options),
    onSuccess: () => Promise.all(affected.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
