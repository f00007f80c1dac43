import type { MemberRep } from '../../wire/rest/account.ts';
import type { EnvironmentRep } from '../../wire/rest/environment.ts';
import type { FlagRep } from '../../wire/rest/flag.ts';
import type { ProjectRep } from '../../wire/rest/project.ts';
import type { PipelineRep } from '../../wire/rest/release-pipeline.ts';
import type { SegmentRep } from '../../wire/rest/segment.ts';
import { type ApiClient, apiPath } from '../api-client.ts';
import { find, listCounted, listFlagKeys, mapAtOnce } from '../import/account-reader.ts';
import { toFlagFile } from './flag-file.ts';
import type { ProjectFiles } from './folder.ts';
import { toPipelineFile, toProjectFile, toSegmentFile } from './part-files.ts';

/** Members of an account, by what files and the API call them. */
export interface Members {
  readonly emailOf: (id: string) => string | undefined;
  readonly idOf: (email: string) => string | undefined;
}

/** @throws CommandError when the service cannot be asked */
export async function readMembers(client: ApiClient): Promise<Members> {
  const members = await Array.fromAsync(client.list<MemberRep>(apiPath('members'), { limit: 100 }));
  const emails = new Map(members.map(({ _id, email }) => [_id, email]));
  const ids = new Map(members.map(({ _id, email }) => [email.toLowerCase(), _id]));
  return { emailOf: (id) => emails.get(id), idOf: (email) => ids.get(email.toLowerCase()) };
}

const AT_ONCE = 4;

/** Reads a whole project, or nothing when there is none. @throws CommandError when the service cannot be asked */
export async function readProject(client: ApiClient, projectKey: string): Promise<ProjectFiles | undefined> {
  const path = apiPath('projects', projectKey);
  const project = await find<ProjectRep>(client, path);
  if (!project) return undefined;
  const environments = await Array.fromAsync(client.list<EnvironmentRep>(`${path}/environments`, { limit: 100 }));
  const flags = await readFlags(client, projectKey);
  const variations = new Map(flags.map((flag) => [flag.key, flag.variations]));
  const { emailOf } = await readMembers(client);
  const pipelines = await listCounted<PipelineRep>(client, `${path}/release-pipelines`);
  const segments = await Promise.all(
    environments.map(async ({ key }) => {
      const list = client.list<SegmentRep>(apiPath('segments', projectKey, key), { limit: 50 });
      return (await Array.fromAsync(list)).map((segment) => toSegmentFile(segment, key));
    }),
  );
  return {
    project: toProjectFile(project, environments),
    flags: byKey(flags.map((flag) => toFlagFile(flag, { variationsOf: (key) => variations.get(key) }))),
    segments: byKey(segments.flat()),
    pipelines: byKey(pipelines.map((pipeline) => toPipelineFile(pipeline, emailOf))),
  };
}

async function readFlags(client: ApiClient, projectKey: string): Promise<readonly FlagRep[]> {
  const keys = await listFlagKeys(client, projectKey);
  const flags = await mapAtOnce(keys, AT_ONCE, (key) =>
    find<FlagRep>(client, apiPath('flags', projectKey, key), { expand: 'migrationSettings' }),
  );
  return flags.filter((flag) => flag !== undefined);
}

const byKey = <File extends { readonly key: string }>(files: readonly File[]): readonly File[] =>
  files.toSorted((left, right) => (left.key < right.key ? -1 : 1));
