import type { Command } from 'commander';
import { addAccountCommands, type LocalToken } from './account/commands.ts';
import { addCompletionCommand } from './completion/commands.ts';
import { addFlagCommands } from './flags/commands.ts';
import { addGitCommands } from './git/commands.ts';
import { addImportCommands } from './import/commands.ts';
import { addPlaceCommands } from './places/commands.ts';
import { addReleaseCommands } from './releases/commands.ts';

/*
 * Commands that talk to a running service over its API. What a command needs is loaded when it is run.
 */

/** Adds them to the command line. @param createLocalToken makes a token without the API, in the store itself */
export function addClientCommands(program: Command, createLocalToken: LocalToken): void {
  addFlagCommands(program);
  addReleaseCommands(program);
  addPlaceCommands(program);
  addImportCommands(program);
  addGitCommands(program);
  addAccountCommands(program, createLocalToken);
  addCompletionCommand(program);
}
