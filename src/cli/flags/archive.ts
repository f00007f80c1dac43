import type { FlagRep } from '../../wire/rest/flag.ts';
import { apiPath } from '../api-client.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print } from '../output.ts';
import type { ProjectOptions } from '../project-option.ts';

interface ArchiveOptions extends ConnectionOptions, OutputOptions, ProjectOptions {
  readonly comment?: string;
}

/** Archives a flag. */
export function archiveFlag(key: string, options: ArchiveOptions): Promise<void> {
  return change(key, options, 'archiveFlag', 'Archived');
}

/** Brings an archived flag back. */
export function restoreFlag(key: string, options: ArchiveOptions): Promise<void> {
  return change(key, options, 'restoreFlag', 'Restored');
}

async function change(key: string, options: ArchiveOptions, kind: string, done: string): Promise<void> {
  const flag = await connect(options).send<FlagRep>(apiPath('flags', options.project, key), {
    method: 'PATCH',
    isSemanticPatch: true,
    body: { instructions: [{ kind }], comment: options.comment },
  });
  print(options, flag, () => `${done} the flag ${key}`);
}
