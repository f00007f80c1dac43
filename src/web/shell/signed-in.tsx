import type { ReactNode } from 'react';
import { Redirect, useLocation, useSearch } from 'wouter';
import { useSession } from '../api/session.ts';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { SkeletonRows } from '../ui/parts.tsx';
import { Shell } from './shell.tsx';
import { useCurrentProject } from './use-current-project.ts';

/** Pages for members; whoever is not signed in is sent there first, and comes back afterwards. */
export function SignedIn({ children }: { children: (projectKey: string) => ReactNode }) {
  const [path] = useLocation();
  const search = useSearch();
  const session = useSession();
  if (session.error) return <ErrorNotice error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === undefined) return null;
  if (session.data === null) {
    const here = search === '' ? path : `${path}?${search}`;
    const returnTo = here === '/' ? '' : `?returnTo=${encodeURIComponent(here)}`;
    return <Redirect to={`/sign-in${returnTo}`} replace />;
  }
  return <InProject member={session.data}>{children}</InProject>;
}

function InProject(props: {
  member: Parameters<typeof Shell>[0]['member'];
  children: (projectKey: string) => ReactNode;
}) {
  const { projectKey, error, refetch } = useCurrentProject();
  return (
    <Shell member={props.member} projectKey={projectKey}>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {projectKey === undefined && !error && <SkeletonRows count={8} />}
      {projectKey !== undefined && props.children(projectKey)}
    </Shell>
  );
}
