import type { PipelineRep } from '../../wire/rest/release-pipeline.ts';
import type { ProgressionCollection } from '../../wire/rest/release-progression.ts';
import { type ApiClient, apiPath } from '../api-client.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print, table, timeOf } from '../output.ts';
import type { ProjectOptions } from '../project-option.ts';

interface ListOptions extends ConnectionOptions, OutputOptions, ProjectOptions {
  readonly pipeline?: string;
  readonly status?: 'active' | 'completed';
}

type Progression = ProgressionCollection['items'][number];

/** A release as the list shows it. */
interface Listed {
  readonly flagKey: string;
  readonly pipelineKey: string;
  readonly status: 'active' | 'completed';
  /** The first phase that is not complete. */
  readonly phase?: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly completedAt?: number;
}

const PAGE = 100;

/** Prints the releases of all pipelines of a project, or of one. */
export async function listReleases(options: ListOptions): Promise<void> {
  const client = connect(options);
  const pipelines = await pipelinesOf(client, options);
  const lists = pipelines.map((pipeline) => releasesOf(client, pipeline, options));
  const releases = (await Promise.all(lists)).flat();
  print(options, releases, () => table([['FLAG', 'PIPELINE', 'STATUS', 'PHASE', 'SINCE'], ...releases.map(rowOf)]));
}

function pipelinesOf(client: ApiClient, { project, pipeline }: ListOptions): Promise<readonly PipelineRep[]> {
  const path = ['projects', project, 'release-pipelines'] as const;
  if (pipeline === undefined) return Array.fromAsync(client.list<PipelineRep>(apiPath(...path), { limit: PAGE }));
  return client.send<PipelineRep>(apiPath(...path, pipeline)).then((one) => [one]);
}

async function releasesOf(
  client: ApiClient,
  { key: pipelineKey, phases }: PipelineRep,
  { project, status }: ListOptions,
): Promise<readonly Listed[]> {
  const names = new Map(phases.map(({ id, name }) => [id, name]));
  const list = client.list<Progression>(apiPath('projects', project, 'release-pipelines', pipelineKey, 'releases'), {
    limit: PAGE,
    filter: status && `status:${status}`,
  });
  return Array.fromAsync(list, ({ flagKey, activePhaseId, _createdAt: createdAt, _completedAt: completedAt }) => {
    const phase = names.get(activePhaseId ?? '');
    return {
      flagKey,
      pipelineKey,
      status: completedAt === undefined ? ('active' as const) : ('completed' as const),
      ...(phase !== undefined && { phase }),
      createdAt,
      ...(completedAt !== undefined && { completedAt }),
    };
  });
}

function rowOf({ flagKey, pipelineKey, status, phase = '-', createdAt, completedAt }: Listed): string[] {
  return [flagKey, pipelineKey, status, phase, timeOf(completedAt ?? createdAt)];
}
