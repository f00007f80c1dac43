import type { MemberRep } from '../../wire/rest/account.ts';
import type { FlagPost, FlagRep } from '../../wire/rest/flag.ts';
import type { ProjectRep } from '../../wire/rest/project.ts';
import { type ApiClient, apiPath } from '../api-client.ts';
import { CommandError, ExitCode } from '../command-error.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print } from '../output.ts';
import type { ProjectOptions } from '../project-option.ts';
import { type Kind, readVariations } from './variations.ts';

interface CreateOptions extends ConnectionOptions, OutputOptions, ProjectOptions {
  readonly name?: string;
  readonly description?: string;
  readonly kind: Kind;
  readonly variation?: readonly string[];
  readonly variationName?: readonly string[];
  readonly defaultOn?: number;
  readonly defaultOff?: number;
  readonly tag?: readonly string[];
  readonly permanent?: boolean;
  readonly clientSide?: boolean;
  readonly mobile?: boolean;
  readonly maintainer?: string;
  readonly on?: boolean;
}

/** Creates a flag and prints it. */
export async function createFlag(key: string, options: CreateOptions): Promise<void> {
  const { name = key, description, tag, maintainer, project, on } = options;
  const variations = readVariations(options.kind, options.variation, options.variationName);
  const defaults = defaultsOf(options, variations?.length ?? 2);
  const client = connect(options);
  const availability = await availabilityOf(client, options);
  const body: FlagPost = {
    key,
    name,
    ...(description !== undefined && { description }),
    ...(variations && { variations: [...variations] }),
    ...(defaults && { defaults }),
    ...(tag && { tags: [...tag] }),
    ...(options.permanent && { temporary: false }),
    ...(availability && { clientSideAvailability: availability }),
    ...(maintainer !== undefined && { maintainerId: await findMember(client, maintainer) }),
    ...(on && { isFlagOn: true }),
  };
  const flag = await client.send<FlagRep>(apiPath('flags', project), { method: 'POST', body });
  print(options, flag, () => `Created the flag ${flag.key} in ${project}; it is ${on ? 'on' : 'off'} everywhere`);
}

/** Both or none, since the API takes them together. The last variation is the one for off, unless said otherwise. */
function defaultsOf({ defaultOn, defaultOff }: CreateOptions, count: number): FlagPost['defaults'] {
  if (defaultOn === undefined && defaultOff === undefined) return undefined;
  for (const [option, index] of Object.entries({ 'default-on': defaultOn, 'default-off': defaultOff })) {
    if (index !== undefined && index >= count) {
      throw new CommandError(`--${option}: expected an index from 0 to ${count - 1}, got ${index}`, ExitCode.Usage);
    }
  }
  return { onVariation: defaultOn ?? 0, offVariation: defaultOff ?? count - 1 };
}

/** What is not said is as the project has it. */
async function availabilityOf(client: ApiClient, { clientSide, mobile, project }: CreateOptions) {
  if (clientSide === undefined && mobile === undefined) return undefined;
  if (clientSide !== undefined && mobile !== undefined)
    return { usingEnvironmentId: clientSide, usingMobileKey: mobile };
  const { defaultClientSideAvailability } = await client.send<ProjectRep>(apiPath('projects', project));
  return {
    usingEnvironmentId: clientSide ?? defaultClientSideAvailability.usingEnvironmentId,
    usingMobileKey: mobile ?? defaultClientSideAvailability.usingMobileKey,
  };
}

async function findMember(client: ApiClient, email: string): Promise<string> {
  for await (const member of client.list<MemberRep>(apiPath('members'), { limit: 200 })) {
    if (member.email.toLowerCase() === email.toLowerCase()) return member._id;
  }
  throw new CommandError(
    `--maintainer: expected the e-mail address of a member, got ${JSON.stringify(email)}`,
    ExitCode.Usage,
  );
}
