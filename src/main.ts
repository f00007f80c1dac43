import { CommanderError } from 'commander';
import { CommandError, ExitCode } from './cli/command-error.ts';
import { createProgram } from './program.ts';

/** Commander has printed its own errors already. */
function end(error: unknown): never {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? ExitCode.Done : ExitCode.Usage);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof CommandError ? error.exitCode : ExitCode.Failed);
}

await createProgram().parseAsync().catch(end);
