import type { AccessTokenPost, AccessTokenRep } from '../../wire/rest/account.ts';
import { apiPath } from '../api-client.ts';
import { CommandError, ExitCode } from '../command-error.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print, table, timeOf } from '../output.ts';
import type { LocalToken } from './commands.ts';

interface CreateOptions extends ConnectionOptions, OutputOptions {
  readonly name: string;
  readonly role?: string;
  readonly customRole?: readonly string[];
  readonly service?: boolean;
  readonly description?: string;
  readonly local?: boolean;
  readonly member?: string;
}

const PAGE = 200;

/** Makes a token and prints its secret. */
export async function createToken(options: CreateOptions, createLocalToken: LocalToken): Promise<void> {
  const { name, role, customRole = [], service, description, member } = options;
  if (role !== undefined && customRole.length > 0) {
    throw new CommandError('--custom-role: expected either --role or custom roles, got both', ExitCode.Usage);
  }
  if (options.local) return createLocally(options, createLocalToken);
  if (member !== undefined) throw new CommandError('--member: expected --local with it, got none', ExitCode.Usage);
  const body: AccessTokenPost = {
    name,
    ...(customRole.length > 0 ? { customRoleIds: [...customRole] } : { role: role ?? 'reader' }),
    ...(service && { serviceToken: true }),
    ...(description !== undefined && { description }),
  };
  const token = await connect(options).send<AccessTokenRep>(apiPath('tokens'), { method: 'POST', body });
  print(options, token, () => token.token);
}

/** Only what somebody who is locked out needs. */
function createLocally(options: CreateOptions, createLocalToken: LocalToken): Promise<void> {
  const { name, role = 'reader', json = false, member } = options;
  for (const option of ['customRole', 'service', 'description'] as const) {
    if (options[option] === undefined) continue;
    const spelt = option === 'customRole' ? 'custom-role' : option;
    throw new CommandError(
      `--${spelt}: cannot be had with --local; make that token with the one you get`,
      ExitCode.Usage,
    );
  }
  return createLocalToken({ name, role, json, ...(member !== undefined && { member }) });
}

/** Prints the tokens that the caller may see. */
export async function listTokens(
  options: ConnectionOptions & OutputOptions & { readonly all?: boolean },
): Promise<void> {
  const query = { limit: PAGE, showAll: options.all };
  const tokens = await Array.fromAsync(connect(options).list<AccessTokenRep>(apiPath('tokens'), query));
  const headings = ['ID', 'NAME', 'ENDS IN', 'RIGHTS', 'KIND', 'OF', 'LAST USED'];
  print(options, tokens, () => table([headings, ...tokens.map(rowOf)]));
}

/** Deletes a token. */
export async function revokeToken(id: string, options: ConnectionOptions & OutputOptions): Promise<void> {
  await connect(options).send(apiPath('tokens', id), { method: 'DELETE' });
  print(options, { _id: id, deleted: true }, () => `Deleted the token ${id}`);
}

function rowOf(token: AccessTokenRep): string[] {
  const { _id, name, role, customRoleIds, serviceToken, lastUsed, _member } = token;
  const rights = role ?? (customRoleIds ? 'custom roles' : 'own policy');
  const kind = serviceToken ? 'service' : 'personal';
  const used = lastUsed > 0 ? timeOf(lastUsed) : 'never';
  return [_id, name, token.token, rights, kind, _member?.email ?? '-', used];
}
