import { apiPath } from './api-client.ts';
import { connect, type ConnectionOptions } from './connection.ts';
import { type OutputOptions, print, table } from './output.ts';

interface ListOptions extends ConnectionOptions, OutputOptions {
  readonly project: string;
}

interface Flag {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly environments?: Readonly<Record<string, { readonly on: boolean }>>;
}

/** Prints the flags of a project, with the environments in which each is on. */
export async function listFlags(options: ListOptions): Promise<void> {
  const flags = await Array.fromAsync(
    connect(options).list<Flag>(apiPath('flags', options.project), { limit: 100, summary: true }),
  );
  print(options, flags, () => table([['KEY', 'KIND', 'ON IN', 'NAME'], ...flags.map(rowOf)]));
}

function rowOf({ key, name, kind, environments = {} }: Flag): string[] {
  const on = Object.entries(environments).flatMap(([environment, config]) => (config.on ? [environment] : []));
  return [key, kind, on.join(', ') || '-', name];
}
