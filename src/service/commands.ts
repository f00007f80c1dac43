import type { Command } from 'commander';
import { withExamples, withOutput } from '../cli/output.ts';
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
  const start = program
    .command('start')
    .description('run the service')
    .addHelpText('after', SETTINGS_HELP)
    .action(async () => (await import('./start.ts')).start());
  withExamples(start, 'PORT=8080 DATABASE_URL=postgres://slipway@db/slipway slipway start');
  const migrate = program
    .command('migrate')
    .description('bring the tables of the store up to date, without starting the service')
    .addHelpText('after', SETTINGS_HELP)
    .action(async () => (await import('./migrate.ts')).migrate());
  withExamples(migrate, 'slipway migrate && slipway start');
  const backup = withOutput(program.command('backup <file>'))
    .description('copy the store that DATABASE_URL names into a file, also while the service runs')
    .option('--force', 'write over the file when it is there')
    .action(async (file, options) => (await import('./backup/backup.ts')).backup(file, options));
  withExamples(backup, 'slipway backup /backups/slipway-$(date +%F).db', 'slipway backup --force --json slipway.dump');
  const restore = withOutput(program.command('restore <file>'))
    .description('put a backup into the store that DATABASE_URL names; the service must be stopped')
    .option('--force', 'also when the store is not empty: the backup takes the place of what is in it')
    .action(async (file, options) => (await import('./backup/restore.ts')).restore(file, options));
  withExamples(restore, 'slipway restore /backups/slipway-2026-11-21.db', 'slipway restore --force slipway.dump');
  addDevCommands(program);
}
