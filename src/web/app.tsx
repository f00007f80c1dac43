import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, useState } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { createQueryClient } from './api/query-client.ts';
import { PageBoundary } from './shell/page-boundary.tsx';
import { siteTarget } from './shell/paths.ts';
import { SignedIn } from './shell/signed-in.tsx';
import { theme } from './theme/theme.ts';
import { EmptyState, SkeletonRows } from './ui/parts.tsx';
import { AlertIcon } from './ui/icons.tsx';
import { leave } from './ui/leave-guard.ts';

const SignIn = lazy(async () => ({ default: (await import('./pages/sign-in/sign-in.tsx')).SignIn }));
const ForgotPassword = lazy(async () => ({
  default: (await import('./pages/sign-in/forgot-password.tsx')).ForgotPassword,
}));
const ResetPassword = lazy(async () => ({
  default: (await import('./pages/sign-in/reset-password.tsx')).ResetPassword,
}));
const AcceptInvitation = lazy(async () => ({
  default: (await import('./pages/sign-in/accept-invitation.tsx')).AcceptInvitation,
}));
const Flag = lazy(async () => ({ default: (await import('./pages/flag/flag.tsx')).Flag }));
const Segment = lazy(async () => ({ default: (await import('./pages/segment/segment.tsx')).Segment }));
const Segments = lazy(async () => ({ default: (await import('./pages/segments/segments.tsx')).Segments }));
const Environments = lazy(async () => ({
  default: (await import('./pages/environments/environments.tsx')).Environments,
}));
const Projects = lazy(async () => ({ default: (await import('./pages/projects/projects.tsx')).Projects }));
const AuditLog = lazy(async () => ({ default: (await import('./pages/audit-log/audit-log.tsx')).AuditLog }));
const Approval = lazy(async () => ({ default: (await import('./pages/approvals/approval.tsx')).Approval }));
const Approvals = lazy(async () => ({ default: (await import('./pages/approvals/approvals.tsx')).Approvals }));
const Settings = lazy(async () => ({ default: (await import('./pages/settings/settings.tsx')).Settings }));
const Metrics = lazy(async () => ({ default: (await import('./pages/metrics/metrics.tsx')).Metrics }));
const Metric = lazy(async () => ({ default: (await import('./pages/metrics/metric.tsx')).Metric }));
const RolePage = lazy(async () => ({ default: (await import('./pages/role/role.tsx')).RolePage }));
const Contexts = lazy(async () => ({ default: (await import('./pages/contexts/contexts.tsx')).Contexts }));
const ContextPage = lazy(async () => ({ default: (await import('./pages/context/context.tsx')).ContextPage }));
const Welcome = lazy(async () => ({ default: (await import('./pages/welcome/welcome.tsx')).Welcome }));
const Flags = lazy(async () => ({ default: (await import('./pages/flags/flags.tsx')).Flags }));
const Release = lazy(async () => ({ default: (await import('./pages/release/release.tsx')).Release }));
const Releases = lazy(async () => ({ default: (await import('./pages/releases/releases.tsx')).Releases }));
const Pipelines = lazy(async () => ({ default: (await import('./pages/pipelines/pipelines.tsx')).Pipelines }));
const Pipeline = lazy(async () => ({ default: (await import('./pages/pipelines/pipeline.tsx')).Pipeline }));

/** All pages and their addresses. `src/web-pages.ts` must know each beginning of an address, too. */
export function App() {
  const [client] = useState(createQueryClient);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={client}>
        <Notifications position="top-center" autoClose={3500} />
        <PageBoundary fallback={null}>
          <Router aroundNav={leave}>
            <Switch>
              <Route path="/sign-in" component={SignIn} />
              <Route path="/forgot-password" component={ForgotPassword} />
              <Route path="/reset-password" component={ResetPassword} />
              <Route path="/accept-invitation" component={AcceptInvitation} />
              <Route>
                <SignedIn>{(projectKey) => <Pages projectKey={projectKey} />}</SignedIn>
              </Route>
            </Switch>
          </Router>
        </PageBoundary>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Pages({ projectKey }: { projectKey: string }) {
  const project = `/projects/${encodeURIComponent(projectKey)}`;
  return (
    <PageBoundary fallback={<SkeletonRows count={8} />}>
      <Switch>
        <Route path="/">
          <Redirect to={`${project}/flags`} replace />
        </Route>
        <Route path="/projects/:projectKey">
          <Redirect to={`${project}/flags`} replace />
        </Route>
        <Route path="/projects/:projectKey/flags">
          <Flags key={projectKey} projectKey={projectKey} />
        </Route>
        <Route path="/projects/:projectKey/flags/:flagKey/release">
          {({ flagKey }) => <Release key={flagKey} projectKey={projectKey} flagKey={flagKey} />}
        </Route>
        <Route path="/projects/:projectKey/flags/:flagKey/:tab?">
          {({ flagKey, tab }) => <Flag key={flagKey} projectKey={projectKey} flagKey={flagKey} tab={tab} />}
        </Route>
        <Route path="/projects/:projectKey/releases">
          <Releases key={projectKey} projectKey={projectKey} />
        </Route>
        <Route path="/projects/:projectKey/pipelines">
          <Pipelines key={projectKey} projectKey={projectKey} />
        </Route>
        <Route path="/projects/:projectKey/pipelines/:pipelineKey">
          {({ pipelineKey }) => <Pipeline key={pipelineKey} projectKey={projectKey} pipelineKey={pipelineKey} />}
        </Route>
        <Route path="/projects/:projectKey/metrics">
          <Metrics key={projectKey} projectKey={projectKey} />
        </Route>
        <Route path="/projects/:projectKey/metrics/:metricKey">
          {({ metricKey }) => <Metric key={metricKey} projectKey={projectKey} metricKey={metricKey} />}
        </Route>
        <Route path="/experiments/metrics/:metricKey/edit">
          {({ metricKey }) => <Redirect to={`${project}/metrics/${encodeURIComponent(metricKey)}`} replace />}
        </Route>
        <Route path="/projects/:projectKey/segments">
          <Segments key={projectKey} projectKey={projectKey} />
        </Route>
        <Route path="/projects/:projectKey/segments/:segmentKey">
          {({ segmentKey }) => <Segment key={segmentKey} projectKey={projectKey} segmentKey={segmentKey} />}
        </Route>
        <Route path="/projects/:projectKey/environments">
          <Environments key={projectKey} projectKey={projectKey} />
        </Route>
        <Route path="/projects/:projectKey/contexts">
          <Contexts key={projectKey} projectKey={projectKey} />
        </Route>
        <Route path="/projects/:projectKey/contexts/one">
          <ContextPage projectKey={projectKey} />
        </Route>
        <Route path="/projects/:projectKey/welcome">
          <Welcome key={projectKey} projectKey={projectKey} />
        </Route>
        <Route path="/projects" component={Projects} />
        <Route path="/approvals" component={Approvals} />
        <Route path="/approvals/:id">{({ id }) => <Approval key={id} id={id} />}</Route>
        <Route path="/settings/roles/:roleKey">{({ roleKey }) => <RolePage key={roleKey} roleKey={roleKey} />}</Route>
        <Route path="/settings/:tab?">{({ tab }) => <Settings tab={tab} />}</Route>
        <Route path="/audit-log">
          <AuditLog projectKey={projectKey} />
        </Route>
        <Route path="/:projectKey/:environmentKey/features/:flagKey">
          {(params) => <Redirect to={flagAddress(params)} replace />}
        </Route>
        <Route path="/:projectKey/:environmentKey/contexts/:kind/:key">
          {() => <Redirect to={siteTarget(location.pathname)} replace />}
        </Route>
        <Route path="/:projectKey/:environmentKey/context-instances/:id">
          {() => <Redirect to={siteTarget(location.pathname)} replace />}
        </Route>
        <Route>
          <EmptyState icon={<AlertIcon size={22} />} title="No page is at this address">
            The address may be mistyped, or of something that has been deleted.
          </EmptyState>
        </Route>
      </Switch>
    </PageBoundary>
  );
}

/** Addresses in answers of the API (`_site`); `~` is no environment in particular. */
function flagAddress({
  projectKey,
  environmentKey,
  flagKey,
}: Record<'projectKey' | 'environmentKey' | 'flagKey', string>) {
  const path = `/projects/${encodeURIComponent(projectKey)}/flags/${encodeURIComponent(flagKey)}`;
  return environmentKey === '~' ? path : `${path}?env=${encodeURIComponent(environmentKey)}`;
}
