import type { MemberRep } from '../../wire/rest/account.ts';
import { type ApiClient, ApiError, apiPath } from '../api-client.ts';
import type { ImportOptions } from './import-account.ts';
import type { ImportReport } from './import-report.ts';

type Member = Pick<MemberRep, '_id' | 'email' | 'role' | 'firstName' | 'lastName' | 'customRoles'>;

/** Who is who: members of the source by their ids, and those of the target by their addresses. */
export interface People {
  /** The id that a member of the source has in the target. */
  idOf(sourceMemberId: string): string | undefined;
  /** The address of a member of the source. */
  emailOf(sourceMemberId: string): string | undefined;
  readonly teamKeys: ReadonlySet<string>;
}

export async function readPeople(source: ApiClient, target: ApiClient): Promise<People> {
  const emails = new Map((await listMembers(source)).map(({ _id, email }) => [_id, email.toLowerCase()]));
  const ids = new Map((await listMembers(target)).map(({ _id, email }) => [email.toLowerCase(), _id]));
  return {
    idOf: (sourceMemberId) => ids.get(emails.get(sourceMemberId) ?? ''),
    emailOf: (sourceMemberId) => emails.get(sourceMemberId),
    teamKeys: new Set(await listTeamKeys(target)),
  };
}

/** Invites members of the source who are not members of the target, with their base roles. */
export async function importMembers(
  source: ApiClient,
  target: ApiClient,
  { isDryRun }: ImportOptions,
  report: ImportReport,
): Promise<void> {
  const present = new Set((await listMembers(target)).map(({ email }) => email.toLowerCase()));
  for (const member of await listMembers(source)) {
    const resource = `member ${member.email}`;
    if (present.has(member.email.toLowerCase())) {
      report.done('members', 'unchanged');
      continue;
    }
    const role = member.role === 'owner' ? 'admin' : member.role;
    if (member.role === 'owner') report.note(resource, 'is invited as admin, since there is one owner here already');
    if (member.customRoles.length > 0) {
      report.note(resource, 'has custom roles in the source, which are not copied; give them here');
    }
    const names = {
      ...(member.firstName && { firstName: member.firstName }),
      ...(member.lastName && { lastName: member.lastName }),
    };
    try {
      const body = [{ email: member.email, role, ...names }];
      if (!isDryRun) await target.send(apiPath('members'), { method: 'POST', body });
      report.done('members', 'created');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      report.failed('members', resource, error);
    }
  }
}

const listMembers = (client: ApiClient): Promise<readonly Member[]> =>
  ifAllowed(() => Array.fromAsync(client.list<Member>(apiPath('members'), { limit: 100 })));

const listTeamKeys = (client: ApiClient): Promise<readonly string[]> =>
  ifAllowed(async () => {
    const teams = await Array.fromAsync(client.list<{ key: string }>(apiPath('teams'), { limit: 100 }));
    return teams.map(({ key }) => key);
  });

/** Nothing where the token may not look; then nobody is known. */
async function ifAllowed<Item>(read: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiError && [401, 403, 404].includes(error.status)) return [];
    throw error;
  }
}
