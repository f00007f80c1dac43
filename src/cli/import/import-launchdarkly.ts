import { writeFile } from 'node:fs/promises';
import { ApiClient } from '../api-client.ts';
import { CommandError, ExitCode } from '../command-error.ts';
import { type OutputOptions, print } from '../output.ts';
import { importAccount } from './import-account.ts';
import { ImportReport } from './import-report.ts';

interface Options extends OutputOptions {
  readonly token?: string;
  readonly host: string;
  readonly sdkHost?: string;
  readonly to: string;
  readonly toToken?: string;
  readonly project?: readonly string[];
  readonly keepSdkKeys?: boolean;
  readonly members: boolean;
  readonly dryRun?: boolean;
  readonly report?: string;
}

/** Copies an account, and prints what came of it. @throws CommandError when something was refused */
export async function importLaunchDarkly(options: Options): Promise<void> {
  const source = new ApiClient(requireUrl('--host', options.host), requireToken('--token', options.token));
  const target = new ApiClient(requireUrl('--to', options.to), requireToken('--to-token', options.toToken));
  const sdkUrl = requireUrl('--sdk-host', options.sdkHost ?? sdkHostOf(options.host));
  const report = new ImportReport();
  try {
    await importAccount(
      source,
      target,
      {
        projects: options.project,
        sdkUrl,
        keepsSdkKeys: options.keepSdkKeys,
        invitesMembers: options.members,
        isDryRun: options.dryRun,
      },
      report,
    );
  } finally {
    if (options.report !== undefined) await writeFile(options.report, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  print(options, report, () => report.toText());
  const { length } = report.failures;
  if (length > 0) throw new CommandError(`${length} of these could not be copied; the report says why`);
}

/** LaunchDarkly serves SDKs at a name beside that of its API, and others at the same. */
export function sdkHostOf(host: string): string {
  return host.replace(/^https:\/\/app\.((?:[\w-]+\.)?launchdarkly\.(?:com|us))(?=[/:]|$)/, 'https://sdk.$1');
}

function requireUrl(option: string, url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url;
  throw new CommandError(`${option}: expected an http or https URL, got "${url}"`, ExitCode.Usage);
}

function requireToken(option: string, token: string | undefined): string {
  if (token !== undefined && token !== '') return token;
  throw new CommandError(`${option}: expected an API access token, got nothing`, ExitCode.Usage);
}
