import { CommandError, ExitCode } from '../command-error.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print } from '../output.ts';
import { type AppliedFile, applyProject } from './apply-project.ts';
import { compareProject, diffOf, type FileDifference, isDifferent, pathOf } from './compare.ts';
import { readFolder, writeFolder } from './folder.ts';
import { commentOf } from './git-commit.ts';
import { readProject } from './read-project.ts';

interface ExportOptions extends ConnectionOptions, OutputOptions {
  readonly project: string;
  readonly dir: string;
}

interface FolderOptions extends ConnectionOptions, OutputOptions {
  readonly dir: string;
  readonly project?: string;
}

interface ApplyFolderOptions extends FolderOptions {
  readonly prune?: boolean;
  readonly comment?: string;
  readonly dryRun?: boolean;
}

/** Writes a project into a folder. @throws CommandError */
export async function exportProject(options: ExportOptions): Promise<void> {
  const present = await readProject(connect(options), options.project);
  if (!present) throw new CommandError(`--project: there is no project ${options.project}`);
  const { written, removed } = await writeFolder(options.dir, present);
  print(options, { written, removed }, () =>
    [
      ...written.map((path) => `wrote ${path}`),
      ...removed.map((path) => `removed ${path}`),
      ...(written.length + removed.length === 0 ? ['Everything was as it should be.'] : []),
    ].join('\n'),
  );
}

/** Prints what a folder would change. @throws CommandError with the code of a difference */
export async function diffProject(options: FolderOptions): Promise<void> {
  const files = await readFolder(options.dir);
  const projectKey = options.project ?? files.project.key;
  const present = await readProject(connect(options), projectKey);
  const wanted = { ...files, project: { ...files.project, key: projectKey } };
  const differences = compareProject(present, wanted).filter(isDifferent);
  const result = differences.map((one) => ({ path: pathOf(one), change: changeOf(one), diff: diffOf(one) }));
  print(options, { differences: result }, () =>
    result.length === 0
      ? 'No differences.'
      : result.map(({ path, change, diff }) => `${path} (${WORDS[change]})\n${diff}\n`).join('\n'),
  );
  if (result.length > 0) process.exitCode = ExitCode.Different;
}

const WORDS = {
  create: 'only in the folder',
  change: 'different',
  remove: 'only in the project; changed by --prune alone',
} as const;

const changeOf = ({ wanted, present }: FileDifference): keyof typeof WORDS =>
  !wanted ? 'remove' : present ? 'change' : 'create';

/** Makes a project what a folder says. @throws CommandError when anything was refused */
export async function applyFolder(options: ApplyFolderOptions): Promise<void> {
  const results = await applyProject(connect(options), await readFolder(options.dir), {
    projectKey: options.project,
    prunes: options.prune,
    isDryRun: options.dryRun,
    comment: options.comment ?? (await commentOf(options.dir)),
  });
  print(options, { files: results }, () => toText(results));
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) throw new CommandError(`${failed.length} of these could not be applied`);
}

function toText(results: readonly AppliedFile[]): string {
  const changed = results.filter(({ outcome }) => outcome !== 'unchanged');
  if (changed.length === 0) return 'Nothing had to be changed.';
  return changed
    .map(({ path, outcome, message }) => `${outcome} ${path}${message === undefined ? '' : `: ${message}`}`)
    .join('\n');
}
