import type { Command } from 'commander';
import { bashScript } from './bash.ts';
import type { Shell } from './commands.ts';
import { fishScript } from './fish.ts';
import { places } from './tree.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Prints the script for a shell. */
export function printCompletion(program: Command, shell: Shell): void {
  process.stdout.write(`${SCRIPTS[shell](places(program))}\n`);
}
