import { SYSTEM } from '../../domain/access/actor.ts';
import { Unauthorized } from '../../domain/errors.ts';
import { findMemberByEmail, getPasswordHashForUpdate } from '../../store/members.ts';
import { verifyPassword } from '../passwords.ts';
import { type Deps, write } from '../write.ts';
import { openSession, type SignedIn } from './sessions.ts';
import { countAttempt, forgiveAttempt, type Trier } from './throttle.ts';

/**
 * Signs a member in by e-mail and password. Whether there is such a member shows neither in the answer nor in the time
 * that it takes.
 * @throws Unauthorized; RateLimited after too many failures
 */
export async function signIn(deps: Deps, request: Trier & { readonly password: string }): Promise<SignedIn> {
  const { email, password } = request;
  await write(deps, SYSTEM, (write) => countAttempt(write, 'sign-in', request));
  const found = await findMemberByEmail(deps.database.db, email);
  const isRight = await verifyPassword(password, found?.passwordHash ?? '');
  if (!found || !isRight) throw wrongPassword();
  return write(deps, SYSTEM, async (write) => {
    // The password may have been changed while this one was looked at.
    const passwordHash = await getPasswordHashForUpdate(write.tx, found.member.id);
    if (passwordHash !== found.passwordHash) throw wrongPassword();
    await forgiveAttempt(write, request);
    return openSession(write, found.member);
  });
}

const wrongPassword = () => new Unauthorized('Wrong e-mail address or password');
