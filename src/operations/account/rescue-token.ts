import { SYSTEM } from '../../domain/access/actor.ts';
import { accessesTo } from '../../domain/access/can.ts';
import { specifier } from '../../domain/access/resource.ts';
import { readTokenSettings } from '../../domain/access/token.ts';
import { Fields } from '../../domain/fields.ts';
import { listMembers } from '../../store/members.ts';
import { type Deps, write } from '../write.ts';
import type { NewSecret } from './access-tokens.ts';
import { addAccessToken } from './add-access-token.ts';

/** A token that whoever has the store asks for, of their own right. */
export interface RescueToken {
  readonly name: string;
  readonly role: string;
  /** Whose it is to be; the owner's when absent. */
  readonly email: string | undefined;
}

/**
 * Makes a personal token for a member when nobody has one to call the API with. Whoever can open the store may do
 * anything anyhow; the audit log tells of it.
 * @returns undefined when there is no such member
 * @throws InvalidRequest naming the field
 */
export async function createRescueToken(
  deps: Deps,
  { name, role, email }: RescueToken,
): Promise<NewSecret | undefined> {
  const settings = readTokenSettings(new Fields({ name, role }, ''), []);
  return write(deps, SYSTEM, async (write) => {
    const members = await listMembers(write.tx);
    const member = members.find((one) =>
      email === undefined ? one.role === 'owner' : one.email.toLowerCase() === email.toLowerCase(),
    );
    if (!member) return undefined;
    const secret = `api-${write.ids.uuid()}`;
    const token = await addAccessToken(write, { ...settings, memberId: member.id, isServiceToken: false, secret });
    write.record({
      kind: 'token',
      name: token.name,
      projectId: undefined,
      accesses: accessesTo(specifier.personalToken(member.id, token.id), ['createAccessToken']),
      titleVerb: 'created the access token',
      description: [`Created the personal token ending in ${token.ending} of ${member.email}, beside the API`],
      after: token,
    });
    return { token, secret };
  });
}
