import type { EnvironmentRep } from '../../wire/rest/environment.ts';
import type { FlagRep } from '../../wire/rest/flag.ts';
import { type ApiClient, apiPath } from '../api-client.ts';
import { CommandError, ExitCode } from '../command-error.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print, table } from '../output.ts';
import type { ProjectOptions } from '../project-option.ts';

interface ListOptions extends ConnectionOptions, OutputOptions, ProjectOptions {
  readonly environment?: string;
  readonly query?: string;
  readonly tag?: readonly string[];
  readonly state?: string;
  readonly archived?: boolean;
  readonly status?: string;
  readonly targeting?: string;
  readonly filter?: string;
  readonly sort?: string;
  readonly limit?: number;
}

/** As many as one page may have. */
const PAGE = 100;

/** Prints the flags of a project, with the environments in which each is on. */
export async function listFlags(options: ListOptions): Promise<void> {
  const filter = filterOf(options);
  const client = connect(options);
  const environments = options.environment ?? (await environmentKeys(client, options.project)).join(',');
  const { project, query, tag, archived, sort, limit } = options;
  const list = client.list<FlagRep>(apiPath('flags', project), {
    env: environments,
    query,
    tag: tag?.join('+'),
    archived,
    sort,
    filter: filter === '' ? undefined : filter,
    limit: Math.min(limit ?? PAGE, PAGE),
  });
  const flags = await take(list, limit ?? Infinity);
  print(options, flags, () => table([['KEY', 'KIND', 'ON IN', 'NAME'], ...flags.map(rowOf)]));
}

async function environmentKeys(client: ApiClient, project: string): Promise<readonly string[]> {
  const list = client.list<EnvironmentRep>(apiPath('projects', project, 'environments'), { limit: PAGE });
  return Array.fromAsync(list, ({ key }) => key);
}

/** @throws CommandError where a filter is about an environment that is not named */
function filterOf({ environment, state, status, targeting, filter }: ListOptions): string {
  for (const [option, value] of Object.entries({ status, targeting })) {
    if (value !== undefined && environment === undefined) {
      throw new CommandError(`--${option}: expected --environment with it, got none`, ExitCode.Usage);
    }
  }
  const isAboutEnvironment = status !== undefined || targeting !== undefined;
  return [
    state === undefined ? [] : `state:${state}`,
    status === undefined ? [] : `status:${status}`,
    targeting === undefined ? [] : `targeting:${targeting}`,
    isAboutEnvironment ? `filterEnv:${environment}` : [],
    filter ?? [],
  ]
    .flat()
    .join(',');
}

async function take<Item>(items: AsyncIterable<Item>, limit: number): Promise<readonly Item[]> {
  const taken: Item[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length >= limit) break;
  }
  return taken;
}

function rowOf({ key, name, kind, environments = {} }: FlagRep): string[] {
  const on = Object.entries(environments).flatMap(([environment, config]) => (config.on ? [environment] : []));
  return [key, kind, on.join(', ') || '-', name];
}
