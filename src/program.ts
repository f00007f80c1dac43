import { Command } from 'commander';
import { addClientCommands } from './cli/commands.ts';
import { addServiceCommands } from './service/commands.ts';
import { VERSION } from './version.ts';

/** The command line `slipway`, with all its commands. */
export function createProgram(): Command {
  const program = new Command('slipway')
    .description('Feature flags and release pipelines that a team runs itself.')
    .version(VERSION)
    .showHelpAfterError('(--help tells what is possible)')
    .exitOverride();
  addServiceCommands(program);
  addClientCommands(program, async (options) => (await import('./service/local-token.ts')).createLocalToken(options));
  return program;
}
