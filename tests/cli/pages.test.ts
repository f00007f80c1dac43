import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/program.ts';
import { COMMANDS_HEADING, commandSections } from '../support/command-pages.ts';

const commandsBelow = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap((one) => commandsBelow(one)),
];

describe('the commands', () => {
  it('are told of on a page of the documentation', async () => {
    const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
    const written = page.slice(0, page.indexOf(COMMANDS_HEADING));
    await expect(written + commandSections(createProgram())).toMatchFileSnapshot('../../docs/cli.md');
  });

  it('each have a description, and an example in their help', () => {
    for (const command of commandsBelow(createProgram())) {
      expect(command.description(), command.name()).not.toBe('');
      if (command.commands.length > 0) continue;
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help, command.name()).toMatch(/\n(Examples:\n {2}\$ |.*\n {2}\$ )/);
      expect(command.options.every(({ description }) => description !== '')).toBe(true);
    }
  });
});
