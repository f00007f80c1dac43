import { type Command, InvalidArgumentError, Option } from 'commander';
import { withOutput } from '../../cli/output.ts';

const collect = (value: string, former: readonly string[]) => [...former, value];

/** Adds `slipway dev` and the commands that talk to one that runs. */
export function addDevCommands(program: Command): void {
  const dev = withState(program.command('dev'))
    .description('serve a snapshot of a project on this machine: real rules, personal overrides, nothing sent on')
    .option('--project <key>', 'key of the project')
    .option('--environment <key>', 'key of the environment; the only one when absent')
    .addOption(new Option('--url <url>', 'service to take it from').env('SLIPWAY_URL'))
    .addOption(new Option('--token <token>', 'API access token of that service').env('SLIPWAY_TOKEN'))
    .option('--dir <folder>', 'folder of files to take it from, as slipway export writes them')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 takes any free one', readPort, 4310)
    .option('--override <flag=value>', 'serve one variation to everybody, in this run; may be repeated', collect, [])
    .option('--context <json>', 'give every SDK what this context gets')
    .option('--sdk-key <key>', 'SDK key; that of the environment when absent')
    .option('--mobile-key <key>', 'mobile key; that of the environment when absent')
    .option('--client-side-id <id>', 'client-side ID; that of the environment when absent')
    .addHelpText('after', EXAMPLES)
    .action(async (options) => (await import('./run.ts')).runDev(options));

  const override = dev.command('override').description('overrides of the slipway dev that runs here');
  withOutput(withState(override.command('set <flag=value...>')))
    .description('serve one variation of a flag to everybody: its value, or its name')
    .addHelpText('after', '\nExample:\n  slipway dev override set new-checkout=true "theme=Dark blue"\n')
    .action(async (given, options) => (await import('./client-commands.ts')).setOverrides(given, options));
  withState(override.command('unset <flag...>'))
    .description('serve flags as they are')
    .addHelpText('after', '\nExample:\n  slipway dev override unset new-checkout\n')
    .action(async (keys, options) => (await import('./client-commands.ts')).unsetOverrides(keys, options));
  withOutput(withState(override.command('list')))
    .description('list what is overridden')
    .addHelpText('after', '\nExample:\n  slipway dev override list --json\n')
    .action(async (options) => (await import('./client-commands.ts')).listOverrides(options));
  withOutput(withState(dev.command('refresh')))
    .description('have the slipway dev that runs here take another snapshot')
    .addHelpText('after', '\nExample:\n  git pull && slipway dev refresh\n')
    .action(async (options) => (await import('./client-commands.ts')).refresh(options));
}

const EXAMPLES = `
Examples:
  slipway dev --project shop --environment test --url https://slipway.example.com
  slipway dev --dir flags --environment test --override new-checkout=true
  slipway dev --dir flags --environment test --port 0 --context '{"kind":"user","key":"sandy"}'
`;

function withState(command: Command): Command {
  return command.option('--state <folder>', 'folder that overrides are kept in', '.slipway');
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError('Expected a port from 0 to 65535.');
}
