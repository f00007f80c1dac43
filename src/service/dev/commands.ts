import { type Command, InvalidArgumentError } from 'commander';
import { withConnection } from '../../cli/connection.ts';
import { withExamples, withOutput } from '../../cli/output.ts';
import { collect, withProject } from '../../cli/project-option.ts';

/** Adds `slipway dev` and the commands that talk to one that runs. */
export function addDevCommands(program: Command): void {
  const dev = withState(withConnection(withProject(program.command('dev'))))
    .description('serve a snapshot of an environment on this machine: real rules, own overrides, nothing sent on')
    .option('--environment <key>', 'key of the environment; the only one when absent')
    .option('--dir <folder>', 'folder to take it from, as slipway export writes one, in place of a service')
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 takes any free one', readPort, 4310)
    .option('--override <flag=value>', 'serve one variation to everybody, in this run; may be repeated', collect, [])
    .option('--context <json>', 'give every SDK what this context gets')
    .option('--sdk-key <key>', 'SDK key; that of the environment when absent')
    .option('--mobile-key <key>', 'mobile key; that of the environment when absent')
    .option('--client-side-id <id>', 'client-side ID; that of the environment when absent')
    .action(async (options) => (await import('./run.ts')).runDev(options));

  withExamples(
    dev,
    'slipway dev --project shop --environment test --url https://slipway.example.com',
    'slipway dev --dir flags --environment test --override new-checkout=true',
    `slipway dev --dir flags --environment test --port 0 --context '{"kind":"user","key":"sandy"}'`,
  );

  const override = dev.command('override').description('overrides of the slipway dev that runs here');
  const set = withOutput(withState(override.command('set <flag=value...>')))
    .description('serve one variation of a flag to everybody: its value, or its name')
    .action(async (given, options) => (await import('./client-commands.ts')).setOverrides(given, options));
  withExamples(set, 'slipway dev override set new-checkout=true "theme=Dark blue"');
  const unset = withState(override.command('unset <flag...>'))
    .description('serve flags as they are')
    .action(async (keys, options) => (await import('./client-commands.ts')).unsetOverrides(keys, options));
  withExamples(unset, 'slipway dev override unset new-checkout');
  const list = withOutput(withState(override.command('list')))
    .description('list what is overridden')
    .action(async (options) => (await import('./client-commands.ts')).listOverrides(options));
  withExamples(list, 'slipway dev override list --json');
  const refresh = withOutput(withState(dev.command('refresh')))
    .description('have the slipway dev that runs here take another snapshot')
    .action(async (options) => (await import('./client-commands.ts')).refresh(options));
  withExamples(refresh, 'git pull && slipway dev refresh');
}

function withState(command: Command): Command {
  return command.option('--state <folder>', 'folder that overrides are kept in', '.slipway');
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError('Expected a port from 0 to 65535.');
}
