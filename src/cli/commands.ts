import type { Command } from 'commander';
import { withConnection } from './connection.ts';
import { addImportCommands } from './import/commands.ts';
import { withOutput } from './output.ts';

/*
 * Commands that talk to a running service over its API. What a command needs is loaded when it is run.
 */

/** Adds them to the command line. */
export function addClientCommands(program: Command): void {
  const flags = program.command('flags').description('read and change flags');
  withOutput(withConnection(flags.command('list')))
    .description('list the flags of a project')
    .requiredOption('--project <key>', 'key of the project')
    .action(async (options) => (await import('./flags.ts')).listFlags(options));
  addImportCommands(program);
}
