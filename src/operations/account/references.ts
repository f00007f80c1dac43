import type { Actor } from '../../domain/access/actor.ts';
import { isAdmin } from '../../domain/access/can.ts';
import { Forbidden, InvalidRequest } from '../../domain/errors.ts';
import { show } from '../../domain/json.ts';
import type { Db } from '../../store/database.ts';
import { findMembers } from '../../store/members.ts';
import { customRoles } from '../../store/roles.ts';
import { findTeams } from '../../store/teams.ts';

/** The ids of custom roles that a request names by id or key. @throws InvalidRequest naming an unknown one */
export async function resolveCustomRoles(
  db: Db,
  field: string,
  keysOrIds: readonly string[],
): Promise<readonly string[]> {
  if (keysOrIds.length === 0) return [];
  const roles = await customRoles.list(db, {});
  const ids = keysOrIds.map((wanted, index) => {
    const role = roles.find(({ id, key }) => id === wanted || key === wanted);
    if (!role)
      throw new InvalidRequest(`${field}[${index}]: ${show(wanted)} is no custom role; expected a key or an id`);
    return role.id;
  });
  return [...new Set(ids)];
}

/** @throws InvalidRequest naming an id that is none of a member */
export async function requireMembers(db: Db, field: string, ids: readonly string[]): Promise<void> {
  const members = await findMembers(db, ids);
  const unknown = ids.find((id) => !members.has(id));
  if (unknown !== undefined) throw new InvalidRequest(`${field}: ${show(unknown)} is not the id of a member`);
}

/** @throws InvalidRequest naming a key that is none of a team */
export async function requireTeams(db: Db, field: string, keys: readonly string[]): Promise<void> {
  const teams = await findTeams(db, keys);
  const unknown = keys.find((key) => !teams.has(key));
  if (unknown !== undefined) throw new InvalidRequest(`${field}: ${show(unknown)} is not the key of a team`);
}

/**
 * Whoever is no admin makes no admins, whatever else their roles allow: rights would grow by themselves.
 * @throws Forbidden
 */
export function refuseAdminByOthers(actor: Actor, role: string): void {
  if (role === 'admin' && !isAdmin(actor)) throw new Forbidden('Only admins can give the role admin');
}
