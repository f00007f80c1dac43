import type { FlagRep } from '../../wire/rest/flag.ts';
import { type ApiClient, ApiError, apiPath } from '../api-client.ts';
import { CommandError } from '../command-error.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print } from '../output.ts';
import type { ProjectOptions } from '../project-option.ts';

interface ToggleOptions extends ConnectionOptions, OutputOptions, ProjectOptions {
  readonly environment: string;
  readonly on?: boolean;
  readonly off?: boolean;
  readonly comment?: string;
  readonly requestApproval?: boolean;
}

/** Turns a flag on or off in an environment, or asks for it. @throws CommandError where that needs approval */
export async function toggleFlag(key: string, options: ToggleOptions): Promise<void> {
  const client = connect(options);
  const { environment } = options;
  const isOn = await isOnIn(client, key, options);
  const turnsOn = options.on ?? (options.off ? false : !isOn);
  const word = turnsOn ? 'on' : 'off';
  if (turnsOn === isOn) {
    const result = { key, environment, on: isOn, changed: false };
    return print(options, result, () => `${key} is ${word} in ${environment} already`);
  }
  const instructions = [{ kind: turnsOn ? 'turnFlagOn' : 'turnFlagOff' }];
  if (options.requestApproval) return request(client, key, options, instructions);
  await client
    .send(apiPath('flags', options.project, key), {
      method: 'PATCH',
      isSemanticPatch: true,
      body: { environmentKey: environment, instructions, comment: options.comment },
    })
    .catch((error: unknown) => explainRefusal(error, environment));
  print(options, { key, environment, on: turnsOn, changed: true }, () => `Turned ${key} ${word} in ${environment}`);
}

async function isOnIn(client: ApiClient, key: string, { project, environment }: ToggleOptions): Promise<boolean> {
  const flag = await client.send<FlagRep>(apiPath('flags', project, key), { query: { env: environment } });
  return flag.environments?.[environment]?.on ?? false;
}

async function request(
  client: ApiClient,
  key: string,
  { project, environment, comment, ...options }: ToggleOptions,
  instructions: readonly { readonly kind: string }[],
): Promise<void> {
  const path = apiPath('projects', project, 'flags', key, 'environments', environment, 'approval-requests');
  const description = comment ?? `Turn ${key} ${instructions[0]?.kind === 'turnFlagOn' ? 'on' : 'off'}`;
  const body = { description, instructions };
  const approval = await client.send<{ readonly _id: string }>(path, { method: 'POST', body });
  print(options, approval, () => `Asked for approval: request ${approval._id}`);
}

/** The environment wants to be asked first: says how. */
function explainRefusal(error: unknown, environment: string): never {
  if (!(error instanceof ApiError) || error.status !== 405) throw error;
  throw new CommandError(
    `Changes in ${environment} need approval. Ask for it with --request-approval. (${error.message})`,
  );
}
