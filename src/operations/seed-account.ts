import { randomBytes } from 'node:crypto';
import { SYSTEM } from '../domain/access/actor.ts';
import { saveAccount } from '../store/account.ts';
import { insertMember } from '../store/members.ts';
import { addAccessToken } from './account/add-access-token.ts';
import { addProject } from './create-project.ts';
import { hashPassword } from './passwords.ts';
import { type Deps, write } from './write.ts';

/** What the operator has set for the first start. */
export interface SeedAccount {
  readonly adminEmail: string;
  readonly adminPassword?: string | undefined;
  readonly accessToken?: string | undefined;
}

/** What was made up at the first start and is not to be seen again; a secret that the operator chose is not in here. */
export interface Seeded {
  readonly email: string;
  readonly generatedPassword?: string;
  readonly generatedAccessToken?: string;
}

/**
 * Gives an empty store its account: one owner with a token, and the project `default` with the environments
 * `production` and `test`.
 * @returns undefined when the account is there already, made by this process earlier or by another one
 */
export async function seedAccount(deps: Deps, request: SeedAccount): Promise<Seeded | undefined> {
  const password = request.adminPassword ?? randomBytes(15).toString('base64url');
  const secret = request.accessToken ?? `api-${deps.ids.uuid()}`;
  const isNew = await write(deps, SYSTEM, async (write) => {
    const { tx, now, ids } = write;
    if (!(await saveAccount(tx, { id: ids.objectId(), createdAt: now }))) return false;
    const owner = { id: ids.objectId(), email: request.adminEmail, role: 'owner' } as const;
    await insertMember(
      tx,
      { ...owner, customRoleIds: [], roleAttributes: {}, isPending: false, createdAt: now, version: 1 },
      await hashPassword(password),
    );
    await addAccessToken(write, {
      memberId: owner.id,
      name: 'First token',
      limit: { role: 'admin' },
      isServiceToken: false,
      secret,
    });
    await addProject(write, {
      project: { key: 'default', name: 'Default' },
      environments: [
        { key: 'production', name: 'Production', color: '417505' },
        { key: 'test', name: 'Test', color: 'F5A623' },
      ],
    });
    write.record({
      kind: 'account',
      name: owner.email,
      projectId: undefined,
      accesses: [],
      titleVerb: 'created the account',
      description: [`Created the account of ${owner.email}`],
    });
    return true;
  });
  if (!isNew) return undefined;
  return {
    email: request.adminEmail,
    ...(request.adminPassword === undefined && { generatedPassword: password }),
    ...(request.accessToken === undefined && { generatedAccessToken: secret }),
  };
}
