import type { Command, Option } from 'commander';

/** Where the part of docs/cli.md begins that is made from the commands themselves. */
export const COMMANDS_HEADING = '## Commands\n';

/** Options that many commands have, and that are told of once. */
const COMMON = ['--project', '--url', '--token', '--json'];

/** That part: a section for each command. */
export function commandSections(program: Command): string {
  return `${COMMANDS_HEADING}\n${leaves(program, []).map(section).join('\n')}`;
}

interface Leaf {
  readonly command: Command;
  readonly path: readonly string[];
}

function leaves(command: Command, path: readonly string[]): readonly Leaf[] {
  const below = command.commands.flatMap((one) => leaves(one, [...path, one.name()]));
  // What has options of its own can be run itself.
  const isGroup = command.commands.length > 0 && command.options.length === 0;
  return isGroup || path.length === 0 ? below : [{ command, path }, ...below];
}

function section({ command, path }: Leaf): string {
  const words = command.registeredArguments.map((one) => `<${one.name()}>${one.variadic ? '…' : ''}`);
  const common = command.options.filter(({ long }) => COMMON.includes(long ?? ''));
  const own = command.options.filter((option) => !common.includes(option));
  const description = command.description();
  const table = ['| Option | Meaning |', '| --- | --- |', ...own.map(row)];
  const also = common.map(({ long }) => `\`${long}\``).join(', ');
  return [
    `### \`${['slipway', ...path, ...words].join(' ')}\`\n`,
    `${description[0]?.toUpperCase()}${description.slice(1)}.\n`,
    ...(own.length > 0 ? [`${table.join('\n')}\n`] : []),
    ...(common.length > 0 ? [`${own.length > 0 ? 'Also' : 'Takes'} ${also}.\n`] : []),
  ].join('\n');
}

function row({ flags, description, mandatory, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const fallback: unknown = defaultValueDescription ?? defaultValue;
  const notes = [
    ...(mandatory ? ['needed'] : []),
    ...(argChoices ? [argChoices.map((choice) => `\`${choice}\``).join(', ')] : []),
    ...(typeof fallback === 'string' ? [`\`${fallback}\` when absent`] : []),
  ];
  return `| \`${flags}\` | ${[description, ...notes].join('; ').replaceAll('|', '\\|')} |`;
}
