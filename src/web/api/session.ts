import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { MemberSummary as MemberSummarySchema } from '../../wire/rest/common.ts';
import type { SignInOptions } from '../../wire/rest/sign-in.ts';
import type { Static } from 'typebox';
import { ApiError, request } from './request.ts';

export type Member = Static<typeof MemberSummarySchema>;

const SESSION = '/internal/session';
export const SESSION_KEY = [SESSION] as const;

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: async ({ signal }) => {
      try {
        return await request<Member>(SESSION, { signal });
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 5 * 60_000,
  });
}

/** The ways to sign in that the service has. */
export function useSignInOptions() {
  const path = '/internal/sign-in-options';
  return useQuery({ queryKey: [path], queryFn: ({ signal }) => request<SignInOptions>(path, { signal }) });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => request<Member>(SESSION, { method: 'POST', body }),
    onSuccess: (member) => client.setQueryData(SESSION_KEY, member),
  });
}

export function useAcceptInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { secret: string; password: string; firstName?: string; lastName?: string }) =>
      request<Member>('/internal/invitations/accept', { method: 'POST', body }),
    onSuccess: (member) => client.setQueryData(SESSION_KEY, member),
  });
}

/** Ends the session and forgets everything that was loaded in it. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<undefined>(SESSION, { method: 'DELETE' }),
    onSuccess: () => {
      client.setQueryData(SESSION_KEY, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION });
    },
  });
}
