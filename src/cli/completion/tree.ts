import type { Command } from 'commander';

/** What may stand after some words of a command line. */
export interface Place {
  /** The words, such as `flags list`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly Word[];
  readonly options: readonly OptionWord[];
}

/** A command, or a choice of an argument. */
export interface Word {
  readonly name: string;
  readonly description: string;
}

export interface OptionWord {
  /** With both dashes. */
  readonly name: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** Every command of a program with what may follow it, the program itself first. */
export function places(program: Command): readonly Place[] {
  return placesBelow(program, '');
}

function placesBelow(command: Command, path: string): readonly Place[] {
  const commands = command.commands.map((one) => ({ name: one.name(), description: one.description() }));
  const choices = command.registeredArguments.flatMap(({ argChoices = [], description }) =>
    argChoices.map((name) => ({ name, description })),
  );
  const options = command.options.map(({ long, description, required, optional, argChoices = [] }) => ({
    name: long ?? '',
    description,
    takesValue: required || optional,
    choices: argChoices,
  }));
  const help = { name: '--help', description: 'what is possible', takesValue: false, choices: [] };
  const below = command.commands.flatMap((one) => placesBelow(one, `${path} ${one.name()}`.trim()));
  return [{ path, words: [...commands, ...choices], options: [...options, help] }, ...below];
}

/** A text as one word for shells of POSIX. */
export const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
