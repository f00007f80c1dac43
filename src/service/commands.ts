import type { Command } from 'commander';
import { describeSettings } from '../config.ts';
import { addDevCommands } from './dev/commands.ts';

/*
 * Commands that run on the machine of the service: they read its configuration and open its store. What a command needs
 * is loaded when it is run.
 */

const SETTINGS_HELP = `
Environment variables (also read from a file .env in the working directory):
${describeSettings()}
`;

/** Adds them to the command line. */
export function addServiceCommands(program: Command): void {
  program
    .command('start')
    .description('run the service')
    .addHelpText('after', SETTINGS_HELP)
    .action(async () => (await import('./start.ts')).start());
  program
    .command('migrate')
    .description('bring the tables of the store up to date, without starting the service')
    .addHelpText('after', SETTINGS_HELP)
    .action(async () => (await import('./migrate.ts')).migrate());
  addDevCommands(program);
}
