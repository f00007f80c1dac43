import type { MemberPost, MemberRep } from '../../wire/rest/account.ts';
import { apiPath } from '../api-client.ts';
import { CommandError, ExitCode } from '../command-error.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type OutputOptions, print, table, timeOf } from '../output.ts';

interface InviteOptions extends ConnectionOptions, OutputOptions {
  readonly role?: string;
  readonly customRole?: readonly string[];
  readonly team?: readonly string[];
}

const PAGE = 200;

/** Prints all members. */
export async function listMembers(options: ConnectionOptions & OutputOptions): Promise<void> {
  const members = await Array.fromAsync(connect(options).list<MemberRep>(apiPath('members'), { limit: PAGE }));
  const headings = ['E-MAIL', 'ROLE', 'TEAMS', 'LAST SEEN', 'ID'];
  print(options, members, () => table([headings, ...members.map(rowOf)]));
}

/** Invites people by mail. */
export async function inviteMembers(emails: readonly string[], options: InviteOptions): Promise<void> {
  const { role, customRole, team } = options;
  if (role === undefined && customRole === undefined) {
    throw new CommandError('--role: expected a base role, or --custom-role, got neither', ExitCode.Usage);
  }
  const body = emails.map(
    (email): MemberPost => ({
      email,
      ...(role !== undefined && { role }),
      ...(customRole && { customRoles: [...customRole] }),
      ...(team && { teamKeys: [...team] }),
    }),
  );
  const client = connect(options);
  const { items } = await client.send<{ readonly items: readonly MemberRep[] }>(apiPath('members'), {
    method: 'POST',
    body,
  });
  print(options, items, () => items.map(({ email }) => `Invited ${email}`).join('\n'));
}

function rowOf({ email, role, teams, _lastSeen, _pendingInvite, _id }: MemberRep): string[] {
  const seen = _pendingInvite ? 'invited' : _lastSeen > 0 ? timeOf(_lastSeen) : 'never';
  return [email, role, teams.map(({ key }) => key).join(', ') || '-', seen, _id];
}
