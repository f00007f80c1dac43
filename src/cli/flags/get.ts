import type { FlagRep } from '../../wire/rest/flag.ts';
import { apiPath } from '../api-client.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print } from '../output.ts';
import type { ProjectOptions } from '../project-option.ts';
import { describeFlag } from './words.ts';

interface GetOptions extends ConnectionOptions, OutputOptions, ProjectOptions {
  readonly environment?: string;
}

/** Prints one flag. */
export async function getFlag(key: string, options: GetOptions): Promise<void> {
  const query = { env: options.environment };
  const flag = await connect(options).send<FlagRep>(apiPath('flags', options.project, key), { query });
  print(options, flag, () => describeFlag(flag));
}
