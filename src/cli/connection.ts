import { type Command, Option } from 'commander';
import { ApiClient } from './api-client.ts';
import { CommandError, ExitCode } from './command-error.ts';

/** Options of every command that talks to a service. */
export interface ConnectionOptions {
  readonly url: string;
  readonly token?: string;
}

/** Adds `--url` and `--token` to a command. */
export function withConnection(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'address of the service').env('SLIPWAY_URL').default('http://127.0.0.1:4300'))
    .addOption(new Option('--token <token>', 'API access token').env('SLIPWAY_TOKEN'));
}

/** The client for the service that the options name. @throws CommandError without a token */
export function connect({ url, token }: ConnectionOptions): ApiClient {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CommandError(`--url: expected an http or https URL, got "${url}"`, ExitCode.Usage);
  }
  if (token === undefined || token === '') {
    throw new CommandError('No token: give --token, or set SLIPWAY_TOKEN in the environment', ExitCode.Usage);
  }
  return new ApiClient(url, token);
}
