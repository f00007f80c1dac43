import type { TeamSummary } from '../domain/access/actor.ts';
import type { Team, TeamWithMembers } from '../domain/access/team.ts';
import { Conflict, NotFound, StaleVersion } from '../domain/errors.ts';
import type { Db, Tx } from './database.ts';
import type { TeamsTable } from './tables.ts';

type TeamDocument = Pick<Team, 'description' | 'customRoleIds' | 'roleAttributes' | 'permissionGrants'>;
const EMPTY: TeamDocument = { description: '', customRoleIds: [], roleAttributes: {}, permissionGrants: [] };

/** The teams with these keys, by key; unknown ones are missing. */
export async function findTeams(db: Db, teamKeys: readonly string[]): Promise<ReadonlyMap<string, TeamSummary>> {
  if (teamKeys.length === 0) return new Map();
  const rows = await db
    .selectFrom('teams')
    .select(['key', 'name'])
    .where('key', 'in', [...new Set(teamKeys)])
    .execute();
  return new Map(rows.map((row) => [row.key, row]));
}

/** All teams, oldest first. */
export async function listTeams(db: Db): Promise<readonly TeamWithMembers[]> {
  const rows = await db.selectFrom('teams').selectAll().orderBy('created_at').orderBy('id').execute();
  const members = await db
    .selectFrom('team_members')
    .select(['team_id', 'member_id'])
    .where('relation', '=', 'member')
    .orderBy('member_id')
    .execute();
  const byTeam = Map.groupBy(members, ({ team_id }) => team_id);
  return rows.map((row) => ({
    ...toTeam(row),
    memberIds: (byTeam.get(row.id) ?? []).map(({ member_id }) => member_id),
  }));
}

/** The ids of all members of the teams with these keys; unknown teams have none. */
export async function listMemberIdsOfTeams(db: Db, teamKeys: readonly string[]): Promise<readonly string[]> {
  if (teamKeys.length === 0) return [];
  const rows = await db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select('team_members.member_id')
    .distinct()
    .where('teams.key', 'in', teamKeys)
    .where('team_members.relation', '=', 'member')
    .execute();
  return rows.map(({ member_id }) => member_id);
}

/** @throws NotFound */
export async function getTeam(db: Db, key: string): Promise<TeamWithMembers> {
  const row = await db.selectFrom('teams').selectAll().where('key', '=', key).executeTakeFirst();
  if (!row) throw new NotFound('team', key);
  const members = await db
    .selectFrom('team_members')
    .select('member_id')
    .where('team_id', '=', row.id)
    .where('relation', '=', 'member')
    .orderBy('member_id')
    .execute();
  return { ...toTeam(row), memberIds: members.map(({ member_id }) => member_id) };
}

/** @throws Conflict when the key is taken */
export async function insertTeam(tx: Tx, team: TeamWithMembers): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('teams')
    .values(toRow(team))
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst();
  if (Number(numInsertedOrUpdatedRows) === 0) throw new Conflict(`A team with key '${team.key}' already exists`);
  await insertRelations(tx, team);
}

/** Stores a team over its previous version. @throws StaleVersion when somebody else was faster */
export async function saveTeam(tx: Tx, team: TeamWithMembers): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('teams')
    .set(toRow(team))
    .where('id', '=', team.id)
    .where('version', '=', team.version - 1)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) throw new StaleVersion();
  await tx.deleteFrom('team_members').where('team_id', '=', team.id).execute();
  await insertRelations(tx, team);
}

export async function deleteTeam(tx: Tx, teamId: string): Promise<void> {
  await tx.deleteFrom('teams').where('id', '=', teamId).execute();
}

async function insertRelations(tx: Tx, { id, memberIds, permissionGrants }: TeamWithMembers): Promise<void> {
  const grantees = new Set(permissionGrants.flatMap((grant) => grant.memberIds));
  const rows = [
    ...[...new Set(memberIds)].map((memberId) => ({ team_id: id, member_id: memberId, relation: 'member' as const })),
    ...[...grantees].map((memberId) => ({ team_id: id, member_id: memberId, relation: 'grantee' as const })),
  ];
  if (rows.length > 0) await tx.insertInto('team_members').values(rows).execute();
}

function toRow(team: TeamWithMembers): TeamsTable {
  const { id, key, name, version, createdAt, lastModified, memberIds: _memberIds, ...document } = team;
  return {
    id,
    key,
    name,
    version,
    created_at: createdAt,
    last_modified: lastModified,
    document: JSON.stringify(document satisfies TeamDocument),
  };
}

/** A team from its row. */
export function toTeam(row: TeamsTable): Team {
  return {
    ...EMPTY,
    ...(JSON.parse(row.document) as Partial<TeamDocument>),
    id: row.id,
    key: row.key,
    name: row.name,
    version: row.version,
    createdAt: row.created_at,
    lastModified: row.last_modified,
  };
}
