import { type Command, Option } from 'commander';
import { withExamples, withOutput } from '../output.ts';

const HELP = `
Keys, ids of variations, salts and seeds stay, so that every context is served what it was served before. Run it again
at any time: what is there already is compared, and changed to what the source has. Ends with 1 when something was
refused, and with 0 otherwise; the report says what could not be copied, and why.`;

/** Adds `import`. */
export function addImportCommands(program: Command): void {
  const group = program.command('import').description('copy what another service has');
  const command = withOutput(group.command('launchdarkly'))
    .description('copy projects from LaunchDarkly, or from a service that speaks its API, such as another Slipway')
    .addOption(
      new Option('--token <token>', 'API access token of the source; a reader is enough, but for SDK keys').env(
        'LAUNCHDARKLY_TOKEN',
      ),
    )
    .option('--host <url>', 'address of the source', 'https://app.launchdarkly.com')
    .option('--sdk-host <url>', 'where SDKs of the source are served; by default the one that belongs to --host')
    .addOption(new Option('--to <url>', 'address of Slipway').env('SLIPWAY_URL').default('http://127.0.0.1:4300'))
    .addOption(new Option('--to-token <token>', 'API access token of Slipway, of an admin').env('SLIPWAY_TOKEN'))
    .option('--project <key...>', 'projects to copy; all when absent')
    .option('--keep-sdk-keys', 'let SDKs go on with the keys that they have')
    .option('--no-members', 'invite nobody')
    .option('--dry-run', 'tell what would be done, and do nothing')
    .option('--report <file>', 'write the whole report to a file, as JSON')
    .addHelpText('after', HELP)
    .action(async (options) => (await import('./import-launchdarkly.ts')).importLaunchDarkly(options));
  withExamples(
    command,
    'slipway import launchdarkly --token api-theirs --to-token api-ours --project shop --keep-sdk-keys',
    'slipway import launchdarkly --host https://old.example.com --dry-run --report report.json',
  );
}
