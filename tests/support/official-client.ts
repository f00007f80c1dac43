import {
  AccountUsageBetaApi,
  ApprovalsApi,
  CodeReferencesApi,
  Configuration,
  EnvironmentsApi,
  FeatureFlagsApi,
  MetricsApi,
  MetricsBetaApi,
  ReleasePipelinesBetaApi,
  ReleasesBetaApi,
  SegmentsApi,
  WorkflowsApi,
} from 'launchdarkly-api-typescript';
import { BETA, SEMANTIC } from './app.ts';

/** Options of calls to beta resources, as the client's documentation has them. */
export const beta = { headers: BETA };

/** Options of semantic patches. */
export const semantic = { headers: SEMANTIC };

/** The official API client, unmodified but for its base path. */
export function officialClient(url: string, token: string) {
  const configuration = new Configuration({ basePath: url, apiKey: token });
  return {
    codeReferences: new CodeReferencesApi(configuration),
    flags: new FeatureFlagsApi(configuration),
    environments: new EnvironmentsApi(configuration),
    pipelines: new ReleasePipelinesBetaApi(configuration),
    releases: new ReleasesBetaApi(configuration),
    segments: new SegmentsApi(configuration),
    metrics: new MetricsApi(configuration),
    metricGroups: new MetricsBetaApi(configuration),
    usage: new AccountUsageBetaApi(configuration),
    approvals: new ApprovalsApi(configuration),
    workflows: new WorkflowsApi(configuration),
  };
}

export type OfficialClient = ReturnType<typeof officialClient>;
