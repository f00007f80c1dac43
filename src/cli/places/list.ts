import type { EnvironmentRep } from '../../wire/rest/environment.ts';
import type { ProjectRep } from '../../wire/rest/project.ts';
import { apiPath } from '../api-client.ts';
import { CommandError, ExitCode } from '../command-error.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print, table } from '../output.ts';
import type { ProjectOptions } from '../project-option.ts';

const PAGE = 200;

/** Prints all projects. */
export async function listProjects(options: ConnectionOptions & OutputOptions): Promise<void> {
  const projects = await Array.fromAsync(connect(options).list<ProjectRep>(apiPath('projects'), { limit: PAGE }));
  print(options, projects, () => table([['KEY', 'NAME', 'TAGS'], ...projects.map(projectRow)]));
}

interface EnvironmentOptions extends ConnectionOptions, OutputOptions, ProjectOptions {
  readonly sdkKey?: string;
}

/** Prints the environments of a project, or the SDK key of one. */
export async function listEnvironments(options: EnvironmentOptions): Promise<void> {
  const { project, sdkKey } = options;
  const path = apiPath('projects', project, 'environments');
  const environments = await Array.fromAsync(connect(options).list<EnvironmentRep>(path, { limit: PAGE }));
  if (sdkKey !== undefined) return printSdkKey(options, environments, sdkKey);
  const rows = environments.map(({ key, name, apiKey, mobileKey, _id }) => [key, name, apiKey, mobileKey, _id]);
  print(options, environments, () => table([['KEY', 'NAME', 'SDK KEY', 'MOBILE KEY', 'CLIENT-SIDE ID'], ...rows]));
}

function printSdkKey(options: OutputOptions, environments: readonly EnvironmentRep[], key: string): void {
  const environment = environments.find((one) => one.key === key);
  if (!environment) {
    const known = environments.map((one) => one.key).join(', ');
    throw new CommandError(`--sdk-key: expected one of ${known}, got ${JSON.stringify(key)}`, ExitCode.Usage);
  }
  const { apiKey } = environment;
  if (apiKey.startsWith('*')) throw new CommandError(`You may not see the SDK key of ${key} (viewSdkKey is denied)`);
  print(options, { sdkKey: apiKey }, () => apiKey);
}

function projectRow({ key, name, tags }: ProjectRep): string[] {
  return [key, name, tags.join(', ') || '-'];
}
