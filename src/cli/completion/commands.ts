import { Argument, type Command } from 'commander';
import { withExamples } from '../output.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Adds `slipway completion`, which knows all the commands of the program. */
export function addCompletionCommand(program: Command): void {
  const completion = program
    .command('completion')
    .description('print a script that lets a shell complete commands and options')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .action(async (shell) => (await import('./print.ts')).printCompletion(program, shell));
  withExamples(
    completion,
    'source <(slipway completion bash)',
    'slipway completion zsh > "${fpath[1]}/_slipway"',
    'slipway completion fish > ~/.config/fish/completions/slipway.fish',
  );
}
