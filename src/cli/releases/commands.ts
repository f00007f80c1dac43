import { type Command, Option } from 'commander';
import { withConnection } from '../connection.ts';
import { withExamples, withOutput } from '../output.ts';
import { duration, withProject } from '../project-option.ts';

/** Adds `slipway releases …`. */
export function addReleaseCommands(program: Command): void {
  const releases = program.command('releases').description('follow releases of flags through their pipelines');
  const list = common(releases.command('list'))
    .description('list how far the releases of a project have come')
    .option('--pipeline <key>', 'of this pipeline only')
    .addOption(new Option('--status <status>', 'only releases of the status').choices(['active', 'completed']))
    .action(async (options) => (await import('./list.ts')).listReleases(options));
  withExamples(list, 'slipway releases list --project shop --status active');
  const watch = common(releases.command('watch <flag>'))
    .description('follow the release of a flag to its end; exit code 0 when it is completed, 1 when it is not to be')
    .option('--timeout <time>', 'give up, with exit code 1, after a time such as 90s, 10m or 2h', duration)
    .addOption(new Option('--interval <time>', 'how often to look').argParser(duration).default(duration('2s'), '2s'))
    .action(async (flag, options) => (await import('./watch.ts')).watchRelease(flag, options));
  withExamples(
    watch,
    'slipway releases watch new-checkout --project shop --timeout 2h',
    'slipway releases watch new-checkout --json | jq -r .status',
  );
}

const common = (command: Command) => withOutput(withConnection(withProject(command)));
