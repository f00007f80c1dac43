import type { EnvironmentRep } from '../../wire/rest/environment.ts';
import type { ProjectRep } from '../../wire/rest/project.ts';
import { type ApiClient, ApiError, apiPath } from '../api-client.ts';
import { find } from './account-reader.ts';
import type { ImportOptions } from './import-account.ts';
import { importFlags } from './import-flags.ts';
import type { People } from './import-members.ts';
import { importContextKinds, importMetrics, importPipelines } from './import-parts.ts';
import type { ImportReport } from './import-report.ts';
import { importSegments } from './import-segments.ts';
import { changesOf, patchIfDifferent } from './patch-if-different.ts';
import { isHidden, readSdkPayload, type SdkPayload } from './sdk-payload.ts';

/** One project on its way. */
export interface ProjectImport {
  readonly source: ApiClient;
  readonly target: ApiClient;
  readonly options: ImportOptions;
  readonly report: ImportReport;
  readonly people: People;
  readonly projectKey: string;
}

/** An environment of the source, with what SDKs are told of it where that can be read. */
export interface SourceEnvironment extends EnvironmentRep {
  readonly payload: SdkPayload | undefined;
}

const ENVIRONMENT_SETTINGS = [
  'name',
  'color',
  'defaultTtl',
  'secureMode',
  'defaultTrackEvents',
  'requireComments',
  'confirmChanges',
  'critical',
  'tags',
] as const;

const PROJECT_SETTINGS = ['name', 'tags', 'defaultClientSideAvailability'] as const;

/** Rules that would stand in the way of the copy itself. */
const LATE_PROJECT_SETTINGS = ['namingConvention', 'defaultReleasePipelineKey'] as const;
const LATE_ENVIRONMENT_SETTINGS = ['approvalSettings', 'resourceApprovalSettings'] as const;

export async function importProject(scene: ProjectImport): Promise<void> {
  const { source, target, projectKey, report, options } = scene;
  report.progress(`Project ${projectKey} …`);
  const project = await source.send<ProjectRep>(apiPath('projects', projectKey));
  const environments = await readEnvironments(scene);
  const isThere = await ensurePlaces(scene, project, environments);
  if (!isThere) return;
  await importContextKinds(scene);
  await importMetrics(scene);
  await importSegments(scene, environments);
  await importFlags(scene, environments);
  await importPipelines(scene);
  if (options.isDryRun) return;
  await patchIfDifferent(scene, 'project settings', apiPath('projects', projectKey), project, LATE_PROJECT_SETTINGS);
  for (const environment of environments) {
    const path = apiPath('projects', projectKey, 'environments', environment.key);
    const present = await find<EnvironmentRep>(target, path);
    if (present) await patchIfDifferent(scene, 'approval settings', path, environment, LATE_ENVIRONMENT_SETTINGS);
  }
}

async function readEnvironments({ source, projectKey, options }: ProjectImport): Promise<readonly SourceEnvironment[]> {
  const path = apiPath('projects', projectKey, 'environments');
  const environments = await Array.fromAsync(source.list<EnvironmentRep>(path, { limit: 100 }));
  return Promise.all(
    environments.map(async (environment) => ({
      ...environment,
      payload: await readSdkPayload(options.sdkUrl, environment.apiKey),
    })),
  );
}

/**
 * Makes the project and the environments that are missing.
 * @returns whether they are all there now, so that what is in them can be copied
 */
async function ensurePlaces(
  scene: ProjectImport,
  project: ProjectRep,
  environments: readonly SourceEnvironment[],
): Promise<boolean> {
  const { target, report, projectKey } = scene;
  const path = apiPath('projects', projectKey);
  const isPresent = (await find<ProjectRep>(target, path)) !== undefined;
  try {
    const isMade = isPresent || (await makeProject(scene, project, environments[0]));
    if (isPresent) await patchIfDifferent(scene, 'projects', path, project, PROJECT_SETTINGS);
    if (!isMade) return countAll(scene, environments);
    const here = await Array.fromAsync(target.list<EnvironmentRep>(`${path}/environments`, { limit: 100 }));
    const known = new Map(here.map((environment) => [environment.key, environment]));
    let isWhole = true;
    for (const environment of environments) {
      isWhole = (await ensureEnvironment(scene, environment, known.get(environment.key))) && isWhole;
    }
    return isWhole;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    report.failed('projects', `project ${projectKey}`, error);
    return false;
  }
}

/** In a dry run, a project that is not there yet gets everything. */
function countAll({ report }: ProjectImport, environments: readonly SourceEnvironment[]): false {
  for (const _ of environments) report.done('environments', 'created');
  report.progress('What is in the project would all be created.');
  return false;
}

/** Makes the project with its first environment, since none is made without. @returns false in a dry run */
async function makeProject(
  scene: ProjectImport,
  project: ProjectRep,
  first: SourceEnvironment | undefined,
): Promise<boolean> {
  const { target, options, report } = scene;
  report.done('projects', 'created');
  if (options.isDryRun) return false;
  const body = { key: project.key, ...changesOf({}, project, PROJECT_SETTINGS) };
  const make = (environments: readonly object[]) =>
    target.send(apiPath('projects'), { method: 'POST', body: { ...body, environments } });
  await makeWithKeys(scene, first, async (environment) => {
    await make(environment ? [environment] : []);
  });
  return true;
}

async function ensureEnvironment(
  scene: ProjectImport,
  environment: SourceEnvironment,
  present: EnvironmentRep | undefined,
): Promise<boolean> {
  const { target, projectKey, options, report } = scene;
  const path = apiPath('projects', projectKey, 'environments');
  if (present) {
    if (options.keepsSdkKeys) tellOfOtherKeys(scene, environment, present);
    await patchIfDifferent(
      scene,
      'environments',
      `${path}/${encodeURIComponent(environment.key)}`,
      environment,
      ENVIRONMENT_SETTINGS,
    );
    return true;
  }
  if (!options.isDryRun) {
    await makeWithKeys(scene, environment, async (body) => {
      await target.send(path, { method: 'POST', body });
    });
  }
  report.done('environments', 'created');
  return !options.isDryRun;
}

/** Makes an environment with the keys of its like, when that is wanted and they are free; else with its own. */
async function makeWithKeys(
  { options, report, projectKey }: ProjectImport,
  environment: SourceEnvironment | undefined,
  make: (body: object | undefined) => Promise<void>,
): Promise<void> {
  if (!environment) return make(undefined);
  const { key, _id, apiKey, mobileKey } = environment;
  const resource = `environment ${projectKey}/${key}`;
  const plain = { key, ...changesOf({}, environment, ENVIRONMENT_SETTINGS) };
  if (!options.keepsSdkKeys) return make(plain);
  if (isHidden(apiKey)) {
    report.note(resource, 'SDK keys are not kept, since the token of the source may not see them');
    return make(plain);
  }
  try {
    await make({ ...plain, _id, apiKey, mobileKey });
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 409].includes(error.status)) throw error;
    await make(plain);
    report.note(resource, `SDK keys are not kept: ${error.message}`);
  }
}

function tellOfOtherKeys(
  { report, projectKey }: ProjectImport,
  environment: SourceEnvironment,
  present: EnvironmentRep,
): void {
  const others = (['_id', 'apiKey', 'mobileKey'] as const).filter((name) => environment[name] !== present[name]);
  if (others.length === 0) return;
  report.note(
    `environment ${projectKey}/${environment.key}`,
    `is there already with another ${others.join(', ')}; SDK keys are kept only where the import makes the environment`,
  );
}
