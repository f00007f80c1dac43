import type { Fields } from '../fields.ts';
import { requireEmail, type Member } from './member.ts';

/** Whom a list of members is about; what is absent is not asked for. */
export interface MemberFilter {
  /** A part of the address or name, in whatever case. */
  readonly query?: string | undefined;
  /** Base roles and keys of custom roles, any of them; the owner counts as admin. */
  readonly roles?: readonly string[] | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly emails?: readonly string[] | undefined;
  /** Key of a team, in whatever case. */
  readonly teamKey?: string | undefined;
  readonly hasTeam?: boolean | undefined;
  /** Not seen since this time, Unix milliseconds; `never` for those who were never there. */
  readonly notSeenSince?: number | 'never' | undefined;
}

/** What a filter needs to know beside the member. */
export interface MemberSurroundings {
  /** Keys of custom roles by their ids. */
  readonly roleKeys: ReadonlyMap<string, string>;
  /** Keys of teams by the id of each member. */
  readonly teamKeys: ReadonlyMap<string, readonly string[]>;
}

/** Whether all that a filter asks for is true of a member. */
export function matchesMember(filter: MemberFilter, member: Member, around: MemberSurroundings): boolean {
  const { query, roles, ids, emails, teamKey, hasTeam, notSeenSince } = filter;
  const same = (wanted: string) => (one: string) => one.toLowerCase() === wanted.toLowerCase();
  const teams = around.teamKeys.get(member.id) ?? [];
  const ownRoles = [
    member.role === 'owner' ? 'admin' : member.role,
    ...member.customRoleIds.map((id) => around.roleKeys.get(id) ?? id),
  ];
  return (
    (query === undefined || searchText(member).includes(query.toLowerCase())) &&
    (roles?.some((role) => ownRoles.some(same(role))) ?? true) &&
    (ids?.includes(member.id) ?? true) &&
    (emails?.some(same(member.email)) ?? true) &&
    (teamKey === undefined || teams.some(same(teamKey))) &&
    (hasTeam === undefined || hasTeam === teams.length > 0) &&
    wasAwaySince(member, notSeenSince)
  );
}

function wasAwaySince({ lastSeenAt }: Member, time: MemberFilter['notSeenSince']): boolean {
  if (time === undefined) return true;
  return time === 'never' ? lastSeenAt === undefined : (lastSeenAt ?? 0) < time;
}

/** What a member is listed under: the name if there is one, else the address. */
export function displayName({ firstName, lastName, email }: Member): string {
  return [firstName, lastName].filter((name) => name !== undefined).join(' ') || email;
}

const searchText = (member: Member) => `${member.email} ${displayName(member)}`.toLowerCase();

/**
 * Reads `{"never": true}`, `{"noData": true}` or `{"before": 1608672063611}`. All times of members are known, so that
 * "no data" is "never".
 * @throws InvalidRequest naming the member
 */
export function readLastSeen(fields: Fields): number | 'never' {
  if (fields.has('before')) return fields.integer('before');
  const isNever = fields.optional('never', fields.boolean) ?? fields.optional('noData', fields.boolean);
  return isNever ? 'never' : fields.fail('never', 'never, noData or before');
}

/** Reads the filters of bulk instructions: members that match all of them. @throws InvalidRequest naming the parameter */
export function readBulkFilter(fields: Fields): MemberFilter | undefined {
  const text = (name: string) => fields.optional(name, fields.string);
  const filter = {
    query: text('filterQuery'),
    roles: text('filterRoles')?.split('|'),
    teamKey: text('filterTeamKey'),
    notSeenSince: fields.has('filterLastSeen') ? readLastSeen(fields.object('filterLastSeen')) : undefined,
  };
  return Object.values(filter).some((value) => value !== undefined) ? filter : undefined;
}

/** One row of a file of addresses: the address as it stands there, and what is wrong with it. */
export interface AddressRow {
  /** From 1. */
  readonly line: number;
  readonly value: string;
  readonly fault: string | undefined;
}

/** The addresses in the first column of a CSV file; a first row without an address is taken for headings. */
export function readAddresses(csv: string): readonly AddressRow[] {
  const cells = csv
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map(firstCell);
  const hasHeading = cells.length > 1 && cells[0] !== '' && !cells[0]?.includes('@');
  const seen = new Set<string>();
  return cells.flatMap((value, index) => {
    if (index === 0 && hasHeading) return [];
    const fault = faultOf(value, seen);
    seen.add(value.toLowerCase());
    return [{ line: index + 1, value, fault }];
  });
}

function faultOf(value: string, seen: ReadonlySet<string>): string | undefined {
  if (value === '') return 'empty row';
  if (seen.has(value.toLowerCase())) return 'duplicate entry';
  try {
    requireEmail('email', value);
    return undefined;
  } catch {
    return 'invalid email formatting';
  }
}

function firstCell(line: string): string {
  const [, quoted] = /^\s*"((?:[^"]|"")*)"/.exec(line) ?? [];
  return (quoted?.replaceAll('""', '"') ?? line.split(/[,;\t]/)[0] ?? '').trim();
}
