import type { Command } from 'commander';
import { withConnection } from '../connection.ts';
import { withOutput } from '../output.ts';

const EXPORT_HELP = `
Writes one file for each flag, segment and pipeline, and schemas for editors. The same project gives the same files, to
the byte, so that git shows what has changed.

Example:
  slipway export --project shop --dir flags
`;

const DIFF_HELP = `
Ends with 0 when the project is as the folder has it, and with 3 when it is not.

Example:
  slipway diff --dir flags
`;

const APPLY_HELP = `
Each flag changes in one write, in all environments at once. The audit log names the commit of the folder. What is
refused, for example where approval is asked for, is told and does not hold up the rest; it ends with 1 then.

Example:
  slipway apply --dir flags --prune
`;

/** Adds `export`, `diff` and `apply`. */
export function addGitCommands(program: Command): void {
  withOutput(withConnection(program.command('export')))
    .description('write a project into a folder, as YAML')
    .requiredOption('--project <key>', 'key of the project')
    .requiredOption('--dir <folder>', 'where to')
    .addHelpText('after', EXPORT_HELP)
    .action(async (options) => (await import('./run-git-command.ts')).exportProject(options));
  withOutput(withConnection(program.command('diff')))
    .description('show what apply would change')
    .requiredOption('--dir <folder>', 'a folder that export wrote')
    .option('--project <key>', 'another project than the one that the folder names')
    .addHelpText('after', DIFF_HELP)
    .action(async (options) => (await import('./run-git-command.ts')).diffProject(options));
  withOutput(withConnection(program.command('apply')))
    .description('make a project what a folder says')
    .requiredOption('--dir <folder>', 'a folder that export wrote')
    .option('--project <key>', 'another project than the one that the folder names')
    .option('--prune', 'archive flags, and delete segments and pipelines, that the folder does not have')
    .option('--comment <text>', 'for the audit log; the commit of the folder when absent')
    .option('--dry-run', 'go through all checks, and store nothing')
    .addHelpText('after', APPLY_HELP)
    .action(async (options) => (await import('./run-git-command.ts')).applyFolder(options));
}
