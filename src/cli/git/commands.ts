import type { Command } from 'commander';
import { withConnection } from '../connection.ts';
import { withExamples, withOutput } from '../output.ts';
import { withProject } from '../project-option.ts';

const EXPORT_HELP = `
Writes one file for each flag, segment and pipeline, and schemas for editors. The same project gives the same files, to
the byte, so that git shows what has changed.`;

const DIFF_HELP = `
Ends with 0 when the project is as the folder has it, and with 3 when it is not.`;

const APPLY_HELP = `
Each flag changes in one write, in all environments at once. The audit log names the commit of the folder. What is
refused, for example where approval is asked for, is told and does not hold up the rest; it ends with 1 then.`;

/** Adds `slipway export`, `slipway diff` and `slipway apply`. */
export function addGitCommands(program: Command): void {
  addExport(program);
  addDiff(program);
  addApply(program);
}

const common = (command: Command) => withOutput(withConnection(command));

const withOtherProject = (command: Command) =>
  command.option('--project <key>', 'another project than the one that the folder names');

function addExport(program: Command): void {
  const command = common(withProject(program.command('export')))
    .description('write a project into a folder, as YAML')
    .requiredOption('--dir <folder>', 'where to')
    .addHelpText('after', EXPORT_HELP)
    .action(async (options) => (await import('./run-git-command.ts')).exportProject(options));
  withExamples(command, 'slipway export --project shop --dir flags');
}

function addDiff(program: Command): void {
  const command = common(withOtherProject(program.command('diff')))
    .description('show what apply would change')
    .requiredOption('--dir <folder>', 'a folder that export wrote')
    .addHelpText('after', DIFF_HELP)
    .action(async (options) => (await import('./run-git-command.ts')).diffProject(options));
  withExamples(command, 'slipway diff --dir flags');
}

function addApply(program: Command): void {
  const command = common(withOtherProject(program.command('apply')))
    .description('make a project what a folder says')
    .requiredOption('--dir <folder>', 'a folder that export wrote')
    .option('--prune', 'archive flags, and delete segments and pipelines, that the folder does not have')
    .option('--comment <text>', 'for the audit log; the commit of the folder when absent')
    .option('--dry-run', 'go through all checks, and store nothing')
    .addHelpText('after', APPLY_HELP)
    .action(async (options) => (await import('./run-git-command.ts')).applyFolder(options));
  withExamples(command, 'slipway apply --dir flags --dry-run', 'slipway apply --dir flags --prune');
}
