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

  it('each have a description, also of every option', () => {
    const commands = commandsBelow(createProgram());
    const options = commands.flatMap((command) => command.options);
    expect([
      ...commands.map((one) => one.description()),
      ...options.map(({ description }) => description),
    ]).not.toContain('');
  });

  it('each have an example in their help', () => {
    const without = commandsBelow(createProgram())
      .filter(({ commands }) => commands.length === 0)
      .filter((command) => !/\nExamples?:\n {2}\S/.test(helpOf(command)));
    expect(without.map((command) => command.name())).toEqual([]);
  });
});

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help;
}
