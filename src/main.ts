import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { CommandError, ExitCode } from './cli/command-error.ts';
import { addClientCommands } from './cli/commands.ts';
import { addServiceCommands } from './service/commands.ts';

/** The command line `slipway`. */
async function main(): Promise<void> {
  const program = new Command('slipway')
    .description('Feature flags and release pipelines that a team runs itself.')
    .version(manifest.version)
    .showHelpAfterError('(--help tells what is possible)')
    .exitOverride();
  addServiceCommands(program);
  addClientCommands(program);
  await program.parseAsync();
}

/** Commander has printed its own errors already. */
function end(error: unknown): never {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? ExitCode.Done : ExitCode.Usage);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof CommandError ? error.exitCode : ExitCode.Failed);
}

await main().catch(end);
