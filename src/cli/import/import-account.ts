import { type ApiClient, apiPath } from '../api-client.ts';
import { find } from './account-reader.ts';
import { importMembers, readPeople } from './import-members.ts';
import { importProject } from './import-project.ts';
import type { ImportReport } from './import-report.ts';

/** What is copied, and how. */
export interface ImportOptions {
  /** Keys of projects; all that there are when absent. */
  readonly projects?: readonly string[] | undefined;
  /** Where SDKs of the source are served: salts of segments are told there alone. */
  readonly sdkUrl: string;
  /** Whether SDKs go on with the keys they have. */
  readonly keepsSdkKeys?: boolean | undefined;
  /** Whether members of the source are invited. */
  readonly invitesMembers?: boolean | undefined;
  /** Tell what would be done, and do nothing. */
  readonly isDryRun?: boolean | undefined;
}

/**
 * Copies projects with all that decides what contexts are served, from a service that speaks the official API to a
 * Slipway, so that every context is served what it was served before (docs/moving-in.md). Each thing is compared with
 * what is there, so that it can be run again, or after it was interrupted. What is refused is told in the report, and
 * does not hold up the rest.
 * @throws CommandError when one of the services cannot be asked
 */
export async function importAccount(
  source: ApiClient,
  target: ApiClient,
  options: ImportOptions,
  report: ImportReport,
): Promise<void> {
  if (options.invitesMembers) await importMembers(source, target, options, report);
  const people = await readPeople(source, target);
  for (const projectKey of options.projects ?? (await listProjectKeys(source))) {
    const project = await find(source, apiPath('projects', projectKey));
    if (!project) report.failed('projects', `project ${projectKey}`, 'There is no such project in the source');
    else await importProject({ source, target, options, report, people, projectKey });
  }
}

async function listProjectKeys(source: ApiClient): Promise<readonly string[]> {
  const projects = await Array.fromAsync(source.list<{ key: string }>(apiPath('projects'), { limit: 100 }));
  return projects.map(({ key }) => key);
}
