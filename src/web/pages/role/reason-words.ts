import { covers, decide, type Role } from '../../../domain/access/policy.ts';
import type { Access } from '../../../domain/access/resource.ts';

/** Which statement of a role decides about an access, as `domain/access` has it: one that denies before any that allows. */
export function reasonWords(role: Role, access: Access): string {
  const { isAllowed } = decide([role], access);
  const position = role.policy.findIndex(
    (statement) => covers(statement, access) && (statement.effect === 'allow') === isAllowed,
  );
  if (position >= 0) return `by statement ${position + 1}`;
  return isAllowed ? 'by what its bearers see' : 'no statement speaks of it';
}
