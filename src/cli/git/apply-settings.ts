import { jsonEquals } from '../../domain/json.ts';
import { type ApiClient, apiPath } from '../api-client.ts';
import type { ProjectFile } from './file-schemas.ts';

type EnvironmentFile = ProjectFile['environments'][number];
type Patch = readonly { readonly op: string; readonly path: string; readonly value?: unknown }[];

/** Makes the project and its environments, or changes their settings, but for rules that bind the copy itself. */
export async function applySettings(
  client: ApiClient,
  wanted: ProjectFile,
  present: ProjectFile | undefined,
  { isDryRun }: { readonly isDryRun?: boolean | undefined },
): Promise<void> {
  if (isDryRun) return;
  const path = apiPath('projects', wanted.key);
  const { name, tags = [], defaultClientSide: defaultClientSideAvailability } = wanted;
  const settings = { name, tags, defaultClientSideAvailability };
  if (!present) {
    const environments = wanted.environments.map(toEnvironment);
    await client.send(apiPath('projects'), { method: 'POST', body: { key: wanted.key, ...settings, environments } });
    return;
  }
  await patch(client, path, settings);
  for (const environment of wanted.environments) {
    const here = present.environments.find(({ key }) => key === environment.key);
    if (!here) await client.send(`${path}/environments`, { method: 'POST', body: toEnvironment(environment) });
    else if (!jsonEquals(here, environment)) {
      const { key, ...members } = toEnvironment(environment);
      await patch(client, `${path}/environments/${encodeURIComponent(key)}`, members);
    }
  }
}

/** The rules that are left: what keys look like, the default pipeline, and approvals. */
export async function applyLateSettings(client: ApiClient, wanted: ProjectFile): Promise<void> {
  const path = apiPath('projects', wanted.key);
  const present = await client.send<Record<string, unknown>>(path);
  const { namingConvention, defaultPipeline: defaultReleasePipelineKey } = wanted;
  await patch(client, path, { namingConvention, defaultReleasePipelineKey }, present);
  for (const { key, approvals, segmentApprovals } of wanted.environments) {
    const place = `${path}/environments/${encodeURIComponent(key)}`;
    const environment = await client.send<{
      approvalSettings: object;
      resourceApprovalSettings: { segment?: object };
    }>(place);
    const { approvalSettings, resourceApprovalSettings } = environment;
    await patch(
      client,
      place,
      {
        approvalSettings: { ...approvalSettings, ...(approvals ?? NO_APPROVALS) },
        resourceApprovalSettings: {
          segment: { ...resourceApprovalSettings.segment, ...(segmentApprovals ?? NO_APPROVALS) },
        },
      },
      environment,
    );
  }
}

const NO_APPROVALS = { required: false, requiredApprovalTags: [] };

function toEnvironment({ approvals: _approvals, segmentApprovals: _segments, ...environment }: EnvironmentFile) {
  return { ...environment, tags: environment.tags ?? [] };
}

/** Sends a JSON patch of what differs, if anything does. */
async function patch(
  client: ApiClient,
  path: string,
  members: Readonly<Record<string, unknown>>,
  known?: Readonly<Record<string, unknown>>,
): Promise<void> {
  const present = known ?? (await client.send<Record<string, unknown>>(path));
  const body: Patch = Object.entries(members).flatMap(([name, value]) => {
    if (jsonEquals(present[name] ?? null, value ?? null)) return [];
    return [value === undefined ? { op: 'remove', path: `/${name}` } : { op: 'add', path: `/${name}`, value }];
  });
  if (body.length > 0) await client.send(path, { method: 'PATCH', body });
}
